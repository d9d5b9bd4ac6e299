/**
 * The allocator proper (pool/, in AssemblyScript) as a WebAssembly module over the machine's memory, beside the program's
 * own compiled code: addresses of 64 bits cost nothing there, and the host allocates nothing for a call. Compiled once;
 * each heap has an instance of its own, whose lasting state are the globals that {@link shared} makes here.
 */
import type { UserCpu, UserMemory } from '../../kernel/uapi/index.js'
import {
  MADV_DONTNEED,
  MAP_ANONYMOUS,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MREMAP_MAYMOVE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  type Syscalls,
} from '../../kernel/uapi/index.js'
import { moduleOf } from '../../base/index.js'
import { breakAdjusted, corrupted, unsoundMapping, unsoundTop } from './checks.js'
import type { MallocObserver } from './owners.js'
import { POOL_WASM } from './pool-wasm.js'
import type { Globals } from './globals.js'
import type { ArenaLayout, MallocVersion } from './version.js'

export interface HeapHost {
  readonly mem: UserMemory & UserCpu
  readonly sys: Pick<Syscalls, 'mmap' | 'munmap' | 'mremap' | 'madvise' | 'mprotect'>
  /** CPUs there are, which limit the number of arenas. */
  readonly cpus: number
  /** sbrk(3): the break before, or -1. */
  sbrk(increment: number): number
  /** Fetch of a function's code. */
  touch(symbol: string): void
  /** Message to stderr, then SIGABRT. */
  fatal(message: string): never
  /** argv[0], and its last part, for messages. */
  readonly program: string
  readonly shortProgram: string
  readonly observer?: MallocObserver | undefined
  /** NAME=VALUE, as the program was started with. */
  environment?(): readonly string[]
}

/** What pool/index.ts exports: addresses of blocks, 0 for NULL. */
export interface PoolModule {
  malloc(size: number): number
  calloc(count: number, size: number): number
  realloc(block: number, size: number): number
  memalign(alignment: number, size: number): number
  free(block: number): void
  usableSize(block: number): number
  trim(pad: number): number
  optionOfProgram(parameter: number, value: number): number
  optionOfEnvironment(parameter: number, value: number): void
  setMaxFastBytes(request: number): void
  init(): void
  exitThread(): void
  unlockArenas(): void
  afterFork(): void
  /** Counts what an arena's lists hold, into these. */
  countFree(arena: number): void
  readonly fastChunks: WebAssembly.Global
  readonly fastBytes: WebAssembly.Global
  readonly freeChunks: WebAssembly.Global
  readonly freeBytes: WebAssembly.Global
}

interface Settings {
  readonly version: MallocVersion
  readonly mainArena: number
  /** Of pool/params.ts. */
  readonly params: Globals
  readonly applyTunables: () => void
}

const compiledModule = moduleOf(POOL_WASM)

export function poolModule(host: HeapHost, { version, mainArena, params, applyTunables }: Settings): PoolModule {
  const { exports } = new WebAssembly.Instance(compiledModule(), {
    env: { memory: host.mem.memory },
    'host.js': { ...machineCalls(host.mem), ...kernelCalls(host, version), ...ends(host, version), applyTunables },
    'params.js': params,
    'version.js': versionGlobals(version, mainArena),
  })
  return exports as unknown as PoolModule
}

const machineCalls = (mem: UserMemory & UserCpu): WebAssembly.Imports[string] => ({
  loadMiss: (low: number, high: number, size: number) => mem.loadMiss(low, high, size),
  storeMiss: (low: number, high: number, size: number, valueLow: number, valueHigh: number) =>
    mem.storeMiss(low, high, size, valueLow, valueHigh),
  fillFar: (address: number, byte: number, length: number) => mem.fill(address, byte, length),
  copyFar: (to: number, from: number, length: number) => mem.copy(to, from, length),
})

const READ_WRITE = PROT_READ | PROT_WRITE
const PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS

function kernelCalls(host: HeapHost, { heapNoReserve }: MallocVersion): WebAssembly.Imports[string] {
  const { sys } = host
  const reserveFlags = PRIVATE | (heapNoReserve ? MAP_NORESERVE : 0)
  return {
    touchSbrk: () => host.touch('sbrk'),
    sbrk: (increment: number) => host.sbrk(increment),
    mmap: (length: number) => {
      host.touch('mmap')
      return sys.mmap(0, length, READ_WRITE, PRIVATE, -1, 0)
    },
    reserve: (address: number, length: number) => {
      host.touch('mmap')
      return sys.mmap(address, length, PROT_NONE, reserveFlags, -1, 0)
    },
    munmap: (address: number, length: number) => {
      host.touch('munmap')
      sys.munmap(address, length)
    },
    mremap: (address: number, length: number, wanted: number) => {
      host.touch('mremap')
      return sys.mremap(address, length, wanted, MREMAP_MAYMOVE, 0)
    },
    mprotect: (address: number, length: number) => {
      host.touch('mprotect')
      return sys.mprotect(address, length, READ_WRITE)
    },
    discard: (address: number, length: number) => {
      host.touch('madvise')
      sys.madvise(address, length, MADV_DONTNEED)
    },
    cpus: () => host.cpus,
  }
}

/** None of these comes back. */
const ends = (host: HeapHost, version: MallocVersion): WebAssembly.Imports[string] => ({
  corrupted: (message: number, low: number, high: number) => corrupted(host, version, message, low, high),
  assertSoundTop: () => unsoundTop(host, version),
  assertSoundMapping: () => unsoundMapping(host, version),
  breakAdjusted: (at: number) => breakAdjusted(host, version, at),
})

/** As pool/version.ts declares it: numbers of 32 bits, and of 64 for what is added to addresses. */
function versionGlobals(version: MallocVersion, mainArena: number): WebAssembly.Imports[string] {
  const { layout, tcacheKey, heapInfo, ...flags } = version
  return {
    ...Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, Number(value)])),
    hasTcacheKey: Number(tcacheKey !== 'none'),
    randomKey: Number(tcacheKey === 'random'),
    heapInfo: BigInt(heapInfo),
    mainArena: BigInt(mainArena),
    arenaSize: BigInt(layout.size),
    ...offsets(layout),
  }
}

const offsets = (layout: ArenaLayout): WebAssembly.Imports[string] =>
  Object.fromEntries(Object.entries<number>({ ...layout }).map(([name, at]) => [`${name}At`, BigInt(at)]))
