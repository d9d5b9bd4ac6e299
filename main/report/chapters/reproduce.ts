/** How anybody gets the same run again: what to save, and the commands. */
import type { Report } from '../../../core/report/index.js'
import { code, words, type Block, type Chapter } from '../document.js'
import type { Say } from '../words/index.js'

const INPUT_FILE = 'input.txt'
/** Inputs listed one by one. */
const MOST_INPUTS = 200

export function reproduceChapter(report: Report, say: Say): Chapter {
  const { program, inputs, typedAtStops } = report
  return {
    id: 'reproduce',
    title: say('reproduce'),
    blocks: [
      { kind: 'paragraph', text: say('reproduceText') },
      ...some(program.builtin === undefined, { kind: 'paragraph', text: say('saveAs', { name: program.name }) }),
      ...inputBlocks(report, say),
      { kind: 'paragraph', text: say('runIt') },
      { kind: 'commands', lines: [runCommand(report)] },
      ...some(!typedAtStops, { kind: 'paragraph', text: say('typedBetween') }),
      ...some(typedAtStops && !hasEnded(report), { kind: 'paragraph', text: say('goesOn') }),
      ...some(inputs.length === 0 || typedAtStops, { kind: 'paragraph', text: say('reportIt') }),
      ...some(inputs.length === 0 || typedAtStops, { kind: 'commands', lines: [reportCommand(report)] }),
    ],
  }
}

const some = (condition: boolean, block: Block): readonly Block[] => (condition ? [block] : [])

function inputBlocks({ inputs, typedAtStops, endOfFile }: Report, say: Say): readonly Block[] {
  const typed = inputs.filter(({ text }) => text !== '')
  if (inputs.length === 0) return [{ kind: 'paragraph', text: say('noInput') }]
  const list: Block = {
    kind: 'table',
    caption: say('inputs'),
    columns: [words(say('where')), code(say('text'))],
    rows: inputs
      .slice(0, MOST_INPUTS)
      .map(({ text, stop, statements }) => [
        stop > 0 ? say('atStop', { stop }) : say('afterStatements', { statements }),
        typedText(text, say),
      ]),
    remark: inputs.length > MOST_INPUTS ? say('leftRows', { count: inputs.length - MOST_INPUTS }) : undefined,
  }
  if (!typedAtStops) return [list]
  // Where nothing but Enter was pressed, that is what the command does by itself.
  if (!endOfFile && onlyEnter(inputs)) return [list]
  return [
    { kind: 'paragraph', text: say('saveInput', { name: INPUT_FILE }) },
    { kind: 'text', label: INPUT_FILE, text: typed.map(({ text }) => text).join('') },
  ]
}

/** A key of its own in a terminal's notation, anything else as C and JSON quote it. */
function typedText(text: string, say: Say): string {
  if (text === '') return say('endOfFile')
  return /^[\u0001-\u0009\u000b-\u001a]$/.test(text)
    ? `^${String.fromCharCode(text.charCodeAt(0) + 64)}`
    : JSON.stringify(text)
}

const hasEnded = ({ end: { state } }: Report): boolean => state === 'exited' || state === 'killed'

/** As --moments takes it; where the recording ended the command does not know. */
function momentName({ place }: Report['moments'][number]): readonly string[] {
  switch (place.at) {
    case 'main':
      return ['main']
    case 'stop':
      return [`stop${place.stop + 1}`]
    case 'time':
      return [`${place.time}ns`]
    case 'end':
      return []
  }
}

const onlyEnter = (inputs: Report['inputs']): boolean => inputs.every(({ text }) => text === '\n')

function runCommand(report: Report): string {
  return command('run', report, ` --at-stop ${quoted('ps -o pid,maj_flt,min_flt,vsz,rss,stat,cmd; pmap -x $PID')}`)
}

function reportCommand(report: Report): string {
  const { title, language, parts } = report.choices
  const more = [
    language === 'en' ? '' : ` --language ${language}`,
    title === report.program.name ? '' : ` --title ${quoted(title)}`,
    ` --parts ${parts.join(',')}`,
    hasEnded(report) ? '' : ` --moments ${report.moments.flatMap(momentName).join(',')}`,
  ]
  return command('report', report, `${more.join('')} --format html -o report.html`)
}

function command(name: string, { program, machine, inputs, typedAtStops, endOfFile }: Report, rest: string): string {
  const what = program.builtin === undefined ? quoted(program.name) : `--program ${program.builtin}`
  const seed = machine.ownSeed ? '' : ` --seed ${machine.seed}`
  const { ramMiB, thp, aslr } = machine.options
  const flags = [
    ramMiB === undefined ? '' : ` --ram ${ramMiB}`,
    thp === undefined ? '' : ` --thp ${thp}`,
    aslr === false ? ' --no-aslr' : '',
    machine.noPie ? ' --no-pie' : '',
  ].join('')
  const stdin = inputs.length > 0 && typedAtStops && (endOfFile || !onlyEnter(inputs)) ? ` --stdin ${INPUT_FILE}` : ''
  return `pagewalk ${name} ${what} --profile ${machine.profile}${seed}${flags}${stdin}${rest}`
}

/** As one word of a shell, whatever is in it. */
export function quoted(text: string): string {
  if (/^[\w./+-][\w./+,:-]*$/.test(text) && !text.startsWith('-')) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
