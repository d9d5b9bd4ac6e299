/**
 * One arena for contents. The bytes of page frames live in 4 KiB slots of one growable WebAssembly.Memory, behind the
 * register file and the software TLB, so that compiled C loads and stores them directly. Free slots are chained
 * through their first word.
 * Which frame a slot belongs to is kept beside it, for whoever looks for slots that could be given back.
 */
import { assert, PAGE_SIZE, type StateRegistry } from '../../base/index.js'
import { ARENA_BASE } from '../../kernel/uapi/index.js'

const WASM_PAGE = 65536
/** 2 GiB: offsets into the arena are kept in signed words (contents.state, the TLB's frame). */
const MAX_WASM_PAGES = 32768
const GROW_STEP = 64 // 4 MiB at a time, or
const GROW_SHARE = 8 // an eighth of what there is
const OWNER_BYTES = 4

/** The limit of the simulation, not of the simulated machine: more distinct page contents than can be stored. */
export class ArenaFull extends Error {
  override readonly name = 'ArenaFull'
  constructor() {
    super('the simulation has no room for more page contents (pages of one repeated byte need none)')
  }
}

export class Arena {
  readonly memory: WebAssembly.Memory
  u8!: Uint8Array
  i32!: Int32Array
  view!: DataView
  /** By slot: 0, or who owns it (see slot-clock.ts). */
  owners = new Int32Array(0)
  /** [first never used slot, head of the free chain or 0, slots in use] */
  private readonly head: Int32Array

  constructor(registry: StateRegistry) {
    this.memory = new WebAssembly.Memory({ initial: GROW_STEP, maximum: MAX_WASM_PAGES })
    this.refresh()
    this.head = registry.column('arena.head', Int32Array, 3)
    this.head[0] = ARENA_BASE
    registry.buffer(
      'arena',
      () => this.u8,
      (bytes) => this.reserve(bytes),
    )
    registry.buffer(
      'arena.owners',
      () => new Uint8Array(this.owners.buffer),
      (bytes) => this.reserve((bytes / OWNER_BYTES) * PAGE_SIZE),
    )
  }

  get slotsInUse(): number {
    return this.head[2]
  }

  /** Slots that were ever used, and the places of the registers and the TLB before them. */
  get slots(): number {
    return this.head[0] / PAGE_SIZE
  }

  private refresh(): void {
    const { buffer } = this.memory
    this.u8 = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.view = new DataView(buffer)
    const owners = new Int32Array(buffer.byteLength / PAGE_SIZE)
    owners.set(this.owners)
    this.owners = owners
  }

  private reserve(bytes: number): void {
    if (bytes <= this.u8.length) return
    const pages = Math.ceil((bytes - this.u8.length) / WASM_PAGE)
    const room = MAX_WASM_PAGES - this.u8.length / WASM_PAGE
    const step = Math.max(GROW_STEP, this.u8.length / WASM_PAGE / GROW_SHARE)
    if (pages > room || !this.grow(Math.max(pages, Math.min(Math.ceil(step), room)))) throw new ArenaFull()
    this.refresh()
  }

  /** False when the host has no memory left. */
  private grow(pages: number): boolean {
    try {
      this.memory.grow(pages)
      return true
    } catch {
      return false
    }
  }

  /** A slot with undefined contents. @throws ArenaFull when the arena's 2 GiB or the host's memory are used up */
  alloc(): number {
    const free = this.head[1] >>> 0
    if (free !== 0) {
      this.head[1] = this.i32[free >>> 2]
      this.head[2]++
      return free
    }
    const slot = this.head[0] >>> 0
    this.reserve(slot + PAGE_SIZE)
    this.head[0] = slot + PAGE_SIZE
    this.head[2]++
    return slot
  }

  free(slot: number): void {
    assert(slot >= ARENA_BASE && slot % PAGE_SIZE === 0, 'slot of the arena')
    this.head[2]--
    this.owners[slot / PAGE_SIZE] = 0
    this.i32[slot >>> 2] = this.head[1]
    this.head[1] = slot
  }
}
