/**
 * A first honest pool: glibc's chunk layout, heap growth and mmap threshold, with a simple choice of chunks. Small free
 * chunks wait in exact-size lists (like tcache and fastbins, they stay "in use" for their neighbours); larger ones
 * coalesce with each other and with top, and are taken first fit by address.
 *
 * Left out: bins and their order, last_remainder, safe-linking, malloc_consolidate, arenas, most integrity checks,
 * mremap in realloc. The exact ptmalloc replaces this file behind the same interface.
 */
import { PAGE_SIZE, alignDown, alignUp } from '../../base/index.js'
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'
import { copyOf } from '../state.js'
import { sbrk } from '../unistd/brk.js'
import type { Allocator } from './allocator.js'
import {
  CHUNK_HEADER,
  CHUNK_OVERHEAD,
  IS_MMAPPED,
  MALLOC_ALIGNMENT,
  MAX_REQUEST,
  MIN_CHUNK,
  PREV_INUSE,
  chunkSizeFor,
  flagsOf,
  readSizeField,
  sizeOf,
  writeSizeField,
} from './chunk.js'

const TOP_PAD = 128 * 1024
const DEFAULT_MMAP_THRESHOLD = 128 * 1024
const MAX_MMAP_THRESHOLD = 32 * 1024 * 1024
const MAX_MMAPS = 65536
/** Largest chunk that goes to an exact-size list: what tcache takes. */
const MAX_SMALL = 1040
/** A free chunk of this size makes free() look whether top should be trimmed (FASTBIN_CONSOLIDATION_THRESHOLD). */
const TRIM_LOOK = 64 * 1024
const ADDRESS_END = 2 ** 64
/** Where free() leaves its mark in a small block (tcache_entry.key). */
const KEY_OFFSET = 8

interface PoolState {
  top: number
  topSize: number
  /** Exact-size lists of small chunks, last freed last. */
  small: Record<string, number[]>
  /** Free larger chunks [address, size] in order of address. */
  large: [number, number][]
  tcache: number
  mmaps: number
  mmapThreshold: number
  trimThreshold: number
}

const emptyPool = (): PoolState => ({
  top: 0,
  topSize: 0,
  small: {},
  large: [],
  tcache: 0,
  mmaps: 0,
  mmapThreshold: DEFAULT_MMAP_THRESHOLD,
  trimThreshold: 128 * 1024,
})

export class Pool implements Allocator {
  private state = emptyPool()
  constructor(private readonly rt: Runtime) {}

  save(): unknown {
    return copyOf(this.state)
  }

  restore(state: unknown): void {
    this.state = copyOf(state as PoolState)
  }

  malloc(size: number): number {
    if (size > MAX_REQUEST - MIN_CHUNK) return 0
    this.initTcache()
    const chunk = this.allocate(chunkSizeFor(size))
    return chunk === 0 ? 0 : chunk + CHUNK_HEADER
  }

  /**
   * Clears only what may hold old data: nothing of a fresh mapping, nothing past the old top of a heap that just grew.
   * @glibc __libc_calloc malloc/malloc.c
   */
  calloc(count: number, size: number): number {
    const bytes = count * size
    if (bytes > MAX_REQUEST - MIN_CHUNK) return 0
    this.initTcache()
    const { top, topSize } = this.state
    const chunk = this.allocate(chunkSizeFor(bytes))
    if (chunk === 0) return 0
    const field = readSizeField(this.rt.mem, chunk)
    if (flagsOf(field) & IS_MMAPPED) return chunk + CHUNK_HEADER
    const fresh = chunk === top && sizeOf(field) > topSize
    this.rt.mem.fill(chunk + CHUNK_HEADER, 0, (fresh ? topSize : sizeOf(field)) - CHUNK_OVERHEAD)
    return chunk + CHUNK_HEADER
  }

  /** In place where the block or top has room, else by a copy. @glibc __libc_realloc malloc/malloc.c Left out: mremap of mmapped chunks (moved by copy), growth into a free neighbour. */
  realloc(p: number, size: number): number {
    if (p === 0) return this.malloc(size)
    if (size === 0) {
      this.free(p)
      return 0
    }
    if (size > MAX_REQUEST - MIN_CHUNK) return 0
    const chunk = p - CHUNK_HEADER
    const field = this.checkedField(p, 'realloc(): invalid pointer', 'realloc(): invalid old size')
    const need = chunkSizeFor(size)
    const kept = flagsOf(field) & IS_MMAPPED ? this.keepMmapped(chunk, need) : this.resizeInPlace(chunk, need)
    return kept ? p : this.move(p, size)
  }

  private keepMmapped(chunk: number, need: number): boolean {
    return sizeOf(readSizeField(this.rt.mem, chunk)) - CHUNK_OVERHEAD >= need
  }

  private resizeInPlace(chunk: number, need: number): boolean {
    const { state } = this
    const field = readSizeField(this.rt.mem, chunk)
    const size = sizeOf(field)
    if (chunk + size === state.top && size < need && size + state.topSize >= need + MIN_CHUNK) {
      this.setTop(chunk + need, state.topSize - (need - size))
      writeSizeField(this.rt.mem, chunk, need, flagsOf(field))
      return true
    }
    if (size < need) return false
    if (size - need >= MIN_CHUNK) {
      writeSizeField(this.rt.mem, chunk, need, flagsOf(field))
      writeSizeField(this.rt.mem, chunk + need, size - need, PREV_INUSE)
      this.release(chunk + need, size - need)
    }
    return true
  }

  private move(p: number, size: number): number {
    const to = this.malloc(size)
    if (to === 0) return 0
    this.rt.mem.copy(to, p, Math.min(size, this.usableSize(p)))
    this.free(p)
    return to
  }

  free(p: number): void {
    if (p === 0) return
    this.initTcache()
    const field = this.checkedField(p, 'free(): invalid pointer', 'free(): invalid size')
    const chunk = p - CHUNK_HEADER
    const size = sizeOf(field)
    if (flagsOf(field) & IS_MMAPPED) this.unmapChunk(chunk, size)
    else this.release(chunk, size)
  }

  usableSize(p: number): number {
    if (p === 0) return 0
    const field = readSizeField(this.rt.mem, p - CHUNK_HEADER)
    return sizeOf(field) - (flagsOf(field) & IS_MMAPPED ? 2 * CHUNK_OVERHEAD : CHUNK_OVERHEAD)
  }

  // ---- choosing a chunk -------------------------------------------------------------------------------------------

  /** @returns the chunk (not the block), its header written; 0 when the kernel gives nothing */
  private allocate(size: number): number {
    return this.takeSmall(size) || this.takeLarge(size) || this.takeTop(size) || this.sysmalloc(size)
  }

  private takeSmall(size: number): number {
    const chunk = this.state.small[size]?.pop() ?? 0
    if (chunk !== 0) this.rt.mem.writeU64(chunk + CHUNK_HEADER + KEY_OFFSET, 0n)
    return chunk
  }

  private takeLarge(size: number): number {
    const { large } = this.state
    const at = large.findIndex(([, free]) => free >= size)
    if (at < 0) return 0
    const [chunk, free] = large[at]
    if (free - size >= MIN_CHUNK) {
      large[at] = [chunk + size, free - size]
      this.writeFree(chunk + size, free - size)
      writeSizeField(this.rt.mem, chunk, size, PREV_INUSE)
    } else {
      large.splice(at, 1)
      writeSizeField(this.rt.mem, chunk, free, PREV_INUSE)
      this.setPrevInUse(chunk + free, true)
    }
    return chunk
  }

  private takeTop(size: number): number {
    const { top, topSize } = this.state
    if (topSize < size + MIN_CHUNK) return 0
    writeSizeField(this.rt.mem, top, size, PREV_INUSE)
    this.setTop(top + size, topSize - size)
    return top
  }

  private setTop(top: number, size: number): void {
    this.state.top = top
    this.state.topSize = size
    writeSizeField(this.rt.mem, top, size, PREV_INUSE)
  }

  // ---- asking the kernel ------------------------------------------------------------------------------------------

  /** The request by mmap when it is large, else by a higher break. @glibc sysmalloc malloc/malloc.c Left out: mmap when brk fails, arenas other than main. */
  private sysmalloc(size: number): number {
    const { state } = this
    if (size >= state.mmapThreshold && state.mmaps < MAX_MMAPS) {
      const chunk = this.mmapChunk(size)
      if (chunk !== 0) return chunk
    }
    return this.grow(size) ? this.takeTop(size) : 0
  }

  /** A chunk in a mapping of its own, marked as such. @glibc sysmalloc_mmap malloc/malloc.c */
  private mmapChunk(size: number): number {
    const length = alignUp(size + CHUNK_OVERHEAD, PAGE_SIZE)
    this.rt.touch('mmap')
    const at = this.rt.sys.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if (at < 0) return 0
    this.rt.mem.writePtr(at, 0)
    writeSizeField(this.rt.mem, at, length, IS_MMAPPED)
    this.state.mmaps++
    return at
  }

  /** Makes top large enough by moving the break: the request, 128 KiB of pad, rounded up to pages. */
  private grow(size: number): boolean {
    const { state, rt } = this
    const wanted = alignUp(size + TOP_PAD + MIN_CHUNK - state.topSize, PAGE_SIZE)
    rt.touch('sbrk')
    const old = sbrk(rt, wanted)
    if (old < 0) return false
    if (old === state.top + state.topSize && state.top !== 0) this.setTop(state.top, state.topSize + wanted)
    else this.startRegion(old, wanted, size)
    return true
  }

  /** The first heap, or one behind memory that somebody else took with sbrk: aligned to 16, its end to a page. */
  private startRegion(old: number, got: number, size: number): void {
    const { state, rt } = this
    const start = alignUp(old, MALLOC_ALIGNMENT)
    const missing = state.top === 0 ? 0 : state.topSize
    const end = alignUp(old + got + (start - old) + missing, PAGE_SIZE)
    const more = end - (old + got)
    const reached = more > 0 && sbrk(rt, more) < 0 ? old + got : end
    if (state.topSize >= MIN_CHUNK * 2) this.retireTop()
    this.setTop(start, alignDown(reached - start, MALLOC_ALIGNMENT))
    if (state.topSize < size + MIN_CHUNK) this.grow(size)
  }

  /** The old top becomes a free chunk behind a fencepost. */
  private retireTop(): void {
    const { top, topSize } = this.state
    const size = topSize - MIN_CHUNK
    writeSizeField(this.rt.mem, top + size, CHUNK_HEADER, PREV_INUSE)
    this.addLarge(top, size)
  }

  private unmapChunk(chunk: number, size: number): void {
    const { state, rt } = this
    if (size > state.mmapThreshold && size <= MAX_MMAP_THRESHOLD) {
      state.mmapThreshold = size
      state.trimThreshold = 2 * size
    }
    state.mmaps--
    rt.touch('munmap')
    rt.sys.munmap(chunk, size)
  }

  // ---- giving back ------------------------------------------------------------------------------------------------

  private release(chunk: number, size: number): void {
    if (size <= MAX_SMALL) this.addSmall(chunk, size)
    else this.coalesce(chunk, size)
  }

  private addSmall(chunk: number, size: number): void {
    const list = (this.state.small[size] ??= [])
    const mark = chunk + CHUNK_HEADER + KEY_OFFSET
    const key = this.state.tcache || 1
    if (this.rt.mem.readU64(mark) === BigInt(key) && list.includes(chunk)) this.doubleFree(chunk)
    this.rt.mem.writePtr(chunk + CHUNK_HEADER, list.length > 0 ? list[list.length - 1] + CHUNK_HEADER : 0)
    this.rt.mem.writePtr(mark, key)
    list.push(chunk)
  }

  private doubleFree(chunk: number): never {
    const message = this.rt.atLeast(29)
      ? 'free(): double free detected in tcache 2'
      : 'double free or corruption (fasttop)'
    return this.die(message, chunk + CHUNK_HEADER)
  }

  private coalesce(chunk: number, size: number): void {
    const { state } = this
    if (chunk >= state.top && chunk < state.top + state.topSize) this.die('double free or corruption (top)', chunk + 16)
    if (state.large.some(([at, free]) => chunk >= at && chunk < at + free)) {
      this.die('double free or corruption (!prev)', chunk + CHUNK_HEADER)
    }
    const below = state.large.findIndex(([at, free]) => at + free === chunk)
    const from = below < 0 ? chunk : state.large[below][0]
    let total = chunk + size - from
    if (below >= 0) state.large.splice(below, 1)
    if (from + total === state.top) this.setTop(from, total + state.topSize)
    else {
      const above = state.large.findIndex(([at]) => at === from + total)
      if (above >= 0) total += state.large.splice(above, 1)[0][1]
      this.addLarge(from, total)
    }
    if (total >= TRIM_LOOK && state.topSize >= state.trimThreshold) this.trim()
  }

  private addLarge(chunk: number, size: number): void {
    const { large } = this.state
    const at = large.findIndex(([other]) => other > chunk)
    large.splice(at < 0 ? large.length : at, 0, [chunk, size])
    this.writeFree(chunk, size)
  }

  /** Header and foot of a free chunk; the next chunk learns that the one below it is free. */
  private writeFree(chunk: number, size: number): void {
    writeSizeField(this.rt.mem, chunk, size, PREV_INUSE)
    this.rt.mem.writePtr(chunk + size, size)
    this.setPrevInUse(chunk + size, false)
  }

  private setPrevInUse(chunk: number, inUse: boolean): void {
    const field = readSizeField(this.rt.mem, chunk)
    const flags = flagsOf(field)
    writeSizeField(this.rt.mem, chunk, sizeOf(field), inUse ? flags | PREV_INUSE : flags & ~PREV_INUSE)
  }

  /** Gives whole pages of top back, all but the pad. @glibc systrim malloc/malloc.c */
  private trim(): void {
    const { state, rt } = this
    const extra = alignDown(state.topSize - MIN_CHUNK - 1 - TOP_PAD, PAGE_SIZE)
    if (extra <= 0 || sbrk(rt, 0) !== state.top + state.topSize) return
    rt.touch('sbrk')
    if (sbrk(rt, -extra) >= 0) this.setTop(state.top, state.topSize - extra)
  }

  // ---- tcache and checks ------------------------------------------------------------------------------------------

  /**
   * Since 2.26 the first malloc makes a per-thread cache structure on the heap, in front of everything.
   * @glibc tcache_init malloc/malloc.c Left out: its contents.
   */
  private initTcache(): void {
    if (this.state.tcache !== 0 || !this.rt.atLeast(26)) return
    const bytes = this.rt.atLeast(30) ? 64 * 2 + 64 * 8 : 64 * 1 + 64 * 8
    const chunk = this.allocate(chunkSizeFor(bytes))
    if (chunk === 0) return
    this.state.tcache = chunk + CHUNK_HEADER
    this.rt.mem.fill(chunk + CHUNK_HEADER, 0, bytes)
  }

  private checkedField(p: number, badPointer: string, badSize: string): number {
    if (p % MALLOC_ALIGNMENT !== 0) this.die(badPointer, p)
    const field = readSizeField(this.rt.mem, p - CHUNK_HEADER)
    if (flagsOf(field) & IS_MMAPPED) {
      if ((p - CHUNK_HEADER) % PAGE_SIZE !== 0) this.die('munmap_chunk(): invalid pointer', p)
      return field
    }
    const size = sizeOf(field)
    // glibc's first check is that the chunk does not wrap around the end of memory; -0 makes size 0 fail it too.
    if (size === 0 || p + size > ADDRESS_END) this.die(badPointer, p)
    if (size < MIN_CHUNK || size % MALLOC_ALIGNMENT !== 0) this.die(badSize, p)
    if (p - CHUNK_HEADER + size > this.state.top + this.state.topSize) this.die(badPointer, p)
    return field
  }

  /** The message of a check that failed, then abort. @glibc malloc_printerr malloc/malloc.c */
  private die(message: string, p: number): never {
    if (this.rt.atLeast(26)) return this.rt.fatal(`${message}\n`)
    const address = p.toString(16).padStart(16, '0')
    return this.rt.fatal(`*** Error in \`${this.rt.program}': ${message}: 0x${address} ***\n`)
  }
}
