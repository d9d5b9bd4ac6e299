/** Arguments of the `pagewalk` command. */
import { parseArgs } from 'node:util'
import { findProgram } from '../../core/programs/index.js'
import {
  DEFAULT_REPORT_PARTS,
  REPORT_PARTS,
  REPORT_TABLES,
  THP_MODES,
  type BuiltinProgram,
  type MachineOptions,
  type ReportFormat,
  type ReportLanguage,
  type ReportMoment,
  type ReportPart,
  type ReportTable,
  type SavedInput,
  type SavedSession,
} from '../../core/protocol/index.js'
import { MALLOC_VERSIONS, profiles } from '../../core/session/index.js'
import { readSessionFile } from '../sessions/index.js'

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A file that cannot be read, a program that does not compile. */
export class BrokenInput extends Error {
  override readonly name = 'BrokenInput'
}

/** Which program on which machine. */
export interface LoadOptions {
  /** Path, or the name of a built-in program or of a session's. */
  readonly file: string
  /** Text of such a program; undefined: it is to be read from `file`. */
  readonly source: string | undefined
  readonly profile: string
  readonly seed: number | undefined
  readonly noPie: boolean
  readonly machine: MachineOptions
  /** What is typed where it was typed in a session. */
  readonly inputs: readonly SavedInput[]
}

export interface RunOptions extends LoadOptions {
  /** File whose lines are typed at the stops, or '-' for this command's own input. */
  readonly stdin: string | undefined
  readonly atStop: string | undefined
  readonly json: boolean
  readonly hash: boolean
}

export interface HeapOptions extends Pick<RunOptions, keyof LoadOptions | 'stdin' | 'json'> {
  /** Number of the stop, from 0; undefined is the program's end. */
  readonly at: number | undefined
  readonly whatIf: string | undefined
}

export interface ExplainOptions extends Pick<RunOptions, keyof LoadOptions | 'stdin' | 'json'> {
  /** Stops, from 0: what happened after the one and up to the other. */
  readonly from: number | undefined
  readonly to: number | undefined
}

export interface ReportOptions extends LoadOptions, Pick<RunOptions, 'stdin'> {
  /** Where it came from; undefined: a program is run to its end. */
  readonly session: SavedSession | undefined
  readonly format: ReportFormat
  /** What a CSV file holds. */
  readonly table: ReportTable
  /** undefined or '-': standard output. */
  readonly output: string | undefined
  /** Empty: the program's name. */
  readonly title: string
  readonly language: ReportLanguage
  /** File with what its author has to say. */
  readonly notes: string | undefined
  /** undefined: main's beginning, every stop and the end, and a session's marks and notes. */
  readonly moments: readonly ReportMoment[] | undefined
  readonly parts: readonly ReportPart[]
  /** Starts of mappings; undefined: those that changed most. */
  readonly mappings: readonly string[] | undefined
}

export interface MallocTraceOptions {
  readonly file: string
  readonly profile: string
  /** Version of the allocator; undefined: the machine's. */
  readonly glibc: string | undefined
  /** Replays so often and prints only the best time in nanoseconds; 0: prints what happened. */
  readonly repeat: number
}

export interface ProgramsOptions {
  /** Whose text to print; undefined: lists all. */
  readonly id: string | undefined
  readonly json: boolean
}

export interface LessonsOptions {
  /** Id of a built-in lesson or a folder; undefined: lists the built-in ones. */
  readonly which: string | undefined
  readonly language: 'en' | 'zh-CN'
}

export type Command =
  | { readonly do: 'help' }
  | { readonly do: 'version' }
  | { readonly do: 'run'; readonly options: RunOptions }
  | { readonly do: 'heap'; readonly options: HeapOptions }
  | { readonly do: 'leaks'; readonly options: HeapOptions }
  | { readonly do: 'explain'; readonly options: ExplainOptions }
  | { readonly do: 'report'; readonly options: ReportOptions }
  | { readonly do: 'programs'; readonly options: ProgramsOptions }
  | { readonly do: 'lessons'; readonly options: LessonsOptions }
  | { readonly do: 'malloc-trace'; readonly options: MallocTraceOptions }

const DEFAULT_PROFILE = profiles[0]?.id ?? ''

export const USAGE = `Usage: pagewalk run FILE.c [options]
       pagewalk heap FILE.c [--at N] [--what-if CALL] [options]
       pagewalk leaks FILE.c [--at N] [options]
       pagewalk explain FILE.c [--from N] [--to N] [--json] [options]
       pagewalk report SESSION.pagewalk|FILE.c [--format F] [-o FILE] [options]
       pagewalk programs [ID] [--json]
       pagewalk lessons [ID or FOLDER] [--language L]
       pagewalk malloc-trace FILE [--profile P] [--glibc V]

Runs a C program on the simulated machine; or prints the chunks and bins of its heap, with the
line that allocated each; or the blocks that nothing points to any more; or explains each page
fault and system call and what each line of the source did to RSS; or makes a report of a session,
or of a program run to its end; or lists the built-in programs,
or prints the text of one; or lists the lessons, or checks one and prints it with the numbers its
program gives; or replays a trace of malloc calls (lines
'm ID SIZE', 'c ID N SIZE', 'r ID NEW SIZE', 'a ID ALIGN SIZE', 'f ID', 't PAD',
'o PARAM VALUE', 's') and prints where every block lands.

  FILE.pagewalk     instead of FILE.c: a session that Pagewalk saved; its program on its machine, typing what was
                    typed where it was typed; options of the machine given here count
  --program ID      instead of FILE.c: a built-in program, on the machine it is made for unless --profile says
                    another
  --profile P       the machine: ${profiles.map((p) => p.id).join(', ')} (default ${DEFAULT_PROFILE})
  --seed N          seed of addresses and pid (default: the profile's own)
  --ram N           RAM of the machine in MiB (default: the profile's own)
  --thp MODE        transparent huge pages: ${THP_MODES.join(', ')} (default: the profile's own)
  --no-aslr         addresses without randomisation
  --no-pie          link to fixed addresses, as gcc -no-pie
  --stdin FILE      types FILE line by line, then end of file; '-' is this command's input
                    (default: a newline at each stop, or what you type)
  --at-stop CMDS    commands to print whenever the program waits for input, for example
                    'ps -o maj_flt -o min_flt -p $PID; pmap -x $PID; cat /proc/$PID/smaps'
  --at N            heap, leaks: at the Nth time the program waits for input, counted from 0
                    (default: when it ends)
  --from N, --to N  explain: only what happened after stop N and up to stop N
  --what-if CALL    heap: only what 'malloc SIZE', 'calloc N SIZE', 'realloc ADDRESS SIZE',
                    'memalign ALIGNMENT SIZE' or 'free ADDRESS' would do then
  --json            one JSON object a line for each stop, then the exit;
                    explain: one for each row, then the lines; programs: one for each
  --language L      lessons, report: en or zh-CN (default en)
  --format F        report: html, md, json, csv, svg (the timeline chart) or txt (the terminal);
                    default: what -o ends with, else html. PDF is made by the window: File > Export Report
  -o, --output FILE report: where it goes (default: standard output)
  --title TEXT      report: its title (default: the program's name)
  --notes FILE      report: text to stand in front, paragraphs set apart by empty lines
  --moments LIST    report: main, stop1, stop2, ..., end, or times since exec such as 120us, 1.5ms; separated by
                    commas (default: main, every stop and the end, and what a session marks)
  --parts LIST      report: of ${REPORT_PARTS.join(', ')}
                    (default: all but heap)
  --mappings LIST   report: addresses whose smaps is told (default: the mappings that change most)
  --table T         report: what a CSV file holds: ${REPORT_TABLES.join(', ')} (default series)
  --glibc V         malloc-trace: the allocator of glibc ${MALLOC_VERSIONS.join(', ')} (default: the machine's)
  --time N          malloc-trace: only the best time of N replays, in nanoseconds
  --hash            prints the fingerprint of the whole trace to standard error at the end
  --help, --version
`

const OPTIONS = {
  program: { type: 'string' },
  profile: { type: 'string' },
  seed: { type: 'string' },
  ram: { type: 'string' },
  thp: { type: 'string' },
  stdin: { type: 'string' },
  'at-stop': { type: 'string' },
  at: { type: 'string' },
  'what-if': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' },
  'no-pie': { type: 'boolean' },
  'no-aslr': { type: 'boolean' },
  time: { type: 'string' },
  glibc: { type: 'string' },
  language: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string', short: 'o' },
  title: { type: 'string' },
  notes: { type: 'string' },
  moments: { type: 'string' },
  parts: { type: 'string' },
  mappings: { type: 'string' },
  table: { type: 'string' },
  hash: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

export function parseArguments(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv)
  if (values.help) return { do: 'help' }
  if (values.version) return { do: 'version' }
  const [command, ...files] = positionals
  if (command === undefined) throw new UsageError('no command given')
  if (!isCommand(command)) throw new UsageError(`unknown command '${command}'`)
  const builtin = values.program === undefined ? undefined : builtinOf(command, values.program)
  const [file, ...rest] = builtin ? [`${builtin.id}.c`, ...files] : files
  if (rest.length > 0) throw new UsageError(`unexpected argument '${rest[0]}'`)
  if (command === 'programs') return { do: command, options: { id: file, json: values.json ?? false } }
  if (command === 'lessons') return { do: command, options: { which: file, language: languageOf(values.language) } }
  if (file === undefined)
    throw new UsageError(
      command === 'malloc-trace'
        ? 'malloc-trace needs a trace'
        : `${command} needs ${command === 'report' ? 'a session or ' : ''}a C source file`,
    )
  const session = command === 'malloc-trace' ? undefined : sessionIn(file)
  const profile = values.profile ?? session?.machine.profile ?? builtin?.profiles[0] ?? DEFAULT_PROFILE
  if (!profiles.some((p) => p.id === profile))
    throw new UsageError(`unknown profile '${profile}' (there are ${profiles.map((p) => p.id).join(', ')})`)
  if (command === 'malloc-trace')
    return {
      do: command,
      options: { file, profile, glibc: glibcOf(values.glibc), repeat: numberOf('--time', values.time) ?? 0 },
    }
  const common = {
    file: session?.program.name ?? file,
    source: session?.program.source ?? builtin?.source,
    profile,
    seed: numberOf('--seed', values.seed) ?? session?.machine.seed,
    stdin: values.stdin,
    json: values.json ?? false,
    noPie: values['no-pie'] ?? false,
    machine: {
      ramMiB: numberOf('--ram', values.ram) ?? session?.machine.ramMiB,
      thp: thpOf(values.thp) ?? session?.machine.thp,
      aslr: values['no-aslr'] === true ? false : session?.machine.aslr,
    },
    inputs: session?.inputs ?? [],
  }
  if (command === 'explain') return { do: command, options: { ...common, ...stops(values.from, values.to) } }
  if (command === 'report') return { do: command, options: { ...common, session, ...reportOptions(values) } }
  if (command === 'run')
    return { do: command, options: { ...common, atStop: values['at-stop'], hash: values.hash ?? false } }
  return { do: command, options: { ...common, at: numberOf('--at', values.at), whatIf: values['what-if'] } }
}

const glibcOf = (version: string | undefined): string | undefined =>
  version === undefined ? undefined : oneOf(MALLOC_VERSIONS, version, 'glibc version')

/** The session in a file that is named as one; its program and machine count where nothing else is said. */
function sessionIn(file: string | undefined): SavedSession | undefined {
  if (!file?.toLowerCase().endsWith('.pagewalk')) return undefined
  const read = readSessionFile(file)
  if (read.ok) return read.session
  throw new BrokenInput(`${file}: ${read.problem.what}; ${read.problem.remedy}`)
}

/** What --program names. */
function builtinOf(command: Command['do'], id: string): BuiltinProgram {
  if (command === 'malloc-trace' || command === 'programs' || command === 'lessons')
    throw new UsageError(`${command} takes no --program`)
  return programNamed(id)
}

function thpOf(mode: string | undefined): MachineOptions['thp'] {
  const found = THP_MODES.find((known) => known === mode)
  if (mode !== undefined && !found) throw new UsageError(`--thp takes ${THP_MODES.join(', ')}, not '${mode}'`)
  return found
}

function languageOf(language = 'en'): LessonsOptions['language'] {
  if (language === 'en' || language === 'zh-CN') return language
  throw new UsageError(`unknown language '${language}' (there are en, zh-CN)`)
}

export function programNamed(id: string): BuiltinProgram {
  const program = findProgram(id)
  if (!program) throw new UsageError(`there is no program '${id}': pagewalk programs lists them`)
  return program
}

function stops(fromText: string | undefined, toText: string | undefined): Pick<ExplainOptions, 'from' | 'to'> {
  const from = numberOf('--from', fromText)
  const to = numberOf('--to', toText)
  if (from !== undefined && to !== undefined && to <= from)
    throw new UsageError(`--to ${to} is not behind --from ${from}`)
  return { from, to }
}

// ---- report -------------------------------------------------------------------------------------------------------

const FORMATS = ['html', 'md', 'json', 'csv', 'svg', 'txt'] as const satisfies readonly ReportFormat[]

type ReportValues = Readonly<
  Partial<
    Record<'format' | 'output' | 'title' | 'notes' | 'moments' | 'parts' | 'mappings' | 'table' | 'language', string>
  >
>

function reportOptions(values: ReportValues): Omit<ReportOptions, keyof LoadOptions | 'stdin' | 'session'> {
  const { format, output, title = '', notes, moments, parts, mappings, table = 'series', language } = values
  return {
    format: formatOf(format, output),
    table: oneOf(REPORT_TABLES, table, 'table'),
    output,
    title,
    language: languageOf(language),
    notes,
    moments: moments === undefined ? undefined : listed(moments, '--moments').map(momentOf),
    parts:
      parts === undefined
        ? DEFAULT_REPORT_PARTS
        : listed(parts, '--parts').map((part) => oneOf(REPORT_PARTS, part, 'part')),
    mappings: mappings === undefined ? undefined : listed(mappings, '--mappings').map(addressOf),
  }
}

/** Without --format, what the file's name ends with says. */
function formatOf(format: string | undefined, output = ''): ReportFormat {
  const name = format ?? /\.(\w+)$/.exec(output)?.[1]?.toLowerCase() ?? 'html'
  if (name === 'pdf')
    throw new UsageError('PDF needs the window: use File > Export Report there, or make HTML here and print it')
  if (format === undefined && name === 'htm') return 'html'
  return oneOf(FORMATS, name, 'format')
}

function oneOf<T extends string>(all: readonly T[], name: string, what: string): T {
  const found = all.find((one) => one === name)
  if (found === undefined) throw new UsageError(`unknown ${what} '${name}' (there are ${all.join(', ')})`)
  return found
}

function listed(text: string, option: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) throw new UsageError(`${option} takes names separated by commas, not '${text}'`)
  return items
}

const TIME_UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 }

function momentOf(text: string): ReportMoment {
  if (text === 'main' || text === 'end') return { at: text }
  const stop = Number(/^stop([1-9]\d{0,8})$/.exec(text)?.[1] ?? 0)
  if (stop > 0) return { at: 'stop', stop: stop - 1 }
  const [, value, unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)(ns|us|ms|s)$/.exec(text) ?? []
  if (value !== undefined) return { at: 'time', time: Number(value) * (TIME_UNITS[unit] ?? 1) }
  throw new UsageError(`--moments takes main, stop1, stop2, ..., end or times such as 120us, not '${text}'`)
}

function addressOf(text: string): string {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text)?.[1]
  if (digits === undefined) throw new UsageError(`--mappings takes addresses in hexadecimal, not '${text}'`)
  return digits.toLowerCase().padStart(16, '0')
}

const COMMANDS = ['run', 'heap', 'leaks', 'explain', 'report', 'programs', 'lessons', 'malloc-trace'] as const
const isCommand = (name: string): name is (typeof COMMANDS)[number] => COMMANDS.some((command) => command === name)

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`${option} takes a whole number, not '${text}'`)
  return value
}
