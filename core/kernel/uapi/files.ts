/** Files as user space sees them: flags (include/uapi/asm-generic/fcntl.h) and the calls. Paths are host strings. */
import type { VAddr } from '../../base/index.js'

export const O_RDONLY = 0
export const O_WRONLY = 0o1
export const O_RDWR = 0o2
export const O_ACCMODE = 0o3
export const O_CREAT = 0o100
export const O_EXCL = 0o200
export const O_TRUNC = 0o1000
export const O_APPEND = 0o2000
export const O_DIRECTORY = 0o200000

export const SEEK_SET = 0
export const SEEK_CUR = 1
export const SEEK_END = 2

export const S_IFMT = 0o170000
export const S_IFIFO = 0o010000
export const S_IFDIR = 0o040000
export const S_IFCHR = 0o020000
export const S_IFREG = 0o100000

export const MS_ASYNC = 1
export const MS_INVALIDATE = 2
export const MS_SYNC = 4

export const MFD_CLOEXEC = 1
export const MFD_ALLOW_SEALING = 2

/** What a descriptor is ready for (include/uapi/asm-generic/poll.h). */
export const POLLIN = 0x1
export const POLLPRI = 0x2
export const POLLOUT = 0x4
export const POLLERR = 0x8
export const POLLHUP = 0x10
export const POLLNVAL = 0x20
export const POLLRDNORM = 0x40
export const POLLRDBAND = 0x80
export const POLLWRNORM = 0x100
export const POLLWRBAND = 0x200

/** What stat tells. */
export interface FileStat {
  readonly ino: number
  /** Type and permissions. */
  readonly mode: number
  readonly links: number
  readonly size: number
  readonly blockSize: number
  /** In units of 512 bytes. */
  readonly blocks: number
}

/** Calls on files. They return -errno when they fail. */
export interface FileCalls {
  open(path: string, flags: number, mode: number): number
  close(fd: number): number
  dup(fd: number): number
  dup2(fd: number, wanted: number): number
  pread(fd: number, buffer: VAddr, length: number, offset: number): number
  pwrite(fd: number, buffer: VAddr, length: number, offset: number): number
  lseek(fd: number, offset: number, whence: number): number
  truncate(path: string, size: number): number
  ftruncate(fd: number, size: number): number
  stat(path: string): FileStat | number
  fstat(fd: number): FileStat | number
  access(path: string, mode: number): number
  unlink(path: string): number
  rename(from: string, to: string): number
  fsync(fd: number): number
  msync(addr: number, length: number, flags: number): number
  /** Waits until one of `count` structs pollfd is ready, `nanoseconds` at most. @returns how many are */
  poll(fds: number, count: number, nanoseconds: number | undefined): number
  /** `sets`: addresses of the three fd_sets or 0; what is left of the time is written to `remaining`. */
  select(count: number, sets: readonly number[], nanoseconds: number | undefined, remaining: number): number
  memfdCreate(name: string, flags: number): number
}
