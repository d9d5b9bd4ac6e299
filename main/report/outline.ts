/** From facts to a document: what is told, in which order, in the report's language. */
import type { ReportPart } from '../../core/protocol/index.js'
import type { MomentFacts, Report } from '../../core/report/index.js'
import { chartFacts } from './chart/facts.js'
import { changesBlock, heapBlocks, pmapBlock, psBlock, smapsBlocks, storyBlock } from './chapters/memory.js'
import { momentName, paragraphs, shortName, standing } from './chapters/moment.js'
import { readingsChapter } from './chapters/readings.js'
import { reproduceChapter } from './chapters/reproduce.js'
import type { Block, Chapter, Document, Fact, SourceLine } from './document.js'
import { wordsOf, type Say } from './words/index.js'

export function outline(report: Report): Document {
  const { choices, program } = report
  const say = wordsOf(choices.language)
  const wants = (part: ReportPart): boolean => choices.parts.includes(part)
  const when = (part: ReportPart, chapter: () => Chapter): readonly Chapter[] => (wants(part) ? [chapter()] : [])
  const notes = paragraphs(choices.notes)
  return {
    language: choices.language,
    title: choices.title,
    subtitle: say('subtitle'),
    facts: headFacts(report, say),
    words: { contents: say('contents'), asPrinted: say('asPrinted') },
    chapters: [
      ...(notes.length > 0 ? [notesChapter(notes, say)] : []),
      ...when('timeline', () => timelineChapter(report, say)),
      ...when('readings', () => readingsChapter(report, say)),
      ...report.moments.map((moment, i) => momentChapter(report, moment, i, say)),
      ...when('smaps', () => smapsChapter(report, say)),
      ...when('terminal', () => terminalChapter(report, say)),
      ...when('source', () => ({
        id: 'source',
        title: say('sourceTitle', { name: program.name }),
        blocks: [{ kind: 'source' as const, label: program.name, lines: sourceLines(report, say) }],
      })),
      ...when('reproduce', () => reproduceChapter(report, say)),
    ],
  }
}

function headFacts({ program, machine, end, trace }: Report, say: Say): readonly Fact[] {
  const { title, procps, seed } = machine
  const count = sourceText(program.source).length
  const setup = setupTexts(machine, say)
  return [
    {
      name: say('program'),
      value:
        program.builtin === undefined
          ? say('lines', { name: program.name, count })
          : say('builtin', { name: program.name, count, id: program.builtin }),
    },
    { name: say('machine'), value: say('machineIs', { title, procps }) },
    { name: say('seed'), value: machine.ownSeed ? say('ownSeed', { seed }) : String(seed) },
    ...(setup.length > 0 ? [{ name: say('setup'), value: setup.join(', ') }] : []),
    { name: say('runEnds'), value: standing(end, say) },
    { name: say('trace'), value: say('traceTip', { trace }) },
  ]
}

/** What of the machine is not as its profile has it. */
function setupTexts({ options, noPie }: Report['machine'], say: Say): readonly string[] {
  return [
    options.ramMiB === undefined ? '' : say('ram', { mib: options.ramMiB }),
    options.thp === undefined ? '' : say('thp', { mode: options.thp }),
    options.aslr === false ? say('noAslr') : '',
    noPie ? say('noPie') : '',
  ].filter((text) => text !== '')
}

const notesChapter = (notes: readonly string[], say: Say): Chapter => ({
  id: 'notes',
  title: say('notes'),
  blocks: notes.map((text) => ({ kind: 'paragraph', text })),
})

function timelineChapter(report: Report, say: Say): Chapter {
  const facts = chartFacts(report, say)
  const blocks: readonly Block[] = facts
    ? [
        { kind: 'paragraph', text: say('timelineText') },
        { kind: 'chart', facts },
      ]
    : [{ kind: 'paragraph', text: say('noSamples') }]
  return { id: 'timeline', title: say('timeline'), blocks }
}

function momentChapter({ moments, choices, program }: Report, moment: MomentFacts, index: number, say: Say): Chapter {
  const before = moments[index - 1]
  const name = before && shortName(before, say)
  const id = `moment-${index + 1}`
  const part = (kind: ReportPart, title: string, blocks: readonly Block[]): readonly Chapter[] =>
    choices.parts.includes(kind) && blocks.length > 0 ? [{ id: `${id}-${kind}`, title, blocks }] : []
  const notes = paragraphs(moment.note)
  return {
    id,
    title: momentName(moment, say),
    blocks: [
      { kind: 'paragraph', text: standing(moment, say) },
      ...(notes.length > 0 ? [{ kind: 'note' as const, title: say('note'), paragraphs: notes }] : []),
    ],
    chapters: [
      ...(name === undefined
        ? []
        : part('changes', say('changes', { before: name }), [changesBlock(moment, name, say)])),
      ...part('story', name === undefined ? say('storyFirst') : say('story', { before: name }), [
        storyBlock(moment, sourceText(program.source), say),
      ]),
      ...part('ps', 'ps', [psBlock(moment, say)]),
      ...part(
        'pmap',
        'pmap -x',
        moment.pmap.map((pmap) => pmapBlock(pmap, say)),
      ),
      ...part('heap', say('heap'), moment.heap ? heapBlocks(moment.heap, moment.state, say) : []),
    ],
  }
}

const smapsChapter = (report: Report, say: Say): Chapter => ({
  id: 'smaps',
  title: say('smaps'),
  blocks: smapsBlocks(report, (moment) => shortName(moment, say), say),
})

const terminalChapter = ({ terminal }: Report, say: Say): Chapter => ({
  id: 'terminal',
  title: say('terminal'),
  blocks: [
    terminal === ''
      ? { kind: 'paragraph', text: say('terminalEmpty') }
      : { kind: 'text', label: say('terminal'), text: terminal },
  ],
})

const sourceText = (source: string): readonly string[] => source.replace(/\r?\n$/, '').split(/\r?\n/)

function sourceLines({ program, moments }: Report, say: Say): readonly SourceLine[] {
  return sourceText(program.source).map((text, i) => {
    const here = moments.filter(({ line, place }) => line === i + 1 && place.at !== 'end')
    const mark = here.map((moment) => shortName(moment, say)).join(', ')
    return { number: i + 1, text, mark: mark === '' ? '' : say('here', { moments: mark }) }
  })
}
