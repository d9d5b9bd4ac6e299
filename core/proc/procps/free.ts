/** free: memory in use and left (procps 4.0.2, src/free.c). Figures come from meminfo. */
import type { Kernel } from '../../kernel/index.js'
import { memoryFacts } from '../meminfo.js'
import { failed, ok, type CommandResult } from '../shell/result.js'

const USAGE = '\nUsage:\n free [options]\n\nFor more details see free(1).\n'

interface Options {
  /** 1024^unit bytes; undefined for -h. */
  unit: number | undefined
  wide: boolean
  total: boolean
}

const UNITS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3 }

/** Left out: --si and its units, -l, -L, -v, repeating (-s, -c). */
function parse(args: readonly string[]): Options | string {
  const options: Options = { unit: 1, wide: false, total: false }
  const letters = args.flatMap((arg) => (/^-[a-z]+$/.test(arg) ? [...arg.slice(1)] : [LONG[arg] ?? arg]))
  for (const letter of letters) {
    if (letter === 'h') options.unit = undefined
    else if (letter === 'w') options.wide = true
    else if (letter === 't') options.total = true
    else if (letter in UNITS) options.unit = UNITS[letter]
    else return letter
  }
  return options
}

const LONG: Readonly<Record<string, string>> = {
  '--bytes': 'b',
  '--kibi': 'k',
  '--mebi': 'm',
  '--gibi': 'g',
  '--human': 'h',
  '--wide': 'w',
  '--total': 't',
}

export function free(kernel: Kernel, args: readonly string[]): CommandResult {
  const options = parse(args)
  if (typeof options === 'string') return failed(`free: invalid option -- '${options.replace(/^-+/, '')}'\n${USAGE}`)
  return ok(freeText(memoryOf(kernel), options))
}

/** kB */
export type Memory = Readonly<Record<(typeof USED_FIELDS)[number], number>>

const USED_FIELDS = [
  'MemTotal',
  'MemFree',
  'MemAvailable',
  'Buffers',
  'Cached',
  'SReclaimable',
  'Shmem',
  'SwapTotal',
  'SwapFree',
] as const

function memoryOf(kernel: Kernel): Memory {
  const facts = new Map(memoryFacts(kernel).map(({ name, value }) => [name, value]))
  return Object.fromEntries(USED_FIELDS.map((name) => [name, facts.get(name) ?? 0])) as Memory
}

/** What is used is what is not available (since 4.0.1). @proc free.c (main) */
export function freeText(memory: Memory, { unit, wide, total }: Options): string {
  const cache = memory.Cached + memory.SReclaimable
  const used = memory.MemTotal - memory.MemAvailable
  const swapUsed = memory.SwapTotal - memory.SwapFree
  const caches = wide ? [memory.Buffers, cache] : [memory.Buffers + cache]
  const names = ['total', 'used', 'free', 'shared', ...(wide ? ['buffers', 'cache'] : ['buff/cache']), 'available']
  const row = (name: string, numbers: readonly number[]): string =>
    `${name.padEnd(9)}${numbers.map((kb) => scaled(kb, unit).padStart(11)).join(' ')}\n`
  return [
    `${' '.repeat(9)}${names.map((n) => n.padStart(11)).join(' ')}\n`,
    row('Mem:', [memory.MemTotal, used, memory.MemFree, memory.Shmem, ...caches, memory.MemAvailable]),
    row('Swap:', [memory.SwapTotal, swapUsed, memory.SwapFree]),
    total ? row('Total:', [memory.MemTotal + memory.SwapTotal, used + swapUsed, memory.MemFree + memory.SwapFree]) : '',
  ].join('')
}

/** Most characters of a number for people. */
const HUMAN_WIDTH = 5

/** @proc free.c scale_size */
function scaled(kb: number, unit: number | undefined): string {
  if (unit !== undefined) return String(Math.floor((kb * 1024) / 1024 ** unit))
  if (`${kb * 1024}B`.length <= HUMAN_WIDTH) return `${kb * 1024}B`
  for (const [power, letter] of [...'KMGTP'].entries()) {
    const size = kb / 1024 ** power
    for (const text of [`${size.toFixed(1)}${letter}i`, `${Math.floor(size)}${letter}i`])
      if (text.length <= HUMAN_WIDTH) return text
  }
  return String(kb)
}
