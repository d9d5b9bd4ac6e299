/** Calls on files and on memory that has a name: <fcntl.h>, <sys/stat.h>, and parts of <unistd.h> and <sys/mman.h>. */
import { vaddr } from '../../base/index.js'
import { Errno, O_CREAT, O_TRUNC, O_WRONLY, type FileStat } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { textOf } from '../text.js'

/** A C string as a host string, one character a byte. */
const pathOf = (rt: Runtime, address: number): string => textOf(rt.mem.readBytes(address, rt.mem.stringLength(address)))

/**
 * Fills struct stat.
 *
 *   0 dev | 8 ino | 16 nlink | 24 mode uid | 32 gid - | 40 rdev | 48 size | 56 blksize | 64 blocks | 72 times ... 144
 */
function putStat(rt: Runtime, stat: FileStat | number, at: number): number {
  if (typeof stat === 'number') return rt.fail(-stat)
  rt.mem.fill(at, 0, 144)
  rt.mem.writePtr(at + 8, stat.ino)
  rt.mem.writePtr(at + 16, stat.links)
  rt.mem.writeU32(at + 24, stat.mode)
  rt.mem.writePtr(at + 48, stat.size)
  rt.mem.writePtr(at + 56, stat.blockSize)
  rt.mem.writePtr(at + 64, stat.blocks)
  return 0
}

const SHM_DIRECTORY = '/dev/shm/'
const NAME_MAX = 255

/** The file behind a name of shared memory, or nothing if it is no such name. @glibc __shm_get_name posix/shm-directory.c */
function shmPath(rt: Runtime, address: number): string | undefined {
  const name = pathOf(rt, address).replace(/^\/+/, '')
  return name === '' || name.includes('/') || name.length >= NAME_MAX ? undefined : SHM_DIRECTORY + name
}

/** @glibc shm_open rt/shm_open.c */
function shmOpen(rt: Runtime, a: CallArgs): number {
  const path = shmPath(rt, a.ptr(0))
  return path === undefined ? rt.fail(Errno.EINVAL) : rt.result(rt.sys.open(path, a.i32(1), a.i32(2)))
}

/** @glibc shm_unlink rt/shm_unlink.c */
function shmUnlink(rt: Runtime, a: CallArgs): number {
  const path = shmPath(rt, a.ptr(0))
  if (path === undefined) return rt.fail(Errno.ENOENT)
  const result = rt.sys.unlink(path)
  return rt.result(result === -Errno.EPERM ? -Errno.EACCES : result)
}

/** The offset of pread and its kin; what does not fit a number is refused as too large or negative. */
const offsetOf = (a: CallArgs, index: number): number => Number(a.i64(index))

export function fileFunctions(rt: Runtime): FunctionTable {
  const { sys } = rt
  const open = (a: CallArgs): number =>
    rt.result(sys.open(pathOf(rt, a.ptr(0)), a.i32(1), a.i32(1) & O_CREAT && a.count > 2 ? a.i32(2) : 0))
  const sync = (a: CallArgs): number => rt.result(sys.fsync(a.i32(0)))
  const stat = (a: CallArgs): number => putStat(rt, sys.stat(pathOf(rt, a.ptr(0))), a.ptr(1))
  const unlink = (a: CallArgs): number => rt.result(sys.unlink(pathOf(rt, a.ptr(0))))
  return {
    open,
    creat: (a) => rt.result(sys.open(pathOf(rt, a.ptr(0)), O_CREAT | O_WRONLY | O_TRUNC, a.i32(1))),
    close: (a) => rt.result(sys.close(a.i32(0))),
    dup: (a) => rt.result(sys.dup(a.i32(0))),
    dup2: (a) => rt.result(sys.dup2(a.i32(0), a.i32(1))),
    lseek: (a) => rt.result(sys.lseek(a.i32(0), offsetOf(a, 1), a.i32(2))),
    pread: (a) => rt.result(sys.pread(a.i32(0), vaddr(a.ptr(1)), a.ptr(2), offsetOf(a, 3))),
    pwrite: (a) => rt.result(sys.pwrite(a.i32(0), vaddr(a.ptr(1)), a.ptr(2), offsetOf(a, 3))),
    truncate: (a) => rt.result(sys.truncate(pathOf(rt, a.ptr(0)), offsetOf(a, 1))),
    ftruncate: (a) => rt.result(sys.ftruncate(a.i32(0), offsetOf(a, 1))),
    fsync: sync,
    fdatasync: sync,
    stat,
    lstat: stat,
    fstat: (a) => putStat(rt, sys.fstat(a.i32(0)), a.ptr(1)),
    access: (a) => rt.result(sys.access(pathOf(rt, a.ptr(0)), a.i32(1))),
    unlink,
    remove: unlink,
    rename: (a) => rt.result(sys.rename(pathOf(rt, a.ptr(0)), pathOf(rt, a.ptr(1)))),
    msync: (a) => rt.result(sys.msync(a.ptr(0), a.ptr(1), a.i32(2))),
    memfd_create: (a) => rt.result(sys.memfdCreate(pathOf(rt, a.ptr(0)), a.i32(1))),
    shm_open: (a) => shmOpen(rt, a),
    shm_unlink: (a) => shmUnlink(rt, a),
  }
}
