/** Which columns ps shows when none are named: the lists of its formats and what modifies them (procps ps/sortformat.c). */
import { assert } from '../../base/index.js'
import { findColumn, type Column } from './columns.js'

/** Letters given so far: Unix f, l, F, j, y, c, P; BSD u, v, l, j, s as "Bu" and so on; threads L, T. */
export type FormatFlags = ReadonlySet<string>

const BSD_FORMATS: Readonly<Record<string, string>> = {
  Bu: 'user pid pcpu pmem vsz rss tname stat start_time bsdtime args',
  Bv: 'pid tname stat bsdtime maj_flt m_trs m_drs rss pmem args',
  Bl: 'flags uid pid ppid priority nice vsz rss wchan stat tname bsdtime args',
  Bj: 'ppid pid pgid sid tname tpgid stat uid bsdtime args',
  Bs: 'uid pid pending sig_block sig_ignore caught stat tname bsdtime args',
}

/** @returns undefined for flags that do not go together */
export function standardColumns(flags: FormatFlags, bsdDefaults: boolean): readonly Column[] | undefined {
  const bsd = Object.keys(BSD_FORMATS).filter((name) => flags.has(name))
  if (bsd.length > 1 || (bsd.length === 1 && (flags.has('f') || flags.has('l')))) return undefined
  const names = bsd.length === 1 ? modified(BSD_FORMATS[bsd[0]].split(' '), flags) : sysvList(flags, bsdDefaults)
  return names.map(known)
}

export function known(name: string): Column {
  const column = findColumn(name)
  assert(column, () => `ps has a column ${name}`)
  return column
}

/** procps generate_sysv_list */
function sysvList(flags: FormatFlags, bsdDefaults: boolean): readonly string[] {
  const has = (flag: string): boolean => flags.has(flag)
  const full = has('f')
  const long = has('l')
  const when = (condition: boolean, ...names: string[]): readonly string[] => (condition ? names : [])
  return [
    ...when(long && !has('y'), 'f'),
    ...when(long, 's'),
    ...when(full, 'uid_hack'),
    ...when(long && !full, 'uid'),
    'pid',
    ...when(has('T'), 'spid'),
    ...when(full || long, 'ppid'),
    ...when(has('j'), 'pgid', 'sid'),
    ...when(has('L'), 'lwp'),
    ...when(has('P'), 'psr'),
    ...when((full || long) && !has('c'), 'c'),
    ...when(has('L') && full, 'nlwp'),
    ...when(has('c'), 'class', 'pri'),
    ...when(long && !has('c'), 'opri', 'ni'),
    ...when(long, has('y') ? 'rss' : 'addr_1'),
    ...when(has('F') || long, 'sz'),
    ...when(long, 'wchan'),
    ...when(has('F') && !(long && has('y')), 'rss'),
    ...when(has('F') && !has('P'), 'psr'),
    ...when(full, 'stime'),
    'tname',
    ...endOf(full, long, bsdDefaults),
  ]
}

function endOf(full: boolean, long: boolean, bsdDefaults: boolean): readonly string[] {
  if (!bsdDefaults) return ['time', full ? 'cmd' : 'ucmd']
  return [...(long ? [] : ['stat']), 'bsdtime', full || long ? 'cmd' : 'args']
}

/** What -j, -L and -T add to a BSD format. */
function modified(names: readonly string[], flags: FormatFlags): readonly string[] {
  const list = [...names]
  const after = (places: readonly string[], name: string): void => {
    const place = places.find((place) => list.includes(place))
    if (place) list.splice(list.indexOf(place) + 1, 0, name)
  }
  if (flags.has('j')) {
    after(['ppid', 'pid'], 'pgid')
    after(['pgid'], 'sid')
  }
  if (flags.has('T')) after(['pid'], 'spid')
  if (flags.has('L')) {
    after(['sid', 'pgid', 'ppid', 'pid'], 'lwp')
    after(['pcpu'], 'nlwp')
  }
  return list
}
