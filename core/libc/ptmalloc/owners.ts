/**
 * Who asked for each block that is in use, and when: an observer of the calls, not a part of the allocator. It costs the
 * program nothing (no simulated memory, no virtual time) and the host one entry for each block that has not been freed.
 *
 * Left out: who freed a block; blocks that a damaged heap loses without free().
 */

/** Told of what malloc and free did, after it was done. Must not change anything. */
export interface MallocObserver {
  /** @param bytes as requested */
  allocated(block: number, bytes: number): void
  freed(block: number): void
}

/** What the program is doing at the moment. */
export interface Running {
  /** Statement, as a code point of the program. */
  readonly codePoint: number
  /** Library function it called: malloc, or one that allocates for its own use or its caller's. */
  readonly call: string
  /** Virtual time. */
  readonly time: number
}

export interface Owner extends Running {
  /** Address of the user's data. */
  readonly block: number
  /** Bytes asked for. */
  readonly requested: number
  /** Counts successful allocations of the process from 1. */
  readonly serial: number
}

interface SavedOwners {
  readonly serial: number
  readonly live: readonly Owner[]
}

export class Owners implements MallocObserver {
  private live = new Map<number, Owner>()
  private serial = 0
  private bytes = 0
  /** Called after every change. */
  changed: (() => void) | undefined

  constructor(private readonly running: () => Running) {}

  /** Bytes asked for and not given back, of all blocks. */
  get bytesInUse(): number {
    return this.bytes
  }

  allocated(block: number, bytes: number): void {
    // A block that realloc left in its place.
    this.bytes += bytes - (this.live.get(block)?.requested ?? 0)
    this.live.set(block, { ...this.running(), block, requested: bytes, serial: ++this.serial })
    this.changed?.()
  }

  freed(block: number): void {
    this.bytes -= this.live.get(block)?.requested ?? 0
    this.live.delete(block)
    this.changed?.()
  }

  of(block: number): Owner | undefined {
    return this.live.get(block)
  }

  /** Blocks in use, by address. */
  blocks(): readonly Owner[] {
    return [...this.live.values()].sort((a, b) => a.block - b.block)
  }

  save(): SavedOwners {
    return { serial: this.serial, live: this.blocks() }
  }
  load(saved: SavedOwners): void {
    this.serial = saved.serial
    this.live = new Map(saved.live.map((owner) => [owner.block, owner]))
    this.bytes = saved.live.reduce((sum, { requested }) => sum + requested, 0)
  }
}
