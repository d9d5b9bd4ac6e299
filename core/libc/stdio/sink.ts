/** Where formatted output goes: a stream, or memory for the sprintf family. */
import type { UserMemory } from '../../kernel/uapi/index.js'
import { HostBytes, type Bytes } from './bytes.js'
import type { Stream } from './stream.js'

export interface Sink {
  /** @returns false when the output failed */
  write(bytes: Bytes): boolean
}

export class StreamSink implements Sink {
  constructor(private readonly stream: Stream) {}
  write(bytes: Bytes): boolean {
    return this.stream.write(bytes)
  }
}

/**
 * Collects everything, to be written in one go: printf to an unbuffered stream, dprintf, asprintf.
 * @glibc buffered_vfprintf stdio-common/vfprintf-internal.c
 */
export class CollectingSink implements Sink {
  private readonly pieces: Uint8Array[] = []
  constructor(private readonly mem: UserMemory) {}
  write(bytes: Bytes): boolean {
    this.pieces.push(bytes.read(this.mem))
    return true
  }
  result(): Uint8Array {
    const all = new Uint8Array(this.pieces.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of this.pieces) {
      all.set(piece, at)
      at += piece.length
    }
    return all
  }
  bytes(): Bytes {
    return new HostBytes(this.result())
  }
}

/** sprintf, snprintf: stores what fits into `size` bytes, keeping one for the NUL that {@link finish} writes. */
export class MemorySink implements Sink {
  private at = 0
  constructor(
    private readonly mem: UserMemory,
    private readonly address: number,
    private readonly size: number,
  ) {}
  write(bytes: Bytes): boolean {
    const room = Math.min(bytes.length, Math.max(0, this.size - 1 - this.at))
    if (room > 0) bytes.copyTo(this.mem, 0, room, this.address + this.at)
    this.at += room
    return true
  }
  finish(): void {
    if (this.size > 0) this.mem.writeU8(this.address + this.at, 0)
  }
}
