/**
 * The command line of ps: Unix options (-o, -p), BSD ones without a dash (o, p, x, v) and GNU long ones, as procps mixes
 * them (ps/parser.c, ps/sortformat.c).
 *
 * Left out: selection by user, group, session or terminal, sorting, threads, formats with columns that are not
 * modelled (-f, -l, u, l): they are refused with a message of ours.
 */
import { findColumn, isKnownToPs, type Column } from './columns.js'

export interface PsRequest {
  readonly columns: readonly Column[]
  readonly header: boolean
  /** Process ids asked for; undefined: all. */
  readonly pids: readonly number[] | undefined
  /** Names asked for with -C. */
  readonly names: readonly string[] | undefined
}

/** A mistake in the command line; the text is ps's own. */
export class PsError extends Error {
  override readonly name = 'PsError'
}

const UNIX_DEFAULT = ['pid', 'tname', 'time', 'ucmd']
const BSD_DEFAULT = ['pid', 'tname', 'stat', 'bsdtime', 'args']
const BSD_MEMORY = ['pid', 'tname', 'stat', 'bsdtime', 'maj_flt', 'm_trs', 'drs', 'rss', '%mem', 'args']

/** Options that need columns or selections the machine has not got. */
const NOT_HERE_UNIX = 'acdfFgGHjlLmMNsStTuUVyzZ'
const NOT_HERE_BSD = 'cefgHjklLmnNOrsStTuUVXZ'

const MAX_PID = 0x7fff_ffff

const notHere = (what: string): PsError => new PsError(`${what} is not modelled in this laboratory`)

export function parsePs(args: readonly string[]): PsRequest {
  return new Parser(args).parse()
}

class Parser {
  private readonly columns: Column[] = []
  private pids: number[] | undefined
  private names: string[] | undefined
  private standard = UNIX_DEFAULT
  private header = true
  private at = 0

  constructor(private readonly args: readonly string[]) {}

  parse(): PsRequest {
    while (this.at < this.args.length) {
      const arg = this.args[this.at++]
      if (arg.startsWith('--')) this.long(arg.slice(2))
      else if (arg.startsWith('-')) this.unix(arg.slice(1))
      else if (/^[0-9]/.test(arg)) this.bsdPids(arg)
      else this.bsd(arg)
    }
    const columns = this.columns.length > 0 ? this.columns : this.standard.flatMap((name) => findColumn(name) ?? [])
    return { columns, header: this.header, pids: this.pids, names: this.names }
  }

  /** The value of an option: the rest of its word, or the next word. */
  private value(rest: string, message: string): string {
    const value = rest !== '' ? rest : (this.args[this.at++] ?? '')
    if (value === '') throw new PsError(message)
    return value
  }

  private format(rest: string, option: string): void {
    this.columns.push(...parseFormat(this.value(rest, `format specification must follow ${option}`)))
  }

  private select(list: string): void {
    this.pids = [...(this.pids ?? []), ...parsePids(list)]
  }

  private bsdPids(list: string): void {
    this.useBsdColumns()
    this.select(list)
  }

  /** BSD words change the default columns, unless a format was named already. */
  private useBsdColumns(): void {
    if (this.standard === UNIX_DEFAULT) this.standard = BSD_DEFAULT
  }

  private unix(letters: string): void {
    if (letters === '') throw new PsError('improper list')
    for (let i = 0; i < letters.length; i++) {
      const rest = letters.slice(i + 1)
      const letter = letters[i]
      if (letter === 'o') return this.format(rest, '-o')
      if (letter === 'p' || letter === 'q')
        return this.select(this.value(rest, `list of process IDs must follow -${letter}`))
      if (letter === 'C') return this.byName(this.value(rest, 'list of command names must follow -C'))
      if (letter === 'h') this.hideHeader()
      else if (letter === 'e' || letter === 'A') this.pids = undefined
      else if (NOT_HERE_UNIX.includes(letter)) throw notHere(`-${letter}`)
      else if (letter !== 'w') throw new PsError('unsupported SysV option')
    }
  }

  private byName(list: string): void {
    this.names = [...(this.names ?? []), ...splitList(list)]
  }

  /** A personality quirk: -h hides the header and shows BSD columns. */
  private hideHeader(): void {
    this.header = false
    this.useBsdColumns()
  }

  private bsd(letters: string): void {
    this.useBsdColumns()
    for (let i = 0; i < letters.length; i++) {
      const rest = letters.slice(i + 1)
      const letter = letters[i]
      if (letter === 'o') return this.format(rest, 'o')
      if (letter === 'p' || letter === 'q')
        return this.select(this.value(rest, `list of process IDs must follow ${letter}`))
      if (letter === 'h') this.header = false
      else if (letter === 'v') this.standard = BSD_MEMORY
      else if (NOT_HERE_BSD.includes(letter)) throw notHere(letter)
      else if (!'axw'.includes(letter)) throw new PsError('unsupported option (BSD syntax)')
    }
  }

  private long(option: string): void {
    const [name, ...rest] = option.split('=')
    const value = rest.join('=')
    if (name === 'format') this.format(value, '--format')
    else if (name === 'pid' || name === 'quick-pid')
      this.select(this.value(value, `list of process IDs must follow --${name}`))
    else if (/^no-?head(s|er|ers|ing|ings)?$/.test(name)) this.header = false
    else throw new PsError('unknown gnu long option')
  }
}

const splitList = (list: string): readonly string[] => {
  const items = list.split(/[ ,\t\n]/)
  if (items.includes('')) throw new PsError('improper list')
  return items
}

function parsePids(list: string): readonly number[] {
  return splitList(list).map((item) => {
    if (!/^[0-9]+$/.test(item)) throw new PsError('process ID list syntax error')
    const pid = Number(item)
    if (pid < 1 || pid > MAX_PID) throw new PsError('process ID out of range')
    return pid
  })
}

/** "pid,vsz=MEMORY,comm:20": names with headings or widths of one's own. */
function parseFormat(list: string): readonly Column[] {
  const items = list.split(/[ ,\t\n]/)
  if (items.includes('')) throw new PsError('improper format list')
  return items.map(parseColumn)
}

function parseColumn(item: string): Column {
  const [, name, mark, rest] = /^([^:=]*)([:=]?)(.*)$/.exec(item) as unknown as [string, string, string, string]
  if (mark === ':' && !/^0*[1-9][0-9]*$/.test(rest)) throw new PsError('column widths must be unsigned decimal numbers')
  const column = findColumn(name)
  if (!column) throw isKnownToPs(name) ? notHere(`column "${name}"`) : unknownColumn(name)
  if (mark === '=') return { ...column, header: rest, width: Math.max(column.width, rest.length) }
  return mark === ':' ? { ...column, width: Number(rest) } : column
}

const unknownColumn = (name: string): PsError => new PsError(`unknown user-defined format specifier "${name}"`)
