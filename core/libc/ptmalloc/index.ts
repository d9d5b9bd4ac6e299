/** glibc's malloc, address for address: see chunk.ts for the layout, malloc.ts and free.ts for the heart. */
import { calloc } from './calloc.js'
import { free, malloc } from './entry.js'
import { Heap, type HeapHost } from './heap.js'
import { mallinfo, mallocStatsText, usableSize, type MallInfo } from './mallinfo.js'
import { mallopt } from './mallopt.js'
import { memalign } from './memalign.js'
import type { Params } from './params.js'
import { realloc } from './realloc.js'
import type { ThreadCache } from './threads.js'
import { mallocTrim } from './trim.js'
import { mallocVersion } from './version.js'

export { MallOpt } from './mallopt.js'
export type { HeapHost } from './heap.js'
export { HeapInspector, type BinKind, type BinView, type ChunkView, type Peek } from './inspect.js'
export { Owners, type MallocObserver, type Owner } from './owners.js'
export type { Params } from './params.js'
export type { MallInfo } from './mallinfo.js'
export { mallocVersion } from './version.js'

/** What the rest of libc asks of a heap. Addresses are those of user blocks; 0 is NULL. errno is the caller's business. */
export class Ptmalloc {
  readonly heap: Heap

  constructor(host: HeapHost, glibc: string, mainArena: number) {
    this.heap = new Heap(host, mallocVersion(glibc), mainArena)
  }

  malloc(size: number): number {
    return this.noted(malloc(this.heap, size), size)
  }
  calloc(count: number, size: number): number {
    return this.noted(calloc(this.heap, count, size), count * size)
  }
  realloc(block: number, size: number): number {
    const to = realloc(this.heap, block, size)
    if (block !== 0 && (to !== 0 || size === 0)) this.heap.host.observer?.freed(block)
    return this.noted(to, size)
  }
  memalign(alignment: number, size: number): number {
    return this.noted(memalign(this.heap, alignment, size), size)
  }
  free(block: number): void {
    free(this.heap, block)
    this.heap.host.observer?.freed(block)
  }
  private noted(block: number, bytes: number): number {
    if (block !== 0) this.heap.host.observer?.allocated(block, bytes)
    return block
  }
  usableSize(block: number): number {
    return usableSize(this.heap, block)
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

  save(): unknown {
    return { mp: { ...this.heap.mp }, thread: { ...this.heap.thread } }
  }
  restore(state: unknown): void {
    const { mp, thread } = state as { mp: Params; thread: ThreadCache }
    Object.assign(this.heap.mp, mp)
    Object.assign(this.heap.thread, thread)
  }
}
