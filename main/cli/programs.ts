/** `pagewalk programs`: what the gallery holds, by topic; or the text of one program. */
import { programs as all } from '../../core/programs/index.js'
import { programNamed, type ProgramsOptions } from './usage.js'

export function programs({ id, json }: ProgramsOptions): number {
  process.stdout.write(id !== undefined ? programNamed(id).source : json ? jsonList() : textList())
  return 0
}

function textList(): string {
  const width = Math.max(...all.map((program) => program.id.length))
  return all
    .map(({ id, topic, title, shows }, i) => {
      const heading = topic === all[i - 1]?.topic ? '' : `${i > 0 ? '\n' : ''}${topic}\n`
      return `${heading}  ${id.padEnd(width)}  ${title.en}\n  ${' '.repeat(width)}  ${shows.en}\n`
    })
    .join('')
}

const jsonList = (): string => all.map((program) => `${JSON.stringify({ ...program, source: undefined })}\n`).join('')
