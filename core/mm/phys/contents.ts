/**
 * Contents of page frames. A frame whose bytes are all equal has no storage, only the byte; it gets a slot in the
 * arena when something else is stored, and gives it back when it is filled as a whole. A frame that has not been used
 * for a while is kept in a compact form if it has one ({@link pack}) until it is used again.
 *
 * `state[pfn]`: 0 = never written since boot (reads as zeros), -1-b = every byte is b, an odd number = 1 + offset of the
 * compact form, else offset of the slot.
 *
 * None of this is simulated: no counter, no event and no byte that a program reads depends on it.
 */
import { assert, PAGE_SIZE, type Pfn, type StateRegistry } from '../../base/index.js'
import type { Arena } from './arena.js'
import { SlotClock, HOT_SLOTS } from './slot-clock.js'
import { MOST_WORDS, pack, unpack } from './packed.js'
import { PackedStore } from './packed-store.js'

const PACKED = 1

const isSlot = (state: number): boolean => state > 0 && (state & PACKED) === 0
const isPacked = (state: number): boolean => state > 0 && (state & PACKED) !== 0
/** The byte that a frame without storage repeats. */
const byteOf = (state: number): number => (state === 0 ? 0 : -1 - state)

export class FrameContents {
  private readonly state: Int32Array
  /** A read-only slot for each repeated byte in use, so that such frames can be read without storage of their own. */
  private readonly patterns: Int32Array
  private readonly clock: SlotClock
  private readonly store: PackedStore
  private readonly compact = new Int32Array(MOST_WORDS)
  private readonly give = (frame: Pfn): void => this.pack(frame)

  /** @param hotSlots slots in use from which on cold frames are packed */
  constructor(
    registry: StateRegistry,
    private readonly arena: Arena,
    pages: number,
    hotSlots = HOT_SLOTS,
  ) {
    this.state = registry.column('contents.state', Int32Array, pages)
    this.patterns = registry.column('contents.patterns', Int32Array, 256)
    this.clock = new SlotClock(registry, arena, hotSlots)
    this.store = new PackedStore(registry, arena)
  }

  /** Where the frame's bytes can be read. Never write there: see {@link writable}. */
  readable(frame: Pfn): number {
    const state = this.state[frame]
    return state <= 0 ? this.pattern(byteOf(state)) : this.writable(frame)
  }

  /** Where the frame's bytes can be read and written; gives it storage of its own if it has none. */
  writable(frame: Pfn): number {
    const state = this.state[frame]
    if (isSlot(state)) {
      this.clock.use(state)
      return state
    }
    const slot = this.newSlot(frame)
    this.put(state, slot)
    this.release(frame)
    this.state[frame] = slot
    return slot
  }

  /** Gives the frame a slot that it keeps until it is filled; for page tables, whose entries are named by their place. */
  pin(frame: Pfn): void {
    this.clock.pin(this.writable(frame))
  }

  /** Where a pinned frame is. */
  pinned(frame: Pfn): number {
    return this.state[frame]
  }

  /** Whether it takes more than the repeated byte: a slot or a compact form. */
  hasStorage(frame: Pfn): boolean {
    return this.state[frame] > 0
  }

  /** Whether every byte is zero, stored or not. @mm try_to_map_unused_to_zeropage mm/migrate.c (its look at the page) */
  isZero(frame: Pfn): boolean {
    const state = this.state[frame]
    if (state <= 0) return byteOf(state) === 0
    const at = this.readable(frame)
    return this.arena.i32.subarray(at >> 2, (at + PAGE_SIZE) >> 2).every((word) => word === 0)
  }

  isPacked(frame: Pfn): boolean {
    return isPacked(this.state[frame])
  }

  /**
   * For observers, who must not change anything: where the bytes are, -1 - b if every byte is b, or 0 if they are kept
   * in compact form: then see {@link read}.
   */
  place(frame: Pfn): number {
    const state = this.state[frame]
    if (isPacked(state)) return 0
    return state === 0 ? -1 : state
  }

  /** For observers: the bytes of a frame in compact form. */
  read(frame: Pfn, into: Int32Array): void {
    const state = this.state[frame]
    assert(isPacked(state), () => `page ${frame} is in compact form`)
    unpack(this.arena.i32, (state - PACKED) >>> 2, into, 0)
  }

  /** Makes every byte of the frame `byte` and gives up its storage. */
  fill(frame: Pfn, byte: number): void {
    this.release(frame)
    this.state[frame] = -1 - byte
  }

  copy(to: Pfn, from: Pfn): void {
    if (this.state[from] <= 0) return this.fill(to, byteOf(this.state[from]))
    const slot = isSlot(this.state[to]) ? this.state[to] : this.newSlot(to)
    this.put(this.state[from], slot)
    if (this.state[to] === slot) return
    this.release(to)
    this.state[to] = slot
  }

  /** Slots that frames of one repeated byte share. */
  get patternSlots(): number {
    return this.patterns.reduce((n, slot) => n + (slot === 0 ? 0 : 1), 0)
  }

  /** Slots that hold compact forms. */
  get packedSlots(): number {
    const slots = new Set<number>()
    for (const state of this.state) if (isPacked(state)) slots.add(Math.floor(state / PAGE_SIZE))
    return slots.size
  }

  private newSlot(frame: Pfn): number {
    this.clock.makeRoom(this.give)
    const slot = this.arena.alloc()
    this.clock.enter(slot, frame)
    return slot
  }

  /** Writes what a state stands for into a slot. */
  private put(state: number, slot: number): void {
    const { i32, u8 } = this.arena
    if (state <= 0) u8.fill(byteOf(state), slot, slot + PAGE_SIZE)
    else if (isPacked(state)) unpack(i32, (state - PACKED) >>> 2, i32, slot >>> 2)
    else u8.copyWithin(slot, state, state + PAGE_SIZE)
  }

  private release(frame: Pfn): void {
    const state = this.state[frame]
    if (isPacked(state)) this.store.free(state - PACKED)
    else if (state > 0) this.arena.free(state)
  }

  /** Replaces the frame's slot by a compact form, if it has one. */
  private pack(frame: Pfn): void {
    const { arena, compact } = this
    const slot = this.state[frame]
    const words = pack(arena.i32, slot >>> 2, compact)
    if (words === 0) return
    if (words === 1) this.state[frame] = -1 - (compact[0] & 0xff)
    else {
      const unit = this.store.alloc(words * 4)
      for (let i = 0; i < words; i++) arena.i32[(unit >>> 2) + i] = compact[i]
      this.state[frame] = unit + PACKED
    }
    arena.free(slot)
  }

  private pattern(byte: number): number {
    if (this.patterns[byte] === 0) {
      const slot = this.arena.alloc()
      this.arena.u8.fill(byte, slot, slot + PAGE_SIZE)
      this.patterns[byte] = slot
    }
    return this.patterns[byte]
  }
}
