/**
 * glibc's malloc, address for address. What changes the heap is pool/ (layout: layout.ts; the heart: pool/malloc.ts and
 * pool/free.ts); beside it stand those who look.
 */
import { Heap, type SavedHeap } from './heap.js'
import { mallinfo, mallocStatsText, type MallInfo } from './mallinfo.js'
import { mallocInfo } from './malloc-info.js'
import type { HeapHost } from './module.js'
import { mallocVersion } from './version.js'

export { MALLOC_INFO_HEAD } from './malloc-info.js'
export * as MallOpt from './options.js'
export type { HeapHost } from './module.js'
export { HeapInspector, type BinKind, type BinView, type ChunkView, type Peek } from './inspect.js'
export { Owners, type MallocObserver, type Owner } from './owners.js'
export type { Params } from './params.js'
export type { MallInfo } from './mallinfo.js'
export { MALLOC_VERSIONS, mallocVersion } from './version.js'

/** What the rest of libc asks of a heap. Addresses are those of user blocks; 0 is NULL. errno is the caller's business. */
export class Ptmalloc {
  readonly heap: Heap

  constructor(host: HeapHost, glibc: string, mainArena: number) {
    this.heap = new Heap(host, mallocVersion(glibc), mainArena)
  }

  malloc(size: number): number {
    return this.noted(this.heap.pool.malloc(size), size)
  }
  calloc(count: number, size: number): number {
    return this.noted(this.heap.pool.calloc(count, size), count * size)
  }
  realloc(block: number, size: number): number {
    const { pool, host } = this.heap
    const to = pool.realloc(block, size)
    if (block !== 0 && (to !== 0 || size === 0)) host.observer?.freed(block)
    return this.noted(to, size)
  }
  memalign(alignment: number, size: number): number {
    return this.noted(this.heap.pool.memalign(alignment, size), size)
  }
  free(block: number): void {
    const { pool, host } = this.heap
    pool.free(block)
    host.observer?.freed(block)
  }
  private noted(block: number, bytes: number): number {
    if (block !== 0) this.heap.host.observer?.allocated(block, bytes)
    return block
  }
  usableSize(block: number): number {
    return this.heap.pool.usableSize(block)
  }
  trim(pad: number): number {
    return this.heap.pool.trim(pad)
  }
  option(parameter: number, value: number): number {
    return this.heap.pool.optionOfProgram(parameter, value)
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
    this.heap.threadStarts(id)
  }
  /** From now on this thread calls. */
  switchThread(id: number): void {
    this.heap.switchThread(id)
  }
  /** The calling thread ends (the last thing start_thread has libc do): its tcache is emptied, its arena left. */
  threadExits(): void {
    this.heap.pool.exitThread()
  }
  /** fork gives back the locks it took. */
  unlockArenas(): void {
    this.heap.pool.unlockArenas()
  }
  /** In the child of fork: the calling thread is the only one, and the process's first. */
  forked(): void {
    this.heap.pool.afterFork()
    this.heap.forgetOthers()
  }

  save(): unknown {
    return this.heap.save()
  }
  restore(state: unknown): void {
    this.heap.restore(state as SavedHeap)
  }
}
