/**
 * free: what /proc/meminfo says, in one table (procps free.c, library/meminfo.c; 3.3.10: free.c, proc/sysinfo.c).
 *
 * Left out: repeating (-s, -c); the table of unknown units of 3.3.10 beyond tera.
 */
import type { Kernel } from '../../kernel/index.js'
import { failed, ok, type CommandResult } from '../shell/result.js'
import { notSimulated } from '../shell/tools.js'
import { meminfoText } from '../meminfo.js'
import { since } from '../version.js'

type Numbers = (name: string) => number

interface FreeOptions {
  /** Power of the base: 0 the default (kB), 1 bytes, 2 kB, 3 MB, ... */
  readonly exponent: number
  readonly si: boolean
  readonly human: boolean
  readonly wide: boolean
  readonly lohi: boolean
  readonly total: boolean
  readonly committed: boolean
}

export const free = (kernel: Kernel, args: readonly string[]): CommandResult =>
  runFree(meminfoText(kernel), kernel.profile.procps, args)

export function runFree(meminfo: string, version: string, args: readonly string[]): CommandResult {
  const options = parseFree(args, since(version, '4.0'))
  if ('status' in options) return options
  if (options.exponent < 0) return ok(`free from procps-ng ${version}\n`)
  const values = new Map([...meminfo.matchAll(/^(\S+): +(\d+)/gm)].map((m) => [m[1], Number(m[2])]))
  return ok(freeText((name) => values.get(name) ?? 0, options, since(version, '4.0')))
}

const WIDTH = 11

/** Since 4.0 what is used is all that is not available; before, all that is neither free nor cache nor buffers. */
function freeText(value: Numbers, options: FreeOptions, modern: boolean): string {
  const scale = (kb: number): string => (modern ? scaled(kb, options) : scaledBefore4(kb, options))
  const line = (label: string, ...kb: readonly number[]): string =>
    `${label.padEnd(modern ? 9 : 8)}${kb.map((n) => scale(n).padStart(WIDTH)).join(' ')}\n`
  const total = value('MemTotal')
  const unused = value('MemFree')
  const cached = value('Cached') + value(modern ? 'SReclaimable' : 'Slab')
  const buffers = value('Buffers')
  const available = value('MemAvailable') || unused
  const used = modern ? total - available : total - unused - cached - buffers
  const swapTotal = value('SwapTotal')
  const swapFree = value('SwapFree')
  const lowTotal = value('LowTotal') || total
  const lowFree = value('LowTotal') ? value('LowFree') : unused
  const cache = options.wide ? [buffers, cached] : [buffers + cached]
  return [
    headings(options.wide, modern),
    line('Mem:', total, used, unused, value('Shmem'), ...cache, available),
    options.lohi ? line('Low:', lowTotal, lowTotal - lowFree, lowFree) + line('High:', 0, 0, 0) : '',
    line('Swap:', swapTotal, swapTotal - swapFree, swapFree),
    options.total ? line('Total:', total + swapTotal, used + swapTotal - swapFree, unused + swapFree) : '',
    options.committed ? commitLine(value, line) : '',
  ].join('')
}

function commitLine(value: Numbers, line: (label: string, ...kb: readonly number[]) => string): string {
  const limit = value('CommitLimit')
  const committed = value('Committed_AS')
  return line('Comm:', limit, committed, limit - committed)
}

function headings(wide: boolean, modern: boolean): string {
  const names = ['total', 'used', 'free', 'shared', ...(wide ? ['buffers', 'cache'] : ['buff/cache']), 'available']
  return ' '.repeat(modern ? 9 : 8) + names.map((name) => name.padStart(WIDTH)).join(' ') + '\n'
}

// ---- numbers --------------------------------------------------------------------------------------------------------

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P']

/** procps scale_size */
function scaled(kb: number, { exponent, si, human }: FreeOptions): string {
  const base = si ? 1000 : 1024
  const bytes = kb * 1024
  if (human) return readable(bytes, base, si ? 4 : 5, si ? '' : 'i')
  if (exponent === 0) return String(Math.floor(bytes / base))
  return exponent === 1 ? String(bytes) : String(Math.trunc(bytes / base ** (exponent - 1)))
}

/** With one decimal when it fits, else whole, in the smallest unit in which that fits `room` characters. */
function readable(bytes: number, base: number, room: number, suffix: string): string {
  let text = `${bytes}B`
  if (text.length <= 4) return text
  for (let i = 1; i < UNITS.length; i++) {
    const value = bytes / base ** i
    text = `${oneDecimal(Math.fround(value))}${UNITS[i]}${suffix}`
    if (text.length <= room) return text
    text = `${Math.trunc(value)}${UNITS[i]}${suffix}`
    if (text.length <= room) return text
  }
  return text
}

/** Kilobytes are never shown with a decimal, SI ones are kB / 0.9765625. */
function scaledBefore4(kb: number, { exponent, si, human }: FreeOptions): string {
  const base = si ? 1000 : 1024
  const thousands = Math.trunc(kb / 0.9765625)
  if (!human) {
    if (exponent === 0) return String(kb)
    if (exponent === 1) return String(kb * 1024)
    if (exponent === 2) return String(si ? thousands : kb)
    return String(Math.trunc(kb / base ** (exponent - 2)))
  }
  let text = `${kb * 1024}B`
  if (text.length <= 4) return text
  text = `${si ? thousands : kb}K`
  for (let i = 2; text.length > 4 && i < UNITS.length - 1; i++) {
    const value = kb / base ** (i - 1)
    text = `${oneDecimal(Math.fround(value))}${UNITS[i]}`
    if (text.length > 4) text = `${Math.trunc(value)}${UNITS[i]}`
  }
  return text
}

/** C's %.1f: a tie goes to the even digit. */
function oneDecimal(value: number): string {
  const tenths = value * 10
  const isTie = tenths % 1 === 0.5 && tenths / 10 === value
  const rounded = isTie ? 2 * Math.round(tenths / 2) : Math.round(tenths)
  return `${Math.floor(rounded / 10)}.${rounded % 10}`
}

// ---- command line ---------------------------------------------------------------------------------------------------

const UNIT_OPTIONS: Readonly<Record<string, readonly [exponent: number, si: boolean]>> = {
  b: [1, false],
  bytes: [1, false],
  k: [2, false],
  kibi: [2, false],
  m: [3, false],
  mebi: [3, false],
  g: [4, false],
  gibi: [4, false],
  tebi: [5, false],
  pebi: [6, false],
  kilo: [2, true],
  mega: [3, true],
  giga: [4, true],
  tera: [5, true],
  peta: [6, true],
}
const OLD_UNITS: ReadonlySet<string> = new Set(['b', 'bytes', 'k', 'kilo', 'm', 'mega', 'g', 'giga', 'tera'])
const FLAGS: Readonly<Record<string, 'human' | 'si' | 'lohi' | 'total' | 'committed' | 'wide'>> = {
  h: 'human',
  human: 'human',
  si: 'si',
  l: 'lohi',
  lohi: 'lohi',
  t: 'total',
  total: 'total',
  v: 'committed',
  committed: 'committed',
  w: 'wide',
  wide: 'wide',
}

/** An exponent below 0 asks for the version. */
function parseFree(args: readonly string[], modern: boolean): FreeOptions | CommandResult {
  const flags = { human: false, si: false, lohi: false, total: false, committed: false, wide: false }
  let exponent = 0
  for (const arg of args) {
    if (!arg.startsWith('-') || arg === '-') return failed(usage(modern))
    for (const name of arg.startsWith('--') ? [arg.slice(2)] : arg.slice(1)) {
      const flag = FLAGS[name]
      const unit = modern || OLD_UNITS.has(name) ? UNIT_OPTIONS[name] : undefined
      if (name === 'V' || name === 'version') return { ...flags, exponent: -1 }
      if (name === 'help') return ok(usage(modern))
      if (unit) {
        if (modern && exponent > 0) return failed("free: Multiple unit options don't make sense.\n")
        exponent = name === 'tera' && !modern ? 5 : unit[0]
        if (modern && unit[1]) flags.si = true
      } else if (flag && (modern || flag !== 'committed')) flags[flag] = true
      else if ('sc'.includes(name)) return notSimulated(`free -${name}`, 1)
      else return failed(unknownOption(arg, name) + usage(modern))
    }
  }
  return { ...flags, exponent }
}

const unknownOption = (arg: string, name: string): string =>
  arg.startsWith('--') ? `free: unrecognized option '${arg}'\n` : `free: invalid option -- '${name}'\n`

const usage = (modern: boolean): string =>
  `\nUsage:\n free [options]\n\nOptions:\n${(modern ? NEW_HELP : OLD_HELP).map((line) => `${line}\n`).join('')}\n` +
  '     --help     display this help and exit\n' +
  ' -V, --version  output version information and exit\n' +
  '\nFor more details see free(1).\n'

const COMMON_HELP = [
  ' -h, --human         show human-readable output',
  '     --si            use powers of 1000 not 1024',
  ' -l, --lohi          show detailed low and high memory statistics',
  ' -t, --total         show total for RAM + swap',
]
const LAST_HELP = [
  ' -s N, --seconds N   repeat printing every N seconds',
  ' -c N, --count N     repeat printing N times, then exit',
  ' -w, --wide          wide output',
]
const NEW_HELP = [
  ' -b, --bytes         show output in bytes',
  ...['kilo', 'mega', 'giga', 'tera', 'peta'].map((unit) => `     --${unit}          show output in ${unit}bytes`),
  ' -k, --kibi          show output in kibibytes',
  ' -m, --mebi          show output in mebibytes',
  ' -g, --gibi          show output in gibibytes',
  '     --tebi          show output in tebibytes',
  '     --pebi          show output in pebibytes',
  ...COMMON_HELP,
  ' -v, --committed     show committed memory and commit limit',
  ...LAST_HELP,
]
const OLD_HELP = [
  ' -b, --bytes         show output in bytes',
  ' -k, --kilo          show output in kilobytes',
  ' -m, --mega          show output in megabytes',
  ' -g, --giga          show output in gigabytes',
  '     --tera          show output in terabytes',
  ...COMMON_HELP,
  ...LAST_HELP,
]
