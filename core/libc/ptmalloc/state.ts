/**
 * struct malloc_state (malloc/malloc.c): an arena's fastbins, top, bins and counters. All of it is in simulated memory,
 * the main arena at main_arena in libc's .data; free chunks at the ends of a bin point into it.
 *
 *     main_arena +0   mutex, flags
 *                +8   have_fastchunks (since 2.27)
 *                     fastbinsY[10]    heads of singly linked lists: sizes 32, 48 ... 176
 *                     top, last_remainder
 *                     bins[254]        fd and bk of bin 1 (unsorted), 2..63 (small), 64..126 (large)
 *                     binmap[4]        bit b of word w: bin 32w + b may hold something
 *                     next, next_free, attached_threads, system_mem, max_system_mem
 *
 * A bin is named by the address at which its fd and bk would be those of a chunk: 16 before bins[2i - 2].
 *
 * Left out: the lock.
 */
import { BK, BK_NEXTSIZE, FD, FD_NEXTSIZE, isSmall, setSizeWord, setWord, sizeOf, sizeWord, word } from './chunk.js'
import type { PoolMemory } from './memory.js'
import type { ArenaLayout } from './version.js'

export const NBINS = 128
export const NFASTBINS = 10
export const BINMAP_WORDS = 4
const FASTCHUNKS_BIT = 1
const NONCONTIGUOUS_BIT = 2

export class ArenaState {
  private readonly bins: number
  private readonly fastbins: number
  private readonly binmap: number
  /** The unsorted bin: also the first top, a chunk of size 0. */
  readonly unsorted: number

  /**
   * @param mark what the heads of its chunks that are in use carry: NON_MAIN_ARENA, or 0 for the main arena
   */
  constructor(
    readonly mem: PoolMemory,
    readonly address: number,
    private readonly layout: ArenaLayout,
    readonly mark: number,
  ) {
    this.bins = address + layout.bins - FD
    this.fastbins = address + layout.fastbins
    this.binmap = address + layout.binmap
    this.unsorted = this.bins
  }

  /** Empty bins and a top of no size; the main arena also what it is born with. @glibc malloc_init_state malloc/malloc.c */
  init(): void {
    for (let i = 1; i < NBINS; i++) {
      setWord(this.mem, this.binAt(i), FD, this.binAt(i))
      setWord(this.mem, this.binAt(i), BK, this.binAt(i))
    }
    if (this.mark !== 0) this.setNoncontiguous()
    this.haveFastChunks = false
    this.top = this.unsorted
    if (this.mark !== 0) return
    this.next = this.address
    this.attachedThreads = 1
  }

  /** @glibc bin_at malloc/malloc.c */
  binAt(index: number): number {
    return this.bins + (index - 1) * 16
  }
  /** Address of a fastbin's head. */
  fastbinAt(index: number): number {
    return this.fastbins + index * 8
  }

  /** Where top is kept. */
  get topAddress(): number {
    return this.address + this.layout.top
  }
  get top(): number {
    return word(this.mem, this.address, this.layout.top)
  }
  set top(chunk: number) {
    setWord(this.mem, this.address, this.layout.top, chunk)
  }
  get topSize(): number {
    return sizeOf(this.mem, this.top)
  }
  get lastRemainder(): number {
    return word(this.mem, this.address, this.layout.lastRemainder)
  }
  set lastRemainder(chunk: number) {
    setWord(this.mem, this.address, this.layout.lastRemainder, chunk)
  }
  get systemMem(): number {
    return sizeWord(this.mem, this.address + this.layout.systemMem)
  }
  set systemMem(bytes: number) {
    setSizeWord(this.mem, this.address + this.layout.systemMem, bytes)
  }
  get maxSystemMem(): number {
    return sizeWord(this.mem, this.address + this.layout.maxSystemMem)
  }
  set maxSystemMem(bytes: number) {
    setSizeWord(this.mem, this.address + this.layout.maxSystemMem, bytes)
  }

  /** The arenas are a ring. */
  get next(): number {
    return word(this.mem, this.address, this.layout.next)
  }
  set next(arena: number) {
    setWord(this.mem, this.address, this.layout.next, arena)
  }
  /** The list of arenas without a thread. */
  get nextFree(): number {
    return word(this.mem, this.address, this.layout.next + 8)
  }
  set nextFree(arena: number) {
    setWord(this.mem, this.address, this.layout.next + 8, arena)
  }
  get attachedThreads(): number {
    return sizeWord(this.mem, this.address + this.layout.attachedThreads)
  }
  set attachedThreads(count: number) {
    setSizeWord(this.mem, this.address + this.layout.attachedThreads, count)
  }

  private get flags(): number {
    return this.mem.readU32(this.address + this.layout.flags)
  }
  private set flags(value: number) {
    this.mem.writeU32(this.address + this.layout.flags, value)
  }
  get isContiguous(): boolean {
    return (this.flags & NONCONTIGUOUS_BIT) === 0
  }
  setNoncontiguous(): void {
    this.flags |= NONCONTIGUOUS_BIT
  }

  /** Old versions keep the bit inverted: set means there are none. */
  get haveFastChunks(): boolean {
    const { haveFast } = this.layout
    return haveFast < 0 ? (this.flags & FASTCHUNKS_BIT) === 0 : this.mem.readU32(this.address + haveFast) !== 0
  }
  set haveFastChunks(have: boolean) {
    const { haveFast } = this.layout
    if (haveFast >= 0) this.mem.writeU32(this.address + haveFast, have ? 1 : 0)
    else this.flags = have ? this.flags & ~FASTCHUNKS_BIT : this.flags | FASTCHUNKS_BIT
  }

  binmapWord(index: number): number {
    return this.mem.readU32(this.binmap + index * 4)
  }
  setBinmapWord(index: number, bits: number): void {
    this.mem.writeU32(this.binmap + index * 4, bits >>> 0)
  }
  /** @glibc mark_bin malloc/malloc.c */
  markBin(bin: number): void {
    const index = bin >>> 5
    this.setBinmapWord(index, this.binmapWord(index) | (1 << (bin & 31)))
  }

  /** A chunk between two others of a list. */
  link(chunk: number, bck: number, fwd: number): void {
    const { mem } = this
    setWord(mem, chunk, BK, bck)
    setWord(mem, chunk, FD, fwd)
    setWord(mem, fwd, BK, chunk)
    setWord(mem, bck, FD, chunk)
  }

  /** A large chunk outside the large bins has no place among the sizes. */
  clearNextsize(chunk: number, size: number): void {
    if (isSmall(size)) return
    setWord(this.mem, chunk, FD_NEXTSIZE, 0)
    setWord(this.mem, chunk, BK_NEXTSIZE, 0)
  }
}
