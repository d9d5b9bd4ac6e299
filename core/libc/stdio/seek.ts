/**
 * Where in its file a stream is (libio/fileops.c): the position of the descriptor less what was read ahead or more what
 * waits to be written. A seek to what the buffer holds asks nobody; any other reads the block around the new position.
 *
 * Left out: SEEK_DATA and SEEK_HOLE, positions of wide streams.
 */
import { Errno, S_IFMT, S_IFREG, SEEK_CUR, SEEK_END, SEEK_SET } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import type { Stream } from './stream.js'
import { flushAll, streamAt } from './streams.js'

/** Not known: the kernel has to be asked. */
const UNKNOWN = -1

/** @returns the new position of the descriptor or -1 with errno */
const lseek = (rt: Runtime, { state }: Stream, offset: number, whence: number): number => {
  rt.touch('lseek')
  return rt.result(rt.sys.lseek(state.fd, offset, whence))
}

/** @glibc _IO_new_file_seekoff libio/fileops.c @returns the position or -1 */
function seekOff(rt: Runtime, stream: Stream, wanted: number, whence: number): number {
  const s = stream.state
  const exact = s.bufBase === s.readEnd && s.writeBase === s.writePtr
  let offset = whence === SEEK_CUR ? wanted - s.pushback.length : wanted
  s.pushback = []
  if (!stream.stopPutting()) return -1
  if (s.bufBase === 0) stream.allocateBuffer()
  if (whence === SEEK_CUR) {
    offset -= s.readEnd - s.readPtr
    if (s.offset === UNKNOWN) return seekPlainly(rt, stream, offset, SEEK_CUR)
    offset += s.offset
    if (offset < 0) return rt.fail(Errno.EINVAL)
  } else if (whence === SEEK_END) {
    const stat = rt.sys.fstat(s.fd)
    if (typeof stat === 'number' || (stat.mode & S_IFMT) !== S_IFREG) return seekPlainly(rt, stream, offset, SEEK_END)
    offset += stat.size
  }
  const start = s.offset - (s.readEnd - s.bufBase)
  if (s.offset !== UNKNOWN && offset >= start && offset < s.offset) {
    s.readPtr = s.bufBase + (offset - start)
    s.writeBase = s.writePtr = s.bufBase
    s.eof = false
    return offset
  }
  return s.canRead ? seekToBlock(rt, stream, offset, exact) : seekPlainly(rt, stream, offset, SEEK_SET)
}

/** Reads from the start of the block, or no more than up to the position when the kernel's is to stay exact. */
function seekToBlock(rt: Runtime, stream: Stream, offset: number, exact: boolean): number {
  const s = stream.state
  const block = s.bufEnd - s.bufBase
  let delta = offset >= 0 && block > 0 ? offset % block : 0
  // A block that is no power of two (setvbuf) is not what the mask would make of it: the position itself is taken.
  if (!Number.isInteger(Math.log2(block))) delta = 0
  const at = lseek(rt, stream, offset - delta, SEEK_SET)
  if (at < 0) return -1
  let count = 0
  if (delta > 0) {
    count = stream.readInto(s.bufBase, exact ? delta : block)
    if (count < delta) return seekPlainly(rt, stream, count < 0 ? delta : delta - count, SEEK_CUR)
  }
  stream.emptyBuffer()
  s.readPtr = s.bufBase + delta
  s.readEnd = s.bufBase + count
  s.offset = at + count
  s.eof = false
  return offset
}

/** Without a look at the buffer. */
function seekPlainly(rt: Runtime, stream: Stream, offset: number, whence: number): number {
  const s = stream.state
  const result = lseek(rt, stream, offset, whence)
  if (result < 0) return -1
  s.eof = false
  s.offset = result
  stream.emptyBuffer()
  return result
}

/** @glibc do_ftell libio/fileops.c @returns the position or -1 */
function tell(rt: Runtime, stream: Stream): number {
  const s = stream.state
  let ahead = 0
  if (s.bufBase !== 0) {
    const unwritten = s.putting && s.writePtr > s.writeBase
    if (unwritten && s.append) {
      s.offset = lseek(rt, stream, 0, SEEK_END)
      if (s.offset < 0) return -1
    }
    ahead = !unwritten ? s.readPtr - s.readEnd : s.append ? s.writePtr - s.writeBase : s.writePtr - s.readEnd
  }
  const at = s.offset >= 0 ? s.offset : lseek(rt, stream, 0, SEEK_CUR)
  if (at < 0) return -1
  const position = at + ahead - s.pushback.length
  return position < 0 ? rt.fail(Errno.EINVAL) : position
}

/**
 * Writes what waits; on a stream that is read, gives back to the descriptor what was read ahead.
 * @glibc _IO_new_file_sync libio/fileops.c
 */
export function syncStream(rt: Runtime, stream: Stream): number {
  const s = stream.state
  if (!stream.flush()) return -1
  if (s.readPtr !== s.readEnd) {
    const result = rt.sys.lseek(s.fd, s.readPtr - s.readEnd, SEEK_CUR)
    if (result >= 0) s.readEnd = s.readPtr
    else if (result !== -Errno.ESPIPE) return rt.fail(-result)
  }
  s.offset = UNKNOWN
  return 0
}

/** @glibc fseeko libio/fseeko.c */
const fseek = (rt: Runtime, stream: Stream, offset: number, whence: number): number => {
  if (whence !== SEEK_SET && whence !== SEEK_CUR && whence !== SEEK_END) return rt.fail(Errno.EINVAL)
  return seekOff(rt, stream, offset, whence) < 0 ? -1 : 0
}

function fgetpos(rt: Runtime, stream: Stream, to: number): number {
  const position = tell(rt, stream)
  if (position < 0) return -1
  rt.mem.writePtr(to, position)
  return 0
}

export function seekFunctions(rt: Runtime): FunctionTable {
  const stream = (a: CallArgs): Stream => streamAt(rt, a.ptr(0))
  const seek = (a: CallArgs): number => fseek(rt, stream(a), Number(a.i64(1)), a.i32(2))
  const position = (a: CallArgs): number => tell(rt, stream(a))
  return {
    fseek: seek,
    fseeko: seek,
    ftell: position,
    ftello: position,
    rewind: (a) => {
      fseek(rt, stream(a), 0, SEEK_SET)
      const { state } = stream(a)
      state.eof = state.error = false
    },
    fgetpos: (a) => fgetpos(rt, stream(a), a.ptr(1)),
    fsetpos: (a) => fseek(rt, stream(a), rt.mem.readPtr(a.ptr(1)), SEEK_SET),
    fflush: (a) => (a.ptr(0) === 0 ? (flushAll(rt) ? 0 : -1) : syncStream(rt, stream(a))),
  }
}
