/**
 * Opening and closing streams (libio/iofopen.c, iofdopen.c, freopen.c, iofclose.c, stdio-common/tmpfile.c). A FILE is a
 * block of malloc's with its lock and the data of wide streams behind it:
 *
 *   0 _flags | 8 pointers into the buffer | 104 _chain 112 _fileno | 136 _lock | 160 _wide_data | 216 vtable
 *   224 lock | 240 wide data ... 472   (552 before 2.24)
 *
 * The buffer is another one, made at first use. So fopen is one call of malloc, the first read or write another, and
 * fclose frees both, the buffer first.
 *
 * Left out: ",ccs=", mapped files (mode m), cancellation (c), fopencookie; the vtable's address.
 */
import {
  Errno,
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  SEEK_END,
} from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { readString } from '../string/scan.js'
import { textOf } from '../text.js'
import type { Stream } from './stream.js'
import { freshStream, streamAt } from './streams.js'

const STDERR = 2

/** sizeof(struct locked_FILE) with the version's struct _IO_wide_data: seen with valgrind's and our own malloc hooks. */
export const fileSize = (rt: Runtime): number => (rt.atLeast(28) ? 472 : 552)

const CHAIN = 104
const FILENO = 112
const LOCK = 136
const WIDE_DATA = 160
const LOCK_PLACE = 224
const WIDE_PLACE = 240

const MAGIC = 0xfbad_0000
const NO_READS = 0x4
const NO_WRITES = 0x8
const IS_FILEBUF = 0x2000
const IS_APPENDING = 0x1000

interface Mode {
  /** Of open. */
  readonly flags: number
  readonly append: boolean
}

/** The first letter, then up to six more of which + and x count. @glibc _IO_new_file_fopen libio/fileops.c */
function parseMode(text: string): Mode | undefined {
  const kinds: Readonly<Record<string, number>> = {
    r: O_RDONLY,
    w: O_WRONLY | O_CREAT | O_TRUNC,
    a: O_WRONLY | O_CREAT | O_APPEND,
  }
  const first = kinds[text.charAt(0)]
  if (first === undefined) return undefined
  const [letters] = text.slice(1, 7).split(',')
  const access = letters.includes('+') ? O_RDWR : first & O_ACCMODE
  const exclusive = letters.includes('x') ? O_EXCL : 0
  return { flags: (first & ~O_ACCMODE) | access | exclusive, append: text.startsWith('a') }
}

const stringAt = (rt: Runtime, address: number): string => textOf(readString(rt.mem, address))

/** A FILE that leads nowhere yet, at the head of the list of all. @glibc _IO_no_init libio/genops.c, _IO_link_in libio/genops.c */
function newFile(rt: Runtime): Stream | undefined {
  const size = fileSize(rt)
  const address = rt.malloc(size)
  if (address === 0) return undefined
  const before = rt.streams.at(-1)
  rt.mem.fill(address, 0, size)
  rt.mem.writePtr(address + CHAIN, before && before.state.allocated ? before.address : rt.objects.files[STDERR])
  rt.mem.writePtr(address + LOCK, address + LOCK_PLACE)
  rt.mem.writePtr(address + WIDE_DATA, address + WIDE_PLACE)
  rt.state.streams.push({ ...freshStream(address, -1, 'read', false), allocated: true, canRead: false })
  rt.streamsChanged()
  return rt.streams.at(-1)
}

/** Has the stream read from and write to a descriptor. @glibc _IO_file_open libio/fileops.c */
function attach(rt: Runtime, stream: Stream, fd: number, { flags, append }: Mode): void {
  const s = stream.state
  const access = flags & O_ACCMODE
  s.fd = fd
  s.canRead = access !== O_WRONLY
  s.canWrite = access !== O_RDONLY
  s.append = append
  s.offset = -1
  const bits = (s.canRead ? 0 : NO_READS) | (s.canWrite ? 0 : NO_WRITES) | (append ? IS_APPENDING : 0)
  rt.mem.writeU32(stream.address, MAGIC | IS_FILEBUF | bits)
  rt.mem.writeU32(stream.address + FILENO, fd)
  // Only what is opened for appending alone starts at the end; with reading, reading starts at the beginning.
  if (append && !s.canRead) rt.sys.lseek(fd, 0, SEEK_END)
}

const PERMISSIONS = 0o666

/** @glibc __fopen_internal libio/iofopen.c */
function fopen(rt: Runtime, path: number, mode: number): number {
  const stream = newFile(rt)
  if (!stream) return 0
  const wanted = parseMode(stringAt(rt, mode))
  const fd = wanted ? openFile(rt, path, wanted) : rt.fail(Errno.EINVAL)
  if (!wanted || fd < 0) {
    discard(rt, stream)
    return 0
  }
  attach(rt, stream, fd, wanted)
  return stream.address
}

function openFile(rt: Runtime, path: number, { flags }: Mode): number {
  rt.touch('open')
  return rt.result(rt.sys.open(stringAt(rt, path), flags, PERMISSIONS))
}

/** Takes a stream off the list and gives its FILE back. */
function discard(rt: Runtime, stream: Stream): void {
  if (!stream.state.allocated) return
  rt.state.streams = rt.state.streams.filter((state) => state !== stream.state)
  rt.streamsChanged()
  rt.allocator.free(stream.address)
}

/** @glibc _IO_new_fdopen libio/iofdopen.c Left out: that the descriptor was opened for as much. */
function fdopen(rt: Runtime, fd: number, mode: string): number {
  const wanted = parseMode(mode)
  if (!wanted) {
    rt.fail(Errno.EINVAL)
    return 0
  }
  const known = rt.sys.fstat(fd)
  if (typeof known === 'number') {
    rt.fail(-known)
    return 0
  }
  const stream = newFile(rt)
  if (!stream) return 0
  attach(rt, stream, fd, wanted)
  return stream.address
}

/** Writes what waits, closes the descriptor, gives the buffer back. @glibc _IO_new_file_close_it libio/fileops.c */
function closeIt(rt: Runtime, stream: Stream): number {
  const s = stream.state
  if (s.fd < 0) return rt.fail(Errno.EBADF)
  const written = stream.flush()
  const closed = rt.result(rt.sys.close(s.fd))
  stream.setBuffer(0, 0)
  s.fd = s.offset = -1
  s.canRead = s.canWrite = s.append = s.lineBuffered = s.unbuffered = false
  s.pushback = []
  return written && closed === 0 ? 0 : -1
}

/** @glibc _IO_new_fclose libio/iofclose.c */
function fclose(rt: Runtime, stream: Stream): number {
  const status = closeIt(rt, stream)
  discard(rt, stream)
  return status
}

/**
 * The same FILE on another file, and on the same descriptor.
 * @glibc freopen libio/freopen.c
 * Left out: no path (another mode for the same file).
 */
function freopen(rt: Runtime, path: number, mode: number, stream: Stream): number {
  const s = stream.state
  const old = s.fd
  const wanted = parseMode(stringAt(rt, mode))
  if (old >= 0) closeIt(rt, stream)
  s.eof = s.error = false
  const fd = !wanted ? rt.fail(Errno.EINVAL) : path === 0 ? rt.fail(Errno.EBADF) : openFile(rt, path, wanted)
  if (!wanted || fd < 0) {
    discard(rt, stream)
    return 0
  }
  attach(rt, stream, moveTo(rt, fd, old), wanted)
  return stream.address
}

function moveTo(rt: Runtime, fd: number, wanted: number): number {
  if (wanted < 0 || fd === wanted) return fd
  rt.sys.dup2(fd, wanted)
  rt.sys.close(fd)
  return wanted
}

/** A file without a name. Its number makes the name it has for a moment. @glibc tmpfile stdio-common/tmpfile.c */
function tmpfile(rt: Runtime): number {
  const path = `/tmp/tmpf${rt.sys.getpid()}.${rt.state.streams.length}`
  const fd = rt.result(rt.sys.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600))
  if (fd < 0) return 0
  rt.sys.unlink(path)
  return fdopen(rt, fd, 'w+')
}

export function openingFunctions(rt: Runtime): FunctionTable {
  return {
    fopen: (a) => fopen(rt, a.ptr(0), a.ptr(1)),
    fdopen: (a) => fdopen(rt, a.i32(0), stringAt(rt, a.ptr(1))),
    freopen: (a) => freopen(rt, a.ptr(0), a.ptr(1), streamAt(rt, a.ptr(2))),
    fclose: (a) => fclose(rt, streamAt(rt, a.ptr(0))),
    tmpfile: () => tmpfile(rt),
  }
}
