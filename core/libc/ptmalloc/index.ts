/** glibc's malloc, address for address: see chunk.ts for the layout, malloc.ts and free.ts for the heart. */
import { arenas } from './arena.js'
import { assert } from '../../base/index.js'
import { calloc } from './calloc.js'
import { free, malloc } from './entry.js'
import { Heap, type HeapHost } from './heap.js'
import { mallinfo, mallocStatsText, usableSize, type MallInfo } from './mallinfo.js'
import { mallocInfo } from './malloc-info.js'
import { mallopt } from './mallopt.js'
import type { SavedWindows } from './memory.js'
import { memalign } from './memalign.js'
import type { Params } from './params.js'
import { realloc } from './realloc.js'
import { freshThread, type ThreadCache } from './threads.js'
import { afterFork, threadExit } from './thread-exit.js'
import { mallocTrim } from './trim.js'
import { mallocVersion } from './version.js'

export { calloc } from './calloc.js'
export { chunkOf, headOf } from './chunk.js'
export { free, malloc } from './entry.js'
export { MALLOC_INFO_HEAD } from './malloc-info.js'
export { MallOpt } from './mallopt.js'
export { memalign } from './memalign.js'
export { realloc } from './realloc.js'
export { usableSize } from './mallinfo.js'
export type { HeapHost } from './heap.js'
export { HeapInspector, type BinKind, type BinView, type ChunkView, type Peek } from './inspect.js'
export { Owners, type MallocObserver, type Owner } from './owners.js'
export type { Params } from './params.js'
export type { MallInfo } from './mallinfo.js'
export { MALLOC_VERSIONS, mallocVersion } from './version.js'

interface SavedHeap {
  readonly mp: Params
  readonly windows: SavedWindows
  readonly threadId: number
  readonly threads: readonly (readonly [number, ThreadCache])[]
}

/** What the rest of libc asks of a heap. Addresses are those of user blocks; 0 is NULL. errno is the caller's business. */
export class Ptmalloc {
  readonly heap: Heap

  constructor(host: HeapHost, glibc: string, mainArena: number) {
    this.heap = new Heap(host, mallocVersion(glibc), mainArena)
  }

  malloc(size: number): number {
    return this.noted(this.address(malloc(this.heap, size)), size)
  }
  calloc(count: number, size: number): number {
    return this.noted(this.address(calloc(this.heap, count, size)), count * size)
  }
  realloc(block: number, size: number): number {
    const to = this.address(realloc(this.heap, this.heap.mem.place(block), size))
    if (block !== 0 && (to !== 0 || size === 0)) this.heap.host.observer?.freed(block)
    return this.noted(to, size)
  }
  memalign(alignment: number, size: number): number {
    return this.noted(this.address(memalign(this.heap, alignment, size)), size)
  }
  free(block: number): void {
    free(this.heap, this.heap.mem.place(block))
    this.heap.host.observer?.freed(block)
  }
  private address(block: number): number {
    return block === 0 ? 0 : this.heap.mem.address(block)
  }
  private noted(block: number, bytes: number): number {
    if (block !== 0) this.heap.host.observer?.allocated(block, bytes)
    return block
  }
  usableSize(block: number): number {
    return usableSize(this.heap, this.heap.mem.place(block))
  }
  trim(pad: number): number {
    return mallocTrim(this.heap, pad)
  }
  option(parameter: number, value: number): number {
    return mallopt(this.heap, parameter, value)
  }
  info(): MallInfo {
    return mallinfo(this.heap)
  }
  statsText(): string {
    return mallocStatsText(this.heap)
  }
  /** What malloc_info prints after {@link MALLOC_INFO_HEAD}. */
  infoPieces(): readonly string[] {
    return mallocInfo(this.heap)
  }

  // ---- threads: called by whoever makes and schedules them; without any, there is one with number 0 -----------------

  /** pthread_create: there is a thread with this number. */
  threadStarts(id: number): void {
    this.heap.mp.multiThreaded = true
    this.heap.threads.set(id, freshThread())
  }
  /** From now on this thread calls. One that has ended is forgotten when another one calls. */
  switchThread(id: number): void {
    const { heap } = this
    if (id === heap.threadId) return
    if (heap.thread.shuttingDown) heap.threads.delete(heap.threadId)
    const thread = heap.threads.get(id)
    assert(thread !== undefined, 'a thread that was started')
    heap.threadId = id
    heap.thread = thread
  }
  /** The calling thread ends (the last thing start_thread has libc do): its tcache is emptied, its arena left. */
  threadExits(): void {
    threadExit(this.heap)
  }
  /** fork gives back the locks it took: it writes each. @glibc __malloc_fork_unlock_parent malloc/arena.c */
  unlockArenas(): void {
    for (const { address } of arenas(this.heap)) this.heap.mem.writeU32(address, 0)
  }
  /** In the child of fork: the calling thread is the only one, and the process's first. */
  forked(): void {
    const { heap } = this
    afterFork(heap)
    heap.threads.clear()
    heap.threads.set(0, heap.thread)
    heap.threadId = 0
  }

  save(): unknown {
    const { mem, mp, threadId, threads } = this.heap
    return {
      mp: { ...mp },
      windows: mem.save(),
      threadId,
      threads: [...threads].map(([id, thread]) => [id, { ...thread }]),
    }
  }
  restore(state: unknown): void {
    const { mp, windows, threadId, threads } = state as SavedHeap
    const { heap } = this
    heap.mem.restore(windows)
    Object.assign(heap.mp, mp)
    heap.threads.clear()
    for (const [id, thread] of threads) heap.threads.set(id, { ...thread })
    heap.threadId = threadId
    heap.thread = heap.threads.get(threadId) ?? freshThread()
  }
}
