/**
 * What pmap prints for one process, from what it reads in maps or smaps (procps pmap.c). 3.3.10 and 4.0.2 print the same
 * columns. What differs: the command line of a zombie, which 4.0 marks as defunct.
 *
 * 3.3.10 as released prints each mapping of -x twice on kernels that have SwapPss (4.3 and later), because it takes that
 * line for Swap; distributions patched it, and so is this one.
 *
 * Left out: -X, -XX, -A and configuration files; System V shared memory by its id.
 */

/** What pmap knows about a mapping. Sizes in kB. */
export interface PmapLine {
  /** 16 hex digits. */
  readonly address: string
  readonly kbytes: number
  readonly rss: number
  readonly dirty: number
  /** "rw---": p becomes a dash, the fifth place is never used. */
  readonly mode: string
  /** What -p shows. */
  readonly path: string
  /** What is shown without it. */
  readonly mapping: string
  /** 16 hex digits. */
  readonly offset: string
  /** "0fe:00000" */
  readonly device: string
}

export type PmapFormat = 'plain' | 'extended' | 'device'

export interface PmapLayout {
  readonly format: PmapFormat
  /** No header, no totals. */
  readonly quiet: boolean
  readonly showPath: boolean
}

/** Widths of Address, Kbytes, RSS, Dirty. */
const ADDRESS = 16
const NUMBER = 7

const number = (n: number, width = NUMBER): string => String(n).padStart(width)

/** "20700:   ./demo" */
export const pmapTitle = (pid: number, command: string): string => `${pid}:   ${command}\n`

/** Everything below the title. */
export function pmapBody(lines: readonly PmapLine[], layout: PmapLayout): string {
  const rows = lines.map((line) => `${rowOf(line, layout)}\n`).join('')
  return layout.quiet ? rows : HEADERS[layout.format] + rows + footerOf(lines, layout.format)
}

const HEADERS: Readonly<Record<PmapFormat, string>> = {
  plain: '',
  extended: 'Address           Kbytes     RSS   Dirty Mode  Mapping\n',
  device: 'Address           Kbytes Mode  Offset           Device    Mapping\n',
}

function rowOf(line: PmapLine, { format, showPath }: PmapLayout): string {
  const { address, kbytes, rss, dirty, mode, offset, device } = line
  const name = showPath ? line.path : line.mapping
  switch (format) {
    case 'plain':
      return `${address} ${number(kbytes, 6)}K ${mode} ${name}`
    case 'extended':
      return `${address} ${number(kbytes)} ${number(rss)} ${number(dirty)} ${mode} ${name}`
    case 'device':
      return `${address} ${number(kbytes)} ${mode} ${offset} ${device} ${name}`
  }
}

type Counted = Pick<PmapLine, 'kbytes' | 'rss' | 'dirty'>

/** Kbytes, RSS and Dirty of all mappings together. */
export function pmapTotals(lines: readonly Counted[]): readonly [number, number, number] {
  const sum = (value: (line: Counted) => number): number => lines.reduce((n, line) => n + value(line), 0)
  return [sum((l) => l.kbytes), sum((l) => l.rss), sum((l) => l.dirty)]
}

function footerOf(lines: readonly PmapLine[], format: PmapFormat): string {
  const [kbytes, rss, dirty] = pmapTotals(lines)
  const only = (test: (mode: string) => boolean): number => pmapTotals(lines.filter((l) => test(l.mode)))[0]
  switch (format) {
    case 'plain':
      return ` total ${number(kbytes, ADDRESS)}K\n`
    case 'extended':
      return (
        `${'-'.repeat(ADDRESS)} ${'-'.repeat(NUMBER)} ${'-'.repeat(NUMBER)} ${'-'.repeat(NUMBER)} \n` +
        `${'total kB'.padEnd(ADDRESS)} ${number(kbytes)} ${number(rss)} ${number(dirty)}\n`
      )
    case 'device': {
      const shared = only((mode) => mode[3] === 's')
      const writable = only((mode) => mode[3] !== 's' && mode[1] === 'w')
      return `mapped: ${kbytes}K    writeable/private: ${writable}K    shared: ${shared}K\n`
    }
  }
}

export const ANON = '  [ anon ]'
export const STACK = '  [ stack ]'

/** Mode of a mapping from its permissions in maps: "rw-p" becomes "rw---". */
export const pmapMode = (perms: string): string => `${perms.slice(0, 3)}${perms[3] === 'p' ? '-' : perms[3]}-`

/** "fe:00" as "0fe:00000". */
export function pmapDevice(device: string): string {
  const [major, minor] = device.split(':')
  return `${major.padStart(3, '0')}:${minor.padStart(5, '0')}`
}

/** Anything with a slash is a file, shown by what follows the last one; the kernel's own names are not looked at. */
export function pmapNames(name: string, holdsStack: boolean): { readonly path: string; readonly mapping: string } {
  const slash = name.indexOf('/')
  if (slash < 0) {
    const label = holdsStack ? STACK : ANON
    return { path: label, mapping: label }
  }
  const path = name.slice(slash)
  const mapping = path.slice(path.lastIndexOf('/') + 1)
  return { path, mapping: mapping === '' ? '/' : mapping }
}
