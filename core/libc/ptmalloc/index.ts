/** glibc's malloc, address for address: see chunk.ts for the layout, malloc.ts and free.ts for the heart. */
import { calloc } from './calloc.js'
import { free, malloc } from './entry.js'
import { Heap, type HeapHost } from './heap.js'
import { mallinfo, mallocStatsText, usableSize, type MallInfo } from './mallinfo.js'
import { mallopt } from './mallopt.js'
import { memalign } from './memalign.js'
import type { Params } from './params.js'
import { realloc } from './realloc.js'
import { mallocTrim } from './trim.js'
import { mallocVersion } from './version.js'

export { MallOpt } from './mallopt.js'
export type { HeapHost } from './heap.js'
export type { MallInfo } from './mallinfo.js'
export { mallocVersion } from './version.js'

/** What the rest of libc asks of a heap. Addresses are those of user blocks; 0 is NULL. errno is the caller's business. */
export class Ptmalloc {
  readonly heap: Heap

  constructor(host: HeapHost, glibc: string, mainArena: number) {
    this.heap = new Heap(host, mallocVersion(glibc), mainArena)
  }

  malloc(size: number): number {
    return malloc(this.heap, size)
  }
  calloc(count: number, size: number): number {
    return calloc(this.heap, count, size)
  }
  realloc(block: number, size: number): number {
    return realloc(this.heap, block, size)
  }
  memalign(alignment: number, size: number): number {
    return memalign(this.heap, alignment, size)
  }
  free(block: number): void {
    free(this.heap, block)
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
    return { ...this.heap.mp }
  }
  restore(state: unknown): void {
    Object.assign(this.heap.mp, state as Params)
  }
}
