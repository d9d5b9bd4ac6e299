/**
 * Simulated memory as the allocator works on it. Its lists lie in two or three regions that are far apart (the heap,
 * main_arena in libc, the heaps of threads), but none of them is large, so that inside the allocator an address is a
 * *place*: a small integer, which the host neither allocates nor computes with in floating point.
 *
 *     address space, by regions of 64 MiB             places, by windows of 64 MiB
 *     0      NULL and the first pages                 window 0
 *     h ...  the main heap, where its break began     windows 1, 2, ... 4095: a heap of up to 256 GiB
 *     l      main_arena, 8 KiB                        window -1
 *            heaps of other arenas, each a region     windows -2 to -12
 *            what the caller names or the kernel      windows -13 to -16, until they are needed for others
 *            has just mapped
 *     all else                                        address + 2^50
 *
 * A chunk never reaches from one of these into another, so chunk + size is a place as much as chunk is. From 2^30 on and
 * for "all else" (a pointer that was overwritten) places are large numbers: slower, no less right.
 */
import { PAGE_SIZE as PAGE, TASK_SIZE } from '../../base/index.js'
import type { UserMemory } from '../../kernel/uapi/index.js'

/** 64 MiB. Powers as literals: computed constants are variables to the host. */
const WINDOW = 67108864
const WINDOWS = 64
const LARGEST_MAIN = 4096
/** As many as there are small integers for on every host (31 bits), less the passing ones. */
const MOST_HEAPS = 11
const PASSING = 4
const ELSEWHERE = 1125899906842624
/** No region's number is near. */
const NOWHERE = 16777216

/** Of {@link PoolMemory}, what a saved heap needs: the regions of the main heap and of the others'. */
export interface SavedWindows {
  readonly main: number
  readonly heaps: readonly number[]
}

export class PoolMemory {
  /** Where each window begins, low half and high half; a place's upper six bits are the window's number. */
  private readonly windows = new Int32Array(2 * WINDOWS)
  private readonly words: UserMemory['words']
  private readonly arenaLow: number
  private readonly arenaHigh: number
  /** The region before the main heap's, so that window 1 is its first. */
  private main = NOWHERE
  /** The regions of windows -2, -3 and so on, and of the last few. */
  private heaps: readonly number[] = []
  private readonly passing = new Int32Array(PASSING)
  private nextPassing = 0

  /** @param mainArena address of main_arena */
  constructor(
    private readonly user: UserMemory,
    mainArena: number,
  ) {
    this.words = user.words
    this.arenaLow = (mainArena | 0) & -PAGE
    // Across a multiple of 4 GiB it has no window and is found the slow way.
    this.arenaHigh = this.arenaLow === -PAGE ? -1 : Math.floor(mainArena / 2 ** 32)
    this.restore({ main: NOWHERE, heaps: [] })
  }

  // ---- places and addresses -----------------------------------------------------------------------------------------

  /** The main heap begins at this address. */
  mainAt(address: number): void {
    this.restore({ main: regionOf(address) - 1, heaps: this.heaps })
  }
  /** There is a heap of another arena at this address. */
  heapAt(address: number): void {
    const region = regionOf(address)
    if (this.heaps.length < MOST_HEAPS && !this.heaps.includes(region))
      this.restore({ main: this.main, heaps: [...this.heaps, region] })
  }

  save(): SavedWindows {
    return { main: this.main, heaps: this.heaps }
  }
  restore({ main, heaps }: SavedWindows): void {
    this.main = main
    this.heaps = heaps
    this.setWindow(0, 0, 0)
    for (let window = 1; window < WINDOWS / 2; window++) this.setRegion(window, main + window)
    this.setWindow(-1, this.arenaLow, this.arenaHigh)
    heaps.forEach((region, i) => this.setRegion(-2 - i, region))
    this.passing.fill(NOWHERE)
  }
  private setWindow(window: number, low: number, high: number): void {
    const at = 2 * (window & (WINDOWS - 1))
    this.windows[at] = low
    this.windows[at + 1] = high
  }
  private setRegion(window: number, region: number): void {
    this.setWindow(window, region << 26, region >> 6)
  }

  /** Low half of a place's address. */
  low(place: number): number {
    const small = place | 0
    return small === place ? (this.windows[(small >> 25) & 126] + (small & 67108863)) | 0 : this.address(place) | 0
  }
  /** Its high half. */
  high(place: number): number {
    const small = place | 0
    return small === place ? this.windows[((small >> 25) & 126) + 1] : Math.floor(this.address(place) / 2 ** 32) | 0
  }

  address(place: number): number {
    const small = place | 0
    if (small === place) return wide(this.low(small), this.high(small))
    return place < ELSEWHERE / 2 ? place + this.main * WINDOW : place - ELSEWHERE
  }
  /**
   * The place of an address that comes from outside: a block of the caller's, a new mapping. Where there is no lasting
   * place for it, it has one until a few others were asked for, which none outlives that is inside of a call.
   */
  place(address: number): number {
    const place = this.known(address)
    if (place < ELSEWHERE || address < 0 || address >= TASK_SIZE) return place
    const slot = this.nextPassing
    this.nextPassing = (slot + 1) % PASSING
    this.passing[slot] = regionOf(address)
    this.setRegion(-2 - MOST_HEAPS - slot, regionOf(address))
    return this.known(address)
  }
  private known(address: number): number {
    return this.placeOf(address | 0, Math.floor(address / 2 ** 32) | 0)
  }
  /** A place that stays, for what is remembered beyond a call. */
  lasting(place: number): number {
    return place < (-1 - MOST_HEAPS) * WINDOW ? this.address(place) + ELSEWHERE : place
  }

  /** The place of an address in halves. */
  placeOf(low: number, high: number): number {
    const inArena = (low - this.arenaLow) | 0
    if (inArena >= 0 && inArena < 8192 && high === this.arenaHigh) return inArena - 67108864
    const window = (((high << 6) | (low >>> 26)) - this.main) | 0
    if ((low | high) === 0) return 0
    if (window > 0 && window < 16 && high >>> 15 === 0) return (window << 26) | (low & 67108863)
    return this.placeFar(low, high)
  }
  private placeFar(low: number, high: number): number {
    const region = (high << 6) | (low >>> 26)
    const offset = low & (WINDOW - 1)
    if (high === 0 && region === 0) return offset
    const heap = high >>> 15 === 0 ? this.heaps.indexOf(region) : -1
    if (heap >= 0) return (-2 - heap) * WINDOW + offset
    const window = region - this.main
    if (high >>> 15 === 0 && window > 0 && window < LARGEST_MAIN) return window * WINDOW + offset
    const slot = high >>> 15 === 0 ? this.passing.indexOf(region) : -1
    return slot >= 0 ? (-2 - MOST_HEAPS - slot) * WINDOW + offset : wide(low, high) + ELSEWHERE
  }

  /** A place so many bytes further up, or down, by what a header says: that may be anything. */
  offset(place: number, bytes: number): number {
    const to = place + bytes
    if (to !== (to | 0)) return this.known(this.address(place) + bytes)
    const isNear = (place >= 67108864 && to >= 67108864) || (to ^ place) >> 26 === 0
    return isNear ? to : this.known(this.address(place) + bytes)
  }

  /** Whether a place lies below another one, as addresses. */
  isBelow(place: number, other: number): boolean {
    const inMain = place > 0 && other > 0 && place < ELSEWHERE / 2 && other < ELSEWHERE / 2
    return inMain ? place < other : this.address(place) < this.address(other)
  }

  // ---- fields -------------------------------------------------------------------------------------------------------

  /** The words that {@link locate} tells the index of. */
  get i32(): Int32Array {
    return this.words.i32
  }

  /**
   * Eight readable bytes: the index of their low half, good until the next access. The hottest path of libc: what
   * compiled code does inline (kernel/uapi/cpu.ts), with the layout as literals: TLB_BASE / 4 + 8 words for each of 1024
   * entries, in them the tag for reads, at 2 that for writes, at 4 the frame; the tag's low half is that of a misaligned
   * address for none.
   */
  locate(place: number): number {
    const small = place | 0
    if (small !== place) return this.user.locate(this.low(place), this.high(place))
    const window = (small >> 25) & 126
    const low = (this.windows[window] + (small & 67108863)) | 0
    const high = this.windows[window + 1]
    const { i32 } = this.words
    const entry = 1024 + ((low >>> 9) & 8184)
    if (i32[entry] !== (low & -4089) || i32[entry + 1] !== high) return this.user.locate(low, high)
    return (i32[entry + 4] + (low & 4095)) >> 2
  }
  writeHalves(place: number, valueLow: number, valueHigh: number): void {
    const small = place | 0
    if (small !== place) return this.user.writeHalves(this.low(place), this.high(place), valueLow, valueHigh)
    const window = (small >> 25) & 126
    const low = (this.windows[window] + (small & 67108863)) | 0
    const high = this.windows[window + 1]
    const { i32 } = this.words
    const entry = 1024 + ((low >>> 9) & 8184)
    if (i32[entry + 2] !== (low & -4089) || i32[entry + 3] !== high)
      return this.user.writeHalves(low, high, valueLow, valueHigh)
    const at = (i32[entry + 4] + (low & 4095)) >> 2
    i32[at] = valueLow
    i32[at + 1] = valueHigh
  }

  /** A field that holds an address, as a place. NULL is 0. */
  pointer(place: number): number {
    const at = this.locate(place)
    const { i32 } = this.words
    return this.placeOf(i32[at], i32[at + 1])
  }
  setPointer(place: number, value: number): void {
    this.writeHalves(place, this.low(value), this.high(value))
  }

  readU32(place: number): number {
    return this.user.readU32(this.address(place))
  }
  writeU32(place: number, value: number): void {
    this.user.writeU32(this.address(place), value)
  }
  fill(place: number, byte: number, length: number): void {
    this.user.fill(this.address(place), byte, length)
  }
  copy(to: number, from: number, length: number): void {
    this.user.copy(this.address(to), this.address(from), length)
  }
}

const regionOf = (address: number): number => Math.floor(address / WINDOW)

/**
 * A 64-bit field as a number. Exact below 2^53; within 2^47 of 2^64 the same bits as a negative number, so that sums wrap
 * as they do in C; anything else (a field that was overwritten) as 2^52 plus its low half, which no check takes for valid
 * and no access survives.
 */
export function wide(low: number, high: number): number {
  if (high >>> 21 === 0) return high * 4294967296 + (low >>> 0)
  return high >>> 15 === 0x1ffff ? (high | 0) * 4294967296 + (low >>> 0) : 4503599627370496 + (low >>> 0)
}
