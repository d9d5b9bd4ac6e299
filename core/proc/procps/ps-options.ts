/**
 * The command line of ps: Unix options (-e, -o), BSD ones without a dash (aux, o) and GNU long ones, as procps mixes them
 * (ps/parser.c, ps/sortformat.c).
 *
 * Left out: personalities, PS_FORMAT, cutting lines to the terminal's width, security labels, environments (e), the
 * letters of old sort orders (O), repeated headers.
 */
import { findColumn, isKnownToPs, type Column } from './columns.js'
import { known, standardColumns } from './ps-format.js'
import type { Listed, Selection, Simple } from './ps-select.js'

export interface SortKey {
  readonly column: Column
  readonly reverse: boolean
}

export interface PsRequest {
  readonly columns: readonly Column[]
  readonly header: boolean
  readonly selection: Selection
  /** Threads as lines of their own, or below their processes. */
  readonly threads: 'none' | 'each' | 'below'
  readonly forest: 'none' | 'art' | 'indent'
  readonly sort: readonly SortKey[]
  /** Asked for its version or its columns instead. */
  readonly instead: 'version' | 'list' | undefined
}

/** A mistake in the command line; the text is ps's own. */
export class PsError extends Error {
  override readonly name = 'PsError'
}

/** Names of users and terminals, to be looked up. */
export interface Names {
  readonly uidOf: (name: string) => number | undefined
  readonly ttys: readonly string[]
}

const MAX_PID = 0x7fff_ffff
/** What the real one has and this one has not. */
export class PsNotSimulated extends Error {
  override readonly name = 'PsNotSimulated'
}

const notHere = (what: string): PsNotSimulated => new PsNotSimulated(`ps: ${what}`)

export const parsePs = (args: readonly string[], names: Names): PsRequest => new Parser(args, names).parse()

type Handler = (value: string) => void

/** An option that takes a list, and what it says when there is none. */
interface Valued {
  readonly missing: string
  readonly take: Handler
}

class Parser {
  private readonly named: Column[] = []
  private readonly flags = new Set<string>()
  private readonly simple = new Set<Simple>()
  private readonly lists: Listed[] = []
  private readonly sort: SortKey[] = []
  private all = false
  private bsd = false
  private negated = false
  private runningOnly = false
  private header = true
  private threads: PsRequest['threads'] = 'none'
  private forest: PsRequest['forest'] = 'none'
  private instead: PsRequest['instead']
  private at = 0

  constructor(
    private readonly args: readonly string[],
    private readonly names: Names,
  ) {}

  parse(): PsRequest {
    while (this.at < this.args.length && !this.instead) {
      const arg = this.args[this.at++]
      if (arg.startsWith('--')) this.long(arg.slice(2))
      else if (arg.startsWith('-')) this.unix(arg.slice(1))
      else this.bsdWord(arg)
    }
    const { all, simple, bsd, lists, runningOnly, negated } = this
    return {
      columns: this.columns(),
      header: this.header,
      selection: { all, simple, bsd, lists, runningOnly, negated },
      threads: this.threads,
      forest: this.forest,
      sort: this.sort,
      instead: this.instead,
    }
  }

  private columns(): readonly Column[] {
    if (this.named.length === 0) {
      if (this.flags.has('y') && !this.flags.has('l')) throw new PsError('modifier -y without format -l makes no sense')
      const standard = standardColumns(this.flags, this.bsd)
      if (!standard) throw new PsError('conflicting format options')
      return standard
    }
    if (['f', 'l', 'Bu', 'Bv', 'Bl', 'Bj', 'Bs'].some((flag) => this.flags.has(flag)))
      throw new PsError('conflicting format options')
    if (['F', 'j', 'y', 'c', 'P'].some((flag) => this.flags.has(flag)))
      throw new PsError('can not use output modifiers with user-defined output')
    return this.named
  }

  // ---- values -----------------------------------------------------------------------------------------------------

  /** The value of an option: the rest of its word, or the next word. */
  private value(rest: string, message: string): string {
    const value = rest !== '' ? rest : (this.args[this.at++] ?? '')
    if (value === '') throw new PsError(message)
    return value
  }

  private list(by: (item: string) => Listed): Handler {
    return (value) => {
      for (const item of splitList(value)) this.lists.push(by(item))
    }
  }

  private readonly byPid = this.list((item) => {
    const pid = parsePid(item)
    return (p) => p.pid === pid
  })
  private readonly byParent = this.list((item) => {
    const pid = parsePid(item)
    return (p) => p.ppid === pid
  })
  private readonly bySession = this.list((item) => {
    const pid = parsePid(item)
    return (p) => p.sid === pid
  })
  /** Names are compared as far as the kernel keeps them. */
  private readonly byName = this.list((item) => (p) => p.comm === (p.comm.length === 15 ? item.slice(0, 15) : item))
  private readonly byUser = this.list((item) => {
    const uid = /^[0-9]+$/.test(item) ? Number(item) : this.names.uidOf(item)
    if (uid === undefined) throw new PsError('user name does not exist')
    return (p) => p.uid === uid
  })
  private readonly byTty = this.list((item) => {
    const tty = this.names.ttys.find((tty) => item === tty || item === `/dev/${tty}`)
    if (tty === undefined) throw new PsError('TTY could not be found')
    return (p) => p.tty === tty
  })
  private readonly formatted: Handler = (value) => {
    this.named.push(...parseFormat(value))
  }
  /** -O: named columns behind the pid, in front of the usual ones. */
  private readonly preloaded =
    (end: readonly string[]): Handler =>
    (value) => {
      if (this.named.length > 0) throw new PsError('option O is neither first format nor sort order')
      this.named.push(known('pid'), ...parseFormat(value), ...end.map(known))
    }
  private readonly sorted: Handler = (value) => {
    for (const item of value.split(',')) this.sort.push(parseSortKey(item))
  }

  private readonly unixValued: Readonly<Record<string, Valued>> = {
    o: { missing: 'format specification must follow -o', take: this.formatted },
    O: {
      missing: 'format or sort specification must follow -O',
      take: this.preloaded(['state', 'tname', 'time', 'command']),
    },
    p: { missing: 'list of process IDs must follow -p', take: this.byPid },
    q: { missing: 'List of process IDs must follow -q.', take: this.byPid },
    C: { missing: 'list of command names must follow -C', take: this.byName },
    u: { missing: 'list of users must follow -u', take: this.byUser },
    U: { missing: 'list of real users must follow -U', take: this.byUser },
    s: { missing: 'list of session IDs must follow -s', take: this.bySession },
    g: { missing: 'list of session leaders OR effective group names must follow -g', take: this.bySession },
    t: { missing: 'list of terminals (pty, tty...) must follow -t', take: this.byTty },
  }
  private readonly bsdValued: Readonly<Record<string, Valued>> = {
    o: { missing: 'format specification must follow o', take: this.formatted },
    O: {
      missing: 'format or sort specification must follow O',
      take: this.preloaded(['state', 'tname', 'cputime', 'comm']),
    },
    p: { missing: 'list of process IDs must follow p', take: this.byPid },
    q: { missing: 'List of process IDs must follow q.', take: this.byPid },
    U: { missing: 'list of users must follow U', take: this.byUser },
    t: { missing: 'list of terminals (pty, tty...) must follow t', take: this.byTty },
    k: { missing: "long sort specification must follow 'k'", take: this.sorted },
  }

  // ---- the three kinds of options ---------------------------------------------------------------------------------

  private unix(letters: string): void {
    if (letters === '') throw new PsError('improper list')
    for (let i = 0; i < letters.length && !this.instead; i++) {
      const valued = this.unixValued[letters[i]]
      if (valued) return valued.take(this.value(letters.slice(i + 1), valued.missing))
      this.unixLetter(letters[i])
    }
  }

  private unixLetter(letter: string): void {
    const act = this.unixPlain[letter]
    if (act) act()
    else if ('fljycP'.includes(letter)) this.flags.add(letter)
    else if ('GMZ'.includes(letter)) throw notHere(`-${letter}`)
    else if (letter === 'x') throw new PsError('must set personality to get -x option')
    else if (letter === '-') throw new PsError("embedded '-' among SysV options makes no sense")
    else if (letter !== 'w') throw new PsError('unsupported SysV option')
  }

  private readonly unixPlain: Readonly<Record<string, () => void>> = {
    e: () => (this.all = true),
    A: () => (this.all = true),
    a: () => this.simple.add('Ua'),
    d: () => this.simple.add('Ud'),
    F: () => this.flags.add('f').add('F'),
    H: () => (this.forest = 'indent'),
    L: () => this.eachThread('L'),
    T: () => this.eachThread('T'),
    m: () => (this.threads = 'below'),
    N: () => (this.negated = true),
    V: () => (this.instead = 'version'),
    h: () => this.hideHeader(),
  }

  private eachThread(flag: string): void {
    this.threads = 'each'
    this.flags.add(flag)
  }

  /** A quirk: -h hides the header and makes the rest BSD. */
  private hideHeader(): void {
    this.header = false
    this.bsd = true
  }

  private bsdWord(letters: string): void {
    this.bsd = true
    for (let i = 0; i < letters.length && !this.instead; i++) {
      if (/[0-9]/.test(letters[i])) return this.byPid(letters.slice(i))
      const valued = this.bsdValued[letters[i]]
      if (valued) return valued.take(this.value(letters.slice(i + 1), valued.missing))
      this.bsdLetter(letters[i])
    }
  }

  private bsdLetter(letter: string): void {
    const act = this.bsdPlain[letter]
    if (act) act()
    else if ('uvljs'.includes(letter)) this.flags.add(`B${letter}`)
    else if ('ceLMnSTXZ'.includes(letter)) throw notHere(letter)
    else if (letter === '-') throw new PsError("embedded '-' among BSD options makes no sense")
    else if (letter !== 'w' && letter !== 'g') throw new PsError('unsupported option (BSD syntax)')
  }

  private readonly bsdPlain: Readonly<Record<string, () => void>> = {
    a: () => this.simple.add('Ba'),
    x: () => this.simple.add('Bx'),
    f: () => (this.forest = 'art'),
    h: () => (this.header = false),
    H: () => (this.threads = 'each'),
    m: () => (this.threads = 'below'),
    r: () => (this.runningOnly = true),
    V: () => (this.instead = 'version'),
  }

  private long(option: string): void {
    const [name, ...rest] = option.split('=')
    const value = rest.join('=')
    const valued = this.longValued[name]
    if (valued) valued.take(this.value(value, valued.missing))
    else if (name === 'forest') this.forest = 'art'
    else if (name === 'deselect') this.negated = true
    else if (name === 'version') this.instead = 'version'
    else if (/^no-?head(s|er|ers|ing|ings)?$/.test(name)) this.header = false
    else if (!/^head(er|ers|ing|ings)?$/.test(name)) throw new PsError('unknown gnu long option')
  }

  private readonly longValued: Readonly<Record<string, Valued>> = {
    format: { missing: 'format specification must follow --format', take: this.formatted },
    sort: { missing: 'long sort specification must follow --sort', take: this.sorted },
    pid: { missing: 'list of process IDs must follow --pid', take: this.byPid },
    'quick-pid': { missing: 'list of process IDs must follow --quick-pid', take: this.byPid },
    ppid: { missing: 'list of process IDs must follow --ppid', take: this.byParent },
    sid: { missing: 'some sid thing(s) must follow --sid', take: this.bySession },
    user: { missing: 'list of effective users must follow --user', take: this.byUser },
    User: { missing: 'list of real users must follow --User', take: this.byUser },
    tty: { missing: 'list of ttys must follow --tty', take: this.byTty },
    ...Object.fromEntries(
      ['cols', 'columns', 'width', 'lines', 'rows'].map((name) => [
        name,
        { missing: `number of ${name} must follow --${name}`, take: () => {} },
      ]),
    ),
  }
}

const splitList = (list: string): readonly string[] => {
  const items = list.split(/[ ,\t\n]/)
  if (items.includes('')) throw new PsError('improper list')
  return items
}

function parsePid(item: string): number {
  if (!/^[0-9]+$/.test(item)) throw new PsError('process ID list syntax error')
  const pid = Number(item)
  if (pid < 1 || pid > MAX_PID) throw new PsError('process ID out of range')
  return pid
}

/** "-rss", "+pid", "comm" */
function parseSortKey(item: string): SortKey {
  const reverse = item.startsWith('-')
  const name = item.replace(/^[-+]/, '')
  const column = findColumn(name)
  if (!column) throw isKnownToPs(name) ? notHere(`column "${name}"`) : new PsError('unknown sort specifier')
  return { column, reverse }
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
