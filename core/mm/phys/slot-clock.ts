/**
 * Which slots of the arena have not been used lately: a clock. A slot that belongs to a frame is marked when a page walk
 * comes back to it; the hand takes the mark away and, where there is none, offers the slot, unless the TLB holds it.
 * The work is bounded by the slots handed out since the last round, and what happens depends on the simulated accesses
 * alone, so that it is the same in every run.
 *
 * Taking a slot may move any frame that the TLB does not hold: whoever takes one asks again where the others are.
 */
import { PAGE_SHIFT, PAGE_SIZE, type Pfn, type StateRegistry } from '../../base/index.js'
import { forEachTlbFrame } from '../../arch/x86/index.js'
import { ARENA_BASE } from '../../kernel/uapi/index.js'
import type { Arena } from './arena.js'

/** 32 MiB of slots may be in use before any is offered. */
export const HOT_SLOTS = 8192
const FIRST_SLOT = ARENA_BASE / PAGE_SIZE

// Words of the state.
const HAND = 0
const SINCE = 1

export class SlotClock {
  private readonly state: Int32Array
  /** Slots handed out between two rounds. A round examines at most twice as many, so that the hand gets ahead. */
  private readonly round: number

  constructor(
    registry: StateRegistry,
    private readonly arena: Arena,
    private readonly hotSlots: number,
  ) {
    this.state = registry.column('contents.clock', Int32Array, 2)
    this.round = Math.max(16, hotSlots >> 5)
  }

  /** The slot is the frame's. */
  enter(slot: number, frame: Pfn): void {
    this.arena.owners[slot >>> PAGE_SHIFT] = ownerOf(frame)
  }

  /** The slot is never to be offered. */
  pin(slot: number): void {
    this.arena.owners[slot >>> PAGE_SHIFT] = 0
  }

  use(slot: number): void {
    this.set(slot, USED)
  }

  private set(slot: number, bit: number): void {
    const { owners } = this.arena
    const index = slot >>> PAGE_SHIFT
    if (owners[index] !== 0) owners[index] |= bit
  }

  private clear(slot: number, bit: number): void {
    this.arena.owners[slot >>> PAGE_SHIFT] &= ~bit
  }

  /**
   * To be called before a slot is taken: offers cold ones when too many are in use.
   * @param give gives the frame's slot back if it can
   */
  makeRoom(give: (frame: Pfn) => void): void {
    const { state, arena, round } = this
    if (++state[SINCE] < round || arena.slotsInUse < this.hotSlots) return
    state[SINCE] = 0
    forEachTlbFrame(arena, (slot) => this.set(slot, HELD))
    for (let left = 2 * round; left > 0 && arena.slotsInUse > this.hotSlots - round; left--)
      if (this.advance()) give(frameOf(arena.owners[state[HAND]]))
    forEachTlbFrame(arena, (slot) => this.clear(slot, HELD))
  }

  /** Moves the hand. True if it points at a slot that nobody used since it last came by. */
  private advance(): boolean {
    const { state, arena } = this
    state[HAND] = Math.max(FIRST_SLOT, state[HAND] + 1)
    if (state[HAND] >= arena.slots) state[HAND] = FIRST_SLOT
    const owner = arena.owners[state[HAND]]
    arena.owners[state[HAND]] &= ~USED
    return owner !== 0 && (owner & (USED | HELD)) === 0
  }
}

// An owner is 0, or the frame's number plus one and two bits: walked to lately, held by the TLB (during a round).
const USED = 1
const HELD = 2
const ownerOf = (frame: Pfn): number => (frame + 1) << 2
const frameOf = (owner: number): Pfn => ((owner >> 2) - 1) as Pfn
