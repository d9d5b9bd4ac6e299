/**
 * Contents of page frames. A frame whose bytes are all equal has no storage, only the byte; it gets a slot in the
 * arena when something else is stored, and gives it back when it is filled as a whole.
 *
 * `state[pfn]`: 0 = never written since boot (reads as zeros), -1-b = every byte is b, else offset of the slot.
 */
import { PAGE_SIZE, type Pfn, type StateRegistry } from '../../base/index.js'
import type { Arena } from './arena.js'

export class FrameContents {
  private readonly state: Int32Array
  /** A read-only slot for each repeated byte in use, so that such frames can be read without storage of their own. */
  private readonly patterns: Int32Array

  constructor(
    registry: StateRegistry,
    private readonly arena: Arena,
    pages: number,
  ) {
    this.state = registry.column('contents.state', Int32Array, pages)
    this.patterns = registry.column('contents.patterns', Int32Array, 256)
  }

  /** Where the frame's bytes can be read. Never write there: see {@link writable}. */
  readable(frame: Pfn): number {
    const state = this.state[frame]
    return state > 0 ? state : this.pattern(state === 0 ? 0 : -1 - state)
  }

  /** Where the frame's bytes can be read and written; gives it storage of its own if it has none. */
  writable(frame: Pfn): number {
    const state = this.state[frame]
    if (state > 0) return state
    const slot = this.arena.alloc()
    this.arena.u8.fill(state === 0 ? 0 : -1 - state, slot, slot + PAGE_SIZE)
    this.state[frame] = slot
    return slot
  }

  hasStorage(frame: Pfn): boolean {
    return this.state[frame] > 0
  }

  /** Whether every byte is zero, stored or not. @mm try_to_map_unused_to_zeropage mm/migrate.c (its look at the page) */
  isZero(frame: Pfn): boolean {
    const state = this.state[frame]
    if (state <= 0) return state === 0 || state === -1
    const words = this.arena.i32.subarray(state >> 2, (state + PAGE_SIZE) >> 2)
    return words.every((word) => word === 0)
  }

  /** For observers, who must not make a pattern slot: where the bytes are, or -1 - b if every byte is b. */
  place(frame: Pfn): number {
    const state = this.state[frame]
    return state === 0 ? -1 : state
  }

  /** Makes every byte of the frame `byte` and gives up its storage. */
  fill(frame: Pfn, byte: number): void {
    const state = this.state[frame]
    if (state > 0) this.arena.free(state)
    this.state[frame] = -1 - byte
  }

  copy(to: Pfn, from: Pfn): void {
    const source = this.state[from]
    if (source <= 0) {
      this.fill(to, source === 0 ? 0 : -1 - source)
      return
    }
    if (this.state[to] <= 0) this.state[to] = this.arena.alloc()
    this.arena.u8.copyWithin(this.state[to], source, source + PAGE_SIZE)
  }

  /** Slots that frames of one repeated byte share. */
  get patternSlots(): number {
    return this.patterns.reduce((n, slot) => n + (slot === 0 ? 0 : 1), 0)
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
