/**
 * The allocator's parameters from the environment (elf/dl-tunables.list): GLIBC_TUNABLES=glibc.malloc.NAME=VALUE:... and,
 * for some, a variable of their own, which yields to the former. A value outside of what is allowed is passed over.
 *
 * Left out: glibc.malloc.hugetlb and check; before 2.26, where there were only the variables, values are read in the
 * same way though atoi knew decimal numbers alone; what set-user-ID programs ignore.
 */
import type { Heap } from './heap.js'
import { MAX_FAST_REQUEST, TCACHE_BINS } from './layout.js'
import * as MallOpt from './options.js'

interface Tunable {
  readonly alias?: string
  readonly min?: number
  readonly max?: number
  readonly set: (heap: Heap, value: number) => void
}

/** Largest request for the tcache's last list, and what a counter can hold. */
const MAX_TCACHE_SIZE = 1032
/** Chunks from here on have no list of the tcache (since 2.42; before, 1032 is the largest request). */
const MAX_LARGE_TCACHE = 4 * 1024 * 1024
const MAX_TCACHE_COUNT = 65_535

const option =
  (parameter: number) =>
  (heap: Heap, value: number): void => {
    heap.pool.optionOfEnvironment(parameter, value)
  }

/** Of a request. @glibc request2size malloc/malloc.c */
const chunkSize = (bytes: number): number => Math.max(32, Math.floor((bytes + 23) / 16) * 16)

/** In the order in which ptmalloc_init asks for them. */
const TUNABLES: Readonly<Record<string, Tunable>> = {
  top_pad: { alias: 'MALLOC_TOP_PAD_', set: option(MallOpt.M_TOP_PAD) },
  perturb: { alias: 'MALLOC_PERTURB_', max: 255, set: option(MallOpt.M_PERTURB) },
  mmap_threshold: { alias: 'MALLOC_MMAP_THRESHOLD_', set: option(MallOpt.M_MMAP_THRESHOLD) },
  trim_threshold: { alias: 'MALLOC_TRIM_THRESHOLD_', set: option(MallOpt.M_TRIM_THRESHOLD) },
  mmap_max: { alias: 'MALLOC_MMAP_MAX_', max: 2 ** 31 - 1, set: option(MallOpt.M_MMAP_MAX) },
  arena_max: { alias: 'MALLOC_ARENA_MAX', min: 1, set: option(MallOpt.M_ARENA_MAX) },
  arena_test: { alias: 'MALLOC_ARENA_TEST', min: 1, set: option(MallOpt.M_ARENA_TEST) },
  tcache_max: {
    set: ({ mp, version }, value) => {
      const size = chunkSize(value)
      if (version.largeTcache ? value >= 0 && size < MAX_LARGE_TCACHE : value <= MAX_TCACHE_SIZE) {
        if ((size >>> 4) - 2 < TCACHE_BINS) mp.tcacheBins = (size >>> 4) - 1
        mp.tcacheMaxBytes = size
      }
    },
  },
  tcache_count: {
    set: ({ mp }, value) => {
      if (value <= MAX_TCACHE_COUNT) mp.tcacheCount = value
    },
  },
  tcache_unsorted_limit: {
    set: ({ mp }, value) => {
      mp.tcacheUnsortedLimit = value
    },
  },
  mxfast: {
    set: ({ pool }, value) => {
      if (value <= MAX_FAST_REQUEST) pool.setMaxFastBytes(value)
    },
  },
}

/** Versions that know a tunable: the first ones came with 2.26, mxfast with 2.31. */
const since = (name: string): number => (name === 'mxfast' ? 31 : 26)

/**
 * @param environment NAME=VALUE
 * @glibc __tunables_init elf/dl-tunables.c
 */
export function applyTunables(heap: Heap, environment: readonly string[]): void {
  const given = tunablesIn(environment)
  for (const [name, { alias, min = 0, max = Infinity, set }] of Object.entries(TUNABLES)) {
    const known = heap.version.minor >= since(name)
    const text =
      (known ? given.get(name) : undefined) ?? (alias === undefined ? undefined : valueOf(environment, alias))
    if (text === undefined) continue
    const value = parseUnsigned(text)
    if (value >= min && value <= max) set(heap, value)
  }
}

const PREFIX = 'glibc.malloc.'

function tunablesIn(environment: readonly string[]): ReadonlyMap<string, string> {
  const settings = (valueOf(environment, 'GLIBC_TUNABLES') ?? '').split(':').filter((each) => each.startsWith(PREFIX))
  return new Map(
    settings
      .filter((each) => each.includes('='))
      .map((each) => {
        const at = each.indexOf('=')
        return [each.slice(PREFIX.length, at), each.slice(at + 1)]
      }),
  )
}

const valueOf = (environment: readonly string[], name: string): string | undefined =>
  environment.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)

/**
 * As C reads a constant: 0x for hexadecimal, 0 for octal; ends at the first character that does not belong, so that
 * a word is 0. Negative numbers are near 2^64, and stay negative here.
 * @glibc _dl_strtoul elf/dl-minimal.c
 */
function parseUnsigned(text: string): number {
  const [, sign, hex, octal, decimal] = /^[ \t]*([-+]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([0-9]*))/.exec(text) ?? []
  const value = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : Number(decimal || 0)
  return sign === '-' ? -value : value
}
