/** What all parts of the allocator work on: the machine's user side, the version, the parameters, the main arena. */
import type { Syscalls, UserMemory } from '../../kernel/uapi/index.js'
import { NON_MAIN_ARENA } from './chunk.js'
import { PoolMemory } from './memory.js'
import type { MallocObserver } from './owners.js'
import { freshParams, setMaxFast, type Params } from './params.js'
import { ArenaState } from './state.js'
import { applyTunables } from './tunables.js'
import { freshThread, type ThreadCache } from './threads.js'
import type { MallocVersion } from './version.js'

export interface HeapHost {
  readonly mem: UserMemory
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

export class Heap {
  readonly mem: PoolMemory
  readonly main: ArenaState
  readonly mp: Params = freshParams()
  /** The calling thread, and all there are by number. */
  thread: ThreadCache = freshThread()
  threadId = 0
  readonly threads = new Map([[0, this.thread]])
  private readonly known = new Map<number, ArenaState>()

  /** @param mainArena address of main_arena */
  constructor(
    readonly host: HeapHost,
    readonly version: MallocVersion,
    readonly mainArena: number,
  ) {
    this.mem = new PoolMemory(host.mem, mainArena)
    this.main = this.arenaAt(this.mem.place(mainArena))
  }

  /** The malloc_state at an address. */
  arenaAt(address: number): ArenaState {
    let arena = this.known.get(address)
    if (arena === undefined) {
      const mark = this.known.size === 0 ? 0 : NON_MAIN_ARENA
      arena = new ArenaState(this.mem, address, this.version.layout, mark)
      this.known.set(address, arena)
    }
    return arena
  }

  /**
   * @glibc ptmalloc_init malloc/arena.c
   * Left out: the key is made from main_arena's address, not by getrandom.
   */
  init(): void {
    const { mp } = this
    if (mp.initialized) return
    mp.initialized = true
    if (this.version.tcacheKey === 'random') {
      const seed = this.mainArena / 16
      mp.tcacheKeyLow = Math.imul(seed % 2 ** 32, 0x9e3779b1)
      mp.tcacheKeyHigh = Math.imul(seed % 2 ** 32, 0x85ebca77)
    }
    setMaxFast(mp)
    this.main.init()
    this.thread.arena = this.main.address
    const environment = this.host.environment?.()
    if (environment !== undefined) applyTunables(this, environment)
  }
}
