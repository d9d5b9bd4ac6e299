/** Arenas for who only looks: see pool/state.ts and pool/heaps.ts. */
import type { UserMemory } from '../../kernel/uapi/index.js'
import { revealed, sizeOf, word } from './chunk.js'
import type { Heap } from './heap.js'
import { FD, HEAP_MAX } from './layout.js'
import type { ArenaLayout } from './version.js'

/** struct malloc_state */
export class ArenaState {
  constructor(
    private readonly mem: UserMemory,
    private readonly layout: ArenaLayout,
    readonly address: number,
  ) {}

  binAt(index: number): number {
    return this.address + this.layout.bins - FD + (index - 1) * 16
  }
  /** Address of a fastbin's head. */
  fastbinAt(index: number): number {
    return this.address + this.layout.fastbins + index * 8
  }
  /** Where top is kept. */
  get topAddress(): number {
    return this.address + this.layout.top
  }
  get top(): number {
    return word(this.mem, this.topAddress)
  }
  get topSize(): number {
    return sizeOf(this.mem, this.top)
  }
  get next(): number {
    return word(this.mem, this.address + this.layout.next)
  }
  get systemMem(): number {
    return word(this.mem, this.address + this.layout.systemMem)
  }
  get maxSystemMem(): number {
    return word(this.mem, this.address + this.layout.maxSystemMem)
  }
}

/** All arenas, the main one first. */
export function arenas({ host: { mem }, version: { layout }, main }: Heap): readonly ArenaState[] {
  const found = [main]
  for (let at = main.next; at !== main.address; at = found[found.length - 1].next)
    found.push(new ArenaState(mem, layout, at))
  return found
}

/** What the link of a chunk in a fastbin names. */
export const linkAt = ({ host: { mem }, version }: Heap, at: number): number =>
  revealed(version.safeLinking, at, mem.readI32(at), mem.readI32(at + 4))

/** struct heap_info */
export interface HeapInfo {
  readonly size: number
  readonly mprotectSize: number
}

/** The heaps of an arena, the last one first. */
export function heapsOf({ host: { mem } }: Heap, av: ArenaState): readonly HeapInfo[] {
  const found: HeapInfo[] = []
  for (let start = Math.floor(av.top / HEAP_MAX) * HEAP_MAX; start !== 0; start = word(mem, start + 8))
    found.push({ size: word(mem, start + 16), mprotectSize: word(mem, start + 24) })
  return found
}
