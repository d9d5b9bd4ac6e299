/**
 * A FILE: its buffer lies in user memory (allocated by malloc at first use, so that its page faults are the real
 * ones), the pointers into it in {@link StreamState}. When which bytes go to write(2) follows libio/fileops.c.
 *
 * Left out: wide orientation, mapped files (mode m); of the FILE's own fields in user memory all values but those that are
 * written when it is opened: of a standard stream's object and its lock only the pages are written.
 */
import { vaddr } from '../../base/index.js'
import { Errno, SEEK_CUR } from '../../kernel/uapi/index.js'
import { SHORTBUF_OFFSET } from '../objects.js'
import type { Runtime } from '../runtime.js'
import type { StreamState } from '../state.js'
import type { Bytes } from './bytes.js'

export const EOF = -1
const NEWLINE = 10
/** A buffer at least this large takes whole blocks past it (fileops.c). */
const SMALL_BLOCK = 128
/** The objects of the first three streams. */
const OBJECTS = ['_IO_2_1_stdin_', '_IO_2_1_stdout_', '_IO_2_1_stderr_'] as const

export class Stream {
  constructor(
    private readonly rt: Runtime,
    readonly state: StreamState,
  ) {}

  get address(): number {
    return this.state.address
  }

  /** Locks the stream and moves its pointers. */
  private touchObject(): void {
    const index = this.rt.objects.files.indexOf(this.address)
    if (index >= 0) this.rt.touch(OBJECTS[index])
  }

  // ---- buffer -----------------------------------------------------------------------------------------------------

  /**
   * Gives the stream a buffer of st_blksize; a terminal becomes line-buffered now, not earlier.
   * @glibc _IO_file_doallocate libio/filedoalloc.c
   */
  allocateBuffer(): void {
    const s = this.state
    if (s.bufBase !== 0) return
    if (s.unbuffered) return this.setBuffer(this.address + SHORTBUF_OFFSET, 1)
    this.rt.touch('_IO_file_doallocate')
    this.rt.touch('fstat')
    const size = this.rt.sys.blockSize(s.fd)
    if (this.rt.sys.isatty(s.fd)) s.lineBuffered = true
    const buffer = this.rt.malloc(size)
    if (buffer !== 0) this.setBuffer(buffer, size, true)
    else this.setBuffer(this.address + SHORTBUF_OFFSET, 1)
  }

  /** @param own from malloc, to be freed with the stream. @glibc _IO_setb libio/genops.c */
  setBuffer(base: number, size: number, own = false): void {
    const s = this.state
    if (s.ownBuffer) this.rt.allocator.free(s.bufBase)
    s.ownBuffer = own
    s.bufBase = base
    s.bufEnd = base + size
    this.emptyBuffer()
    s.putting = false
  }

  /** Nothing read, nothing to be written. */
  emptyBuffer(): void {
    const s = this.state
    s.readPtr = s.readEnd = s.writeBase = s.writePtr = s.bufBase
  }

  // ---- output -----------------------------------------------------------------------------------------------------

  /** @returns the character, or EOF */
  putc(ch: number): number {
    this.touchObject()
    const s = this.state
    const room = s.putting && !s.lineBuffered && !s.unbuffered && s.writePtr < s.bufEnd
    if (!room) return this.overflow(ch)
    this.rt.mem.writeU8(s.writePtr++, ch)
    return ch
  }

  /** Readies the stream for output, with room for one character. @glibc _IO_new_file_overflow libio/fileops.c */
  private overflow(ch: number): number {
    const s = this.state
    if (!this.startPutting()) return EOF
    if (s.writePtr === s.bufEnd && !this.flush()) return EOF
    this.rt.mem.writeU8(s.writePtr++, ch)
    if (s.unbuffered || (s.lineBuffered && ch === NEWLINE)) return this.flush() ? ch : EOF
    return ch
  }

  private startPutting(): boolean {
    const s = this.state
    if (!s.canWrite) {
      s.error = true
      this.rt.fail(Errno.EBADF)
      return false
    }
    if (s.putting) return true
    this.allocateBuffer()
    s.pushback = []
    if (s.readPtr === s.bufEnd) s.readPtr = s.readEnd = s.bufBase
    s.writeBase = s.writePtr = s.readPtr
    s.readPtr = s.readEnd
    s.putting = true
    return true
  }

  /** Writes out what the buffer holds; the buffer is empty afterwards even when that failed. */
  flush(): boolean {
    const s = this.state
    const from = s.writeBase
    const length = s.putting ? s.writePtr - from : 0
    if (length === 0) return true
    const placed = this.toWritePosition()
    this.emptyBuffer()
    return placed && this.writeOut(from, length)
  }

  /** The file's position is behind what was read ahead: back to where writing began. @glibc new_do_write libio/fileops.c */
  private toWritePosition(): boolean {
    const s = this.state
    if (s.append) s.offset = -1
    else if (s.readEnd !== s.writeBase) {
      const position = this.rt.sys.lseek(s.fd, s.writeBase - s.readEnd, SEEK_CUR)
      if (position < 0) return this.outputFailed(-position)
      s.offset = position
    }
    return true
  }

  /** Ends writing: what comes is read. @glibc _IO_switch_to_get_mode libio/genops.c */
  stopPutting(): boolean {
    const s = this.state
    if (!s.putting) return true
    if (!this.flush()) return false
    s.readEnd = Math.max(s.readEnd, s.writePtr)
    s.readPtr = s.writeBase = s.writePtr
    s.putting = false
    return true
  }

  /** @glibc _IO_new_file_write libio/fileops.c */
  private writeOut(address: number, length: number): boolean {
    this.rt.touch('write')
    for (let at = 0; at < length;) {
      const n = this.rt.sys.write(this.state.fd, vaddr(address + at), length - at)
      if (n < 0) return this.outputFailed(-n)
      this.moved(n)
      at += n
    }
    return true
  }

  private moved(bytes: number): void {
    if (this.state.offset >= 0) this.state.offset += bytes
  }

  private outputFailed(errno: number): boolean {
    this.state.error = true
    this.rt.fail(errno)
    return false
  }

  /**
   * Writes a run of bytes: fills the buffer, flushes it up to the last newline or when it is full, and lets whole
   * blocks go past it.
   * @glibc _IO_new_file_xsputn libio/fileops.c
   */
  write(bytes: Bytes): boolean {
    if (bytes.length === 0) return true
    this.touchObject()
    const { fill, mustFlush } = this.roomFor(bytes)
    if (fill > 0) this.store(bytes, 0, fill)
    const rest = bytes.length - fill
    if (rest === 0 && !mustFlush) return true
    if (!this.startPutting() || !this.flush()) return false
    const block = this.state.bufEnd - this.state.bufBase
    const direct = rest - (block >= SMALL_BLOCK ? rest % block : 0)
    if (direct > 0 && !this.writePast(bytes, fill, direct)) return false
    return this.writeRest(bytes, fill + direct)
  }

  private roomFor(bytes: Bytes): { readonly fill: number; readonly mustFlush: boolean } {
    const s = this.state
    if (!s.putting || s.unbuffered) return { fill: 0, mustFlush: false }
    const room = s.bufEnd - s.writePtr
    const fill = Math.min(room, bytes.length)
    if (!s.lineBuffered || room < bytes.length) return { fill, mustFlush: false }
    const newline = bytes.lastIndexOf(this.rt.mem, NEWLINE)
    return newline < 0 ? { fill, mustFlush: false } : { fill: newline + 1, mustFlush: true }
  }

  private store(bytes: Bytes, from: number, count: number): void {
    this.rt.touch('mempcpy')
    bytes.copyTo(this.rt.mem, from, count, this.state.writePtr)
    this.state.writePtr += count
  }

  private writePast(bytes: Bytes, from: number, count: number): boolean {
    const address = bytes.userAddress(from)
    if (address !== undefined) return this.writeOut(address, count)
    this.rt.touch('write')
    const n = this.rt.writeHost(this.state.fd, bytes.hostBytes(from, count))
    if (n < 0) return this.outputFailed(-n)
    this.moved(n)
    return true
  }

  /** @glibc _IO_default_xsputn libio/genops.c: on a line-buffered stream character by character */
  private writeRest(bytes: Bytes, from: number): boolean {
    const s = this.state
    for (let at = from; at < bytes.length;) {
      const room = s.lineBuffered || s.unbuffered ? 0 : s.bufEnd - s.writePtr
      const count = Math.min(room, bytes.length - at)
      if (count > 0) this.store(bytes, at, count)
      else if (this.overflow(bytes.at(this.rt.mem, at)) === EOF) return false
      at += Math.max(count, 1)
    }
    return true
  }

  // ---- input ------------------------------------------------------------------------------------------------------

  /** @returns the next character, or EOF */
  getc(): number {
    this.touchObject()
    const s = this.state
    const back = s.pushback.pop()
    if (back !== undefined) return back
    if (s.readPtr >= s.readEnd && !this.underflow()) return EOF
    return this.rt.mem.readU8(s.readPtr++)
  }

  /**
   * Fills the empty buffer with one read(2). Before a line-buffered or unbuffered stream is read, line-buffered
   * stdout is flushed: so a prompt without newline appears. Throws WouldBlock with everything consistent.
   * @glibc _IO_new_file_underflow libio/fileops.c
   */
  underflow(): boolean {
    const s = this.state
    if (!this.mayRead()) return false
    if (s.readPtr < s.readEnd) return true
    this.allocateBuffer()
    if (s.lineBuffered || s.unbuffered) this.flushStdout()
    if (!this.stopPutting()) return false
    this.emptyBuffer()
    const n = this.readInto(s.bufBase, s.bufEnd - s.bufBase)
    if (n > 0) s.readEnd = s.bufBase + n
    return n > 0
  }

  mayRead(): boolean {
    const s = this.state
    if (!s.canRead) {
      s.error = true
      this.rt.fail(Errno.EBADF)
      return false
    }
    // Since 2.28 end of file is sticky (bug 1190).
    return !(s.eof && this.rt.atLeast(28))
  }

  /** read(2) with the stream's flags for what it answers. */
  readInto(address: number, length: number): number {
    this.rt.touch('read')
    this.touchObject()
    const n = this.rt.sys.read(this.state.fd, vaddr(address), length)
    if (n > 0) this.moved(n)
    else this.state.offset = -1
    if (n === 0) this.state.eof = true
    if (n < 0) {
      this.state.error = true
      this.rt.fail(-n)
    }
    return n
  }

  private flushStdout(): void {
    const stdout = this.rt.streams[1]
    if (stdout.state.lineBuffered) stdout.flush()
  }

  /** @glibc ungetc libio/ioungetc.c Left out: the backup area's malloc; any number of characters can be pushed back. */
  ungetc(ch: number): number {
    if (ch === EOF) return EOF
    const s = this.state
    s.eof = false
    const inBuffer = s.pushback.length === 0 && s.readPtr > s.bufBase && s.bufBase !== 0 && !s.putting
    if (inBuffer && this.rt.mem.readU8(s.readPtr - 1) === ch) s.readPtr--
    else s.pushback.push(ch)
    return ch
  }
}
