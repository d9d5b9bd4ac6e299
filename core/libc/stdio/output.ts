/** Output functions of <stdio.h>. */
import { vaddr } from '../../base/index.js'
import type { CallArgs, VarArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { strerror, errorText } from '../string/messages.js'
import { readString } from '../string/scan.js'
import { textOf, latin1 } from '../text.js'
import { CallVarArgs, ListVarArgs } from './args.js'
import { HostBytes, UserBytes } from './bytes.js'
import { CollectingSink, MemorySink, StreamSink } from './sink.js'
import { EOF, type Stream } from './stream.js'
import { fileSize } from './open.js'
import { streamAt } from './streams.js'
import { vprintf } from './vprintf.js'

const NEWLINE = 10

function printTo(rt: Runtime, stream: Stream, format: number, args: VarArgs): number {
  if (!stream.state.unbuffered) return vprintf(rt, new StreamSink(stream), format, args)
  rt.touch('buffered_vfprintf')
  const sink = new CollectingSink(rt.mem)
  const count = vprintf(rt, sink, format, args)
  return stream.write(sink.bytes()) ? count : EOF
}

function printToMemory(rt: Runtime, to: number, size: number, format: number, args: VarArgs): number {
  const sink = new MemorySink(rt.mem, to, size)
  const count = vprintf(rt, sink, format, args)
  sink.finish()
  return count
}

/** @glibc vdprintf libio/iovdprintf.c: in one write, as its buffer is larger than most output */
function printToFd(rt: Runtime, fd: number, format: number, args: VarArgs): number {
  const sink = new CollectingSink(rt.mem)
  const count = vprintf(rt, sink, format, args)
  const written = rt.writeHost(fd, sink.result())
  return written < 0 ? rt.fail(-written) : count
}

/** @glibc vasprintf libio/vasprintf.c Left out: the growth of the buffer step by step. */
function printToNew(rt: Runtime, result: number, format: number, args: VarArgs): number {
  const sink = new CollectingSink(rt.mem)
  const count = vprintf(rt, sink, format, args)
  const bytes = sink.result()
  const p = count < 0 ? 0 : rt.malloc(bytes.length + 1)
  if (p === 0) return -1
  rt.mem.writeBytes(p, bytes)
  rt.mem.writeU8(p + bytes.length, 0)
  rt.mem.writePtr(result, p)
  return count
}

/** Room for sprintf: there is no end. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER

function printfFamily(rt: Runtime): FunctionTable {
  const stdout = () => rt.streams[1]
  const file = (args: CallArgs) => streamAt(rt, args.ptr(0))
  const list = (args: CallArgs, slot: number) => new ListVarArgs(rt.mem, args.ptr(slot))
  const rest = (args: CallArgs, slot: number) => new CallVarArgs(args, slot)
  return {
    printf: (a) => printTo(rt, stdout(), a.ptr(0), rest(a, 1)),
    vprintf: (a) => printTo(rt, stdout(), a.ptr(0), list(a, 1)),
    fprintf: (a) => printTo(rt, file(a), a.ptr(1), rest(a, 2)),
    vfprintf: (a) => printTo(rt, file(a), a.ptr(1), list(a, 2)),
    dprintf: (a) => printToFd(rt, a.i32(0), a.ptr(1), rest(a, 2)),
    vdprintf: (a) => printToFd(rt, a.i32(0), a.ptr(1), list(a, 2)),
    sprintf: (a) => printToMemory(rt, a.ptr(0), UNBOUNDED, a.ptr(1), rest(a, 2)),
    vsprintf: (a) => printToMemory(rt, a.ptr(0), UNBOUNDED, a.ptr(1), list(a, 2)),
    snprintf: (a) => printToMemory(rt, a.ptr(0), a.ptr(1), a.ptr(2), rest(a, 3)),
    vsnprintf: (a) => printToMemory(rt, a.ptr(0), a.ptr(1), a.ptr(2), list(a, 3)),
    asprintf: (a) => printToNew(rt, a.ptr(0), a.ptr(1), rest(a, 2)),
    vasprintf: (a) => printToNew(rt, a.ptr(0), a.ptr(1), list(a, 2)),
  }
}

/** @glibc _IO_puts libio/ioputs.c */
function puts(rt: Runtime, s: number): number {
  const stdout = rt.streams[1]
  rt.touch('strlen')
  const length = rt.mem.stringLength(s)
  if (!stdout.write(new UserBytes(s, length)) || stdout.putc(NEWLINE) === EOF) return EOF
  return Math.min(length + 1, 0x7fff_ffff)
}

function fputs(rt: Runtime, s: number, stream: Stream): number {
  return stream.write(new UserBytes(s, rt.mem.stringLength(s))) ? 1 : EOF
}

/** @glibc fwrite libio/iofwrite.c Left out: the count of whole items after an error (0 is returned). */
function fwrite(rt: Runtime, data: number, size: number, count: number, stream: Stream): number {
  if (size === 0 || count === 0) return 0
  return stream.write(new UserBytes(data, size * count)) ? count : 0
}

/** @glibc perror stdio-common/perror.c */
function perror(rt: Runtime, s: number): void {
  const message = errorText(rt.mem.readI32(rt.errnoAddress))
  const prefix = s === 0 || rt.mem.readU8(s) === 0 ? '' : `${textOf(readString(rt.mem, s))}: `
  const line = latin1(`${prefix}${message}\n`)
  if (!rt.streams[2].state.putting) return writeByCopyOfStderr(rt, line)
  rt.touch('perror_internal')
  rt.streams[2].write(new HostBytes(line))
}

/** As long as stderr was not written to, a stream over a duplicate of its descriptor is made for the message. */
function writeByCopyOfStderr(rt: Runtime, line: Uint8Array): void {
  const file = rt.malloc(fileSize(rt))
  const size = rt.sys.blockSize(2)
  const buffer = rt.malloc(size)
  for (let at = 0; at < line.length; at += size) {
    const piece = line.subarray(at, at + size)
    rt.mem.writeBytes(buffer, piece)
    rt.sys.write(2, vaddr(buffer), piece.length)
  }
  rt.allocator.free(buffer)
  rt.allocator.free(file)
}

/** Characters go out as bytes: the answer is the unsigned char. */
const putByte = (stream: Stream, c: number): number => stream.putc(c & 0xff)

function charFunctions(rt: Runtime): FunctionTable {
  const putchar = (a: CallArgs) => putByte(rt.streams[1], a.i32(0))
  const putc = (a: CallArgs) => putByte(streamAt(rt, a.ptr(1)), a.i32(0))
  return {
    puts: (a) => puts(rt, a.ptr(0)),
    fputs: (a) => fputs(rt, a.ptr(0), streamAt(rt, a.ptr(1))),
    putchar,
    putchar_unlocked: putchar,
    putc,
    putc_unlocked: putc,
    fputc: putc,
    fwrite: (a) => fwrite(rt, a.ptr(0), a.ptr(1), a.ptr(2), streamAt(rt, a.ptr(3))),
    perror: (a) => perror(rt, a.ptr(0)),
    strerror: (a) => strerror(rt, a.i32(0)),
  }
}

export const outputFunctions = (rt: Runtime): FunctionTable => ({ ...printfFamily(rt), ...charFunctions(rt) })
