/**
 * Pipes (fs/pipe.c): bytes on their way from writers to readers, 64 KiB at most.
 *
 * Left out: the pages that hold them (up to 16 of the kernel's), F_SETPIPE_SZ, packet mode, splice.
 */
import { assert, type StateTable } from '../../base/index.js'

export const PIPE_CAPACITY = 65536
/** Writes up to this size are not mixed with others'. */
export const PIPE_BUF = 4096

interface SavedPipes {
  readonly next: number
  readonly pipes: readonly (readonly [number, readonly number[]])[]
}

export class Pipes implements StateTable {
  private next = 1
  private pipes = new Map<number, number[]>()

  /** @param wake called with the pipe's number when readers or writers may go on */
  constructor(private readonly wake: (id: number) => void) {}

  create(): number {
    const id = this.next++
    this.pipes.set(id, [])
    return id
  }

  /** Ends were closed: whoever waits looks again; a pipe without ends goes. @mm pipe_release fs/pipe.c */
  closed(isOpen: (id: number) => boolean): void {
    for (const id of this.pipes.keys()) {
      if (isOpen(id)) this.wake(id)
      else this.pipes.delete(id)
    }
  }

  private bytes(id: number): number[] {
    const bytes = this.pipes.get(id)
    assert(bytes, `pipe ${id} is open`)
    return bytes
  }

  available(id: number): number {
    return this.bytes(id).length
  }
  room(id: number): number {
    return PIPE_CAPACITY - this.bytes(id).length
  }

  take(id: number, limit: number): Uint8Array {
    const taken = Uint8Array.from(this.bytes(id).splice(0, limit))
    if (taken.length > 0) this.wake(id)
    return taken
  }
  put(id: number, bytes: Uint8Array): void {
    const queue = this.bytes(id)
    for (const byte of bytes) queue.push(byte)
    this.wake(id)
  }

  save(): SavedPipes {
    return { next: this.next, pipes: [...this.pipes].map(([id, bytes]) => [id, [...bytes]]) }
  }
  load({ next, pipes }: SavedPipes): void {
    this.next = next
    this.pipes = new Map(pipes.map(([id, bytes]) => [id, [...bytes]]))
  }
}
