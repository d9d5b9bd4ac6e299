/** A heap: the module that changes it, and what it keeps outside of simulated memory. */
import { assert } from '../../base/index.js'
import { shared } from './globals.js'
import { poolModule, type HeapHost, type PoolModule } from './module.js'
import { freshParams, INT_PARAMS, type Params } from './params.js'
import { ArenaState } from './state.js'
import { freshThread, INT_FIELDS, type ThreadCache } from './threads.js'
import { applyTunables } from './tunables.js'
import type { MallocVersion } from './version.js'

export interface SavedHeap {
  readonly mp: Params
  readonly threadId: number
  readonly threads: readonly (readonly [number, ThreadCache])[]
}

export class Heap {
  readonly pool: PoolModule
  /** The main arena, for who looks. */
  readonly main: ArenaState
  readonly mp: Params
  /** The calling thread; the others by number. */
  readonly thread: ThreadCache
  threadId = 0
  private readonly others = new Map<number, ThreadCache>()

  /** @param mainArena address of main_arena */
  constructor(
    readonly host: HeapHost,
    readonly version: MallocVersion,
    readonly mainArena: number,
  ) {
    const mp = shared('mp', freshParams(), INT_PARAMS)
    const thread = shared('thread', freshThread(), INT_FIELDS)
    this.mp = mp.record
    this.thread = thread.record
    this.main = new ArenaState(host.mem, version.layout, mainArena)
    this.pool = poolModule(host, {
      version,
      mainArena,
      params: { ...mp.globals, ...thread.globals },
      applyTunables: () => applyTunables(this, host.environment?.() ?? []),
    })
  }

  threadStarts(id: number): void {
    this.mp.multiThreaded = true
    this.others.set(id, freshThread())
  }

  /** From now on this thread calls. One that has ended is forgotten when another one calls. */
  switchThread(id: number): void {
    if (id === this.threadId) return
    const next = this.others.get(id)
    assert(next !== undefined, 'a thread that was started')
    if (!this.thread.shuttingDown) this.others.set(this.threadId, { ...this.thread })
    this.others.delete(id)
    this.threadId = id
    Object.assign(this.thread, next)
  }

  /** The calling thread is the only one, and the process's first. */
  forgetOthers(): void {
    this.others.clear()
    this.threadId = 0
  }

  save(): SavedHeap {
    const threads = [...this.others, [this.threadId, this.thread] as const].sort(([a], [b]) => a - b)
    return {
      mp: { ...this.mp },
      threadId: this.threadId,
      threads: threads.map(([id, thread]) => [id, { ...thread }]),
    }
  }
  restore({ mp, threadId, threads }: SavedHeap): void {
    Object.assign(this.mp, mp)
    this.others.clear()
    for (const [id, thread] of threads) {
      if (id === threadId) Object.assign(this.thread, thread)
      else this.others.set(id, { ...thread })
    }
    this.threadId = threadId
  }
}
