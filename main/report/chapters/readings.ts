/** All moments in one table: the figures, and by how much they moved. */
import type { FigureName } from '../../../core/protocol/index.js'
import type { Report } from '../../../core/report/index.js'
import { signed, timeText } from '../../../core/words/index.js'
import { number, words, type Cell, type Chapter, type Column } from '../document.js'
import type { Say } from '../words/index.js'
import { momentName } from './moment.js'

/** ps's headings where ps has one. */
export const READINGS = [
  ['majflt', 'MAJFL'],
  ['minflt', 'MINFL'],
  ['vsz', 'VSZ'],
  ['rss', 'RSS'],
  ['anon', 'anon'],
  ['file', 'file'],
  ['shmem', 'shmem'],
  ['dirty', 'Dirty'],
  ['tables', 'tables'],
] as const satisfies readonly (readonly [FigureName, string])[]

export function readingsChapter({ moments }: Report, say: Say): Chapter {
  const heading = (title: (typeof READINGS)[number][1]): Column => {
    if (title === 'anon' || title === 'file' || title === 'shmem' || title === 'tables') return number(say(title))
    return number(title)
  }
  return {
    id: 'readings',
    title: say('readings'),
    blocks: [
      {
        kind: 'table',
        caption: say('readingsText'),
        columns: [words(say('moment')), number(say('time')), ...READINGS.map(([, title]) => heading(title))],
        rows: moments.map((moment, i) => [
          momentName(moment, say),
          timeText(moment.time),
          ...READINGS.map(([name]) => withChange(moment.figures[name], moments[i - 1]?.figures[name])),
        ]),
      },
    ],
  }
}

export function withChange(value: number, before: number | undefined): Cell {
  const by = before === undefined ? 0 : value - before
  return by === 0 ? value : { value, change: signed(by) }
}
