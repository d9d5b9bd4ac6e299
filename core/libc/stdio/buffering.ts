/** setvbuf(3) and its short forms; state of a stream. */
import { SHORTBUF_OFFSET } from '../objects.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import type { Stream } from './stream.js'
import { streamAt } from './streams.js'

const IOFBF = 0
const IOLBF = 1
const IONBF = 2
const BUFSIZ = 8192

function makeUnbuffered(stream: Stream): void {
  stream.flush()
  stream.state.unbuffered = true
  stream.state.lineBuffered = false
  stream.setBuffer(stream.address + SHORTBUF_OFFSET, 1)
}

/**
 * Without a buffer of the caller's, _IOFBF allocates one now, and _IOLBF only sets the mode.
 * @glibc setvbuf libio/iosetvbuf.c
 */
function setvbuf(stream: Stream, buffer: number, mode: number, size: number): number {
  const s = stream.state
  if (mode === IONBF) {
    makeUnbuffered(stream)
    return 0
  }
  if (mode !== IOFBF && mode !== IOLBF) return -1
  if (buffer === 0) {
    if (mode === IOFBF) stream.allocateBuffer()
  } else if (size === 0) {
    makeUnbuffered(stream)
    return 0
  } else {
    stream.flush()
    stream.setBuffer(buffer, size)
  }
  s.unbuffered = false
  s.lineBuffered = mode === IOLBF
  return 0
}

export function bufferingFunctions(rt: Runtime): FunctionTable {
  const stream = (file: number) => streamAt(rt, file)
  const setbuffer = (file: number, buffer: number, size: number): void => {
    setvbuf(stream(file), buffer, buffer === 0 ? IONBF : IOFBF, size)
  }
  return {
    setvbuf: (a) => setvbuf(stream(a.ptr(0)), a.ptr(1), a.i32(2), a.ptr(3)),
    setbuf: (a) => setbuffer(a.ptr(0), a.ptr(1), BUFSIZ),
    setbuffer: (a) => setbuffer(a.ptr(0), a.ptr(1), a.ptr(2)),
    setlinebuf: (a) => void setvbuf(stream(a.ptr(0)), 0, IOLBF, 0),
    feof: (a) => (stream(a.ptr(0)).state.eof ? 1 : 0),
    ferror: (a) => (stream(a.ptr(0)).state.error ? 1 : 0),
    clearerr: (a) => {
      const s = stream(a.ptr(0)).state
      s.eof = s.error = false
    },
    fileno: (a) => stream(a.ptr(0)).state.fd,
  }
}
