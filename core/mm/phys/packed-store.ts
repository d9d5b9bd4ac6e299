/**
 * Room for compact pages: slots of the arena cut into units of one size each. A slot whose units are all free goes back
 * to the arena.
 *
 *   slot  [ next, previous with free units | size class | units in use, first free unit | unit | unit | ... ]
 *         0                                8            9..           12               16
 */
import { assert, PAGE_SIZE, type StateRegistry } from '../../base/index.js'
import type { Arena } from './arena.js'

/** Bytes of a unit, by class. */
const UNIT_BYTES = [16, 32, 48, 64, 96, 128, 192, 256, 400, 576, 1008]
const HEADER_BYTES = 16

// Words of a slot's header. The class and the units in use share one.
const NEXT = 0
const PREVIOUS = 1
const USE = 2
const FREE = 3
const CLASS_SHIFT = 16
const USED = (1 << CLASS_SHIFT) - 1

export class PackedStore {
  /** By class: a slot with free units, 0 if there is none. */
  private readonly partial: Int32Array

  constructor(
    registry: StateRegistry,
    private readonly arena: Arena,
  ) {
    this.partial = registry.column('packed.partial', Int32Array, UNIT_BYTES.length)
  }

  /** Offset of a unit of at least that many bytes, a multiple of 16. */
  alloc(bytes: number): number {
    const size = UNIT_BYTES.findIndex((unit) => unit >= bytes)
    assert(size >= 0, 'a compact page fits the largest unit')
    const slot = this.partial[size] || this.newSlot(size)
    const { i32 } = this.arena
    const header = slot >>> 2
    const unit = i32[header + FREE]
    i32[header + FREE] = i32[unit >>> 2]
    i32[header + USE]++
    if (i32[header + FREE] === 0) this.unlink(slot, size)
    return unit
  }

  free(unit: number): void {
    const { i32 } = this.arena
    const slot = unit - (unit % PAGE_SIZE)
    const header = slot >>> 2
    const size = i32[header + USE] >>> CLASS_SHIFT
    if (i32[header + FREE] === 0) this.link(slot, size)
    i32[unit >>> 2] = i32[header + FREE]
    i32[header + FREE] = unit
    if ((--i32[header + USE] & USED) > 0) return
    this.unlink(slot, size)
    this.arena.free(slot)
  }

  private newSlot(size: number): number {
    const slot = this.arena.alloc()
    const { i32 } = this.arena
    const bytes = UNIT_BYTES[size]
    let next = 0
    for (let i = Math.floor((PAGE_SIZE - HEADER_BYTES) / bytes) - 1; i >= 0; i--) {
      const unit = slot + HEADER_BYTES + i * bytes
      i32[unit >>> 2] = next
      next = unit
    }
    i32[(slot >>> 2) + USE] = size << CLASS_SHIFT
    i32[(slot >>> 2) + FREE] = next
    this.link(slot, size)
    return slot
  }

  private link(slot: number, size: number): void {
    const { i32 } = this.arena
    const next = this.partial[size]
    i32[(slot >>> 2) + NEXT] = next
    i32[(slot >>> 2) + PREVIOUS] = 0
    if (next !== 0) i32[(next >>> 2) + PREVIOUS] = slot
    this.partial[size] = slot
  }

  private unlink(slot: number, size: number): void {
    const { i32 } = this.arena
    const next = i32[(slot >>> 2) + NEXT]
    const previous = i32[(slot >>> 2) + PREVIOUS]
    if (previous !== 0) i32[(previous >>> 2) + NEXT] = next
    else this.partial[size] = next
    if (next !== 0) i32[(next >>> 2) + PREVIOUS] = previous
  }
}
