/** Input functions of <stdio.h> but for scanf. */
import { Errno } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { EOF, type Stream } from './stream.js'
import { streamAt } from './streams.js'
import { keepingInput, keptInput } from './unfinished.js'

const NEWLINE = 10
/** First buffer of getline (libio/iogetdelim.c). */
const GETLINE_BUFFER = 120

/** Takes what the buffer has, up to `limit` bytes and including the first `delimiter`; empty at end of file. */
function takeRun(rt: Runtime, stream: Stream, limit: number, delimiter: number | undefined): Uint8Array {
  const s = stream.state
  if (s.pushback.length > 0) return Uint8Array.of(s.pushback.pop() ?? 0)
  if (s.readPtr >= s.readEnd && !stream.underflow()) return new Uint8Array(0)
  const available = rt.mem.readBytes(s.readPtr, Math.min(limit, s.readEnd - s.readPtr))
  const found = delimiter === undefined ? -1 : available.indexOf(delimiter)
  const run = found < 0 ? available : available.subarray(0, found + 1)
  s.readPtr += run.length
  return run
}

/** Reads up to `limit` bytes or through the delimiter; what an interrupted call had taken comes first. */
function readThrough(rt: Runtime, stream: Stream, limit: number, delimiter: number): number[] {
  const taken = [...keptInput(rt, stream.address)]
  return keepingInput(
    rt,
    stream.address,
    () => taken,
    () => {
      while (taken.length < limit && taken.at(-1) !== delimiter) {
        const run = takeRun(rt, stream, limit - taken.length, delimiter)
        if (run.length === 0) break
        for (const byte of run) taken.push(byte)
      }
      return taken
    },
  )
}

/** @glibc _IO_fgets libio/iofgets.c */
function fgets(rt: Runtime, to: number, size: number, stream: Stream): number {
  if (size <= 0) return 0
  if (size === 1) {
    rt.mem.writeU8(to, 0)
    return to
  }
  const hadError = stream.state.error
  stream.state.error = false
  const line = readThrough(rt, stream, size - 1, NEWLINE)
  const failed = line.length === 0 || (stream.state.error && rt.mem.readI32(rt.errnoAddress) !== Errno.EAGAIN)
  stream.state.error ||= hadError
  if (failed) return 0
  rt.mem.writeBytes(to, Uint8Array.from(line))
  rt.mem.writeU8(to + line.length, 0)
  return to
}

/**
 * @glibc _IO_getdelim libio/iogetdelim.c
 * Left out: growing the buffer once per filled stream buffer; here once, when the line is complete.
 */
function getdelim(rt: Runtime, line: number, size: number, delimiter: number, stream: Stream): number {
  if (line === 0 || size === 0) return rt.fail(Errno.EINVAL)
  if (stream.state.error) return EOF
  const bytes = readThrough(rt, stream, Infinity, delimiter & 0xff)
  let buffer = rt.mem.readPtr(line)
  let room = rt.mem.readPtr(size)
  if (buffer === 0 || room === 0) {
    buffer = rt.malloc(GETLINE_BUFFER)
    room = GETLINE_BUFFER
  }
  if (bytes.length > 0 && bytes.length + 1 > room) {
    room = Math.max(bytes.length + 1, 2 * room)
    rt.touch('realloc')
    buffer = rt.allocator.realloc(buffer, room)
  }
  if (buffer === 0) return rt.fail(Errno.ENOMEM)
  rt.mem.writePtr(line, buffer)
  rt.mem.writePtr(size, room)
  if (bytes.length === 0) return EOF
  rt.mem.writeBytes(buffer, Uint8Array.from(bytes))
  rt.mem.writeU8(buffer + bytes.length, 0)
  return bytes.length
}

/**
 * Copies out of the buffer; whole buffers' worth goes straight to the caller's memory.
 * @glibc _IO_file_xsgetn libio/fileops.c
 */
function readBlock(rt: Runtime, to: number, length: number, stream: Stream): number {
  const kept = Uint8Array.from(keptInput(rt, stream.address))
  let at = kept.length
  rt.mem.writeBytes(to, kept)
  return keepingInput(
    rt,
    stream.address,
    () => rt.mem.readBytes(to, at),
    () => {
      for (let got = 1; got > 0 && at < length; at += got) got = readPiece(rt, to + at, length - at, stream)
      return at
    },
  )
}

function readPiece(rt: Runtime, to: number, want: number, stream: Stream): number {
  const s = stream.state
  stream.allocateBuffer()
  const block = s.bufEnd - s.bufBase
  const buffered = s.pushback.length > 0 || s.readPtr < s.readEnd
  if (buffered || want < block) {
    const run = takeRun(rt, stream, want, undefined)
    rt.mem.writeBytes(to, run)
    return run.length
  }
  if (!stream.mayRead() || !stream.stopPutting()) return 0
  stream.emptyBuffer()
  const n = stream.readInto(to, block >= 128 ? want - (want % block) : want)
  return Math.max(n, 0)
}

/** @glibc _IO_fread libio/iofread.c */
function fread(rt: Runtime, to: number, size: number, count: number, stream: Stream): number {
  const length = size * count
  if (length === 0) return 0
  const got = readBlock(rt, to, length, stream)
  return got === length ? count : Math.floor(got / size)
}

export function inputFunctions(rt: Runtime): FunctionTable {
  const getchar = () => rt.streams[0].getc()
  const getc = (a: CallArgs) => streamAt(rt, a.ptr(0)).getc()
  return {
    getchar,
    getchar_unlocked: getchar,
    getc,
    getc_unlocked: getc,
    fgetc: getc,
    ungetc: (a) => streamAt(rt, a.ptr(1)).ungetc(a.i32(0) < 0 ? EOF : a.i32(0) & 0xff),
    fgets: (a) => fgets(rt, a.ptr(0), a.i32(1), streamAt(rt, a.ptr(2))),
    getline: (a) => getdelim(rt, a.ptr(0), a.ptr(1), NEWLINE, streamAt(rt, a.ptr(2))),
    getdelim: (a) => getdelim(rt, a.ptr(0), a.ptr(1), a.i32(2), streamAt(rt, a.ptr(3))),
    fread: (a) => fread(rt, a.ptr(0), a.ptr(1), a.ptr(2), streamAt(rt, a.ptr(3))),
  }
}
