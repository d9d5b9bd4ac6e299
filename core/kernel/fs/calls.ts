/**
 * System calls on files (fs/open.c, fs/read_write.c, mm/shmem.c). SyscallTable inherits them: each checks what the kernel
 * checks, costs virtual time and leaves one event.
 *
 * Left out: directories as files, permissions, sparse regions of what is on disk, quotas, asynchronous input and output.
 */
import { PAGE_SIZE, pagesIn, pageUp, type VAddr } from '../../base/index.js'
import type { Inode } from '../../mm/backing/index.js'
import { VM_LOCKED, VM_SHARED, vmaAt } from '../../mm/vma/index.js'
import type { Kernel } from '../kernel.js'
import { orEfault } from '../or-efault.js'
import {
  Errno,
  MAP_ANONYMOUS,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_TYPE,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MS_ASYNC,
  MS_INVALIDATE,
  MS_SYNC,
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  plainSignal,
  PROT_WRITE,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  SI_USER,
  SIGPIPE,
  UserFault,
  type FileCalls,
  type FileStat,
} from '../uapi/index.js'
import { dropUnused, setSize, syncInode } from './inodes.js'
import { lookup } from './names.js'
import { poll, select } from './poll.js'
import { PIPE_BUF } from './pipes.js'
import type { OpenFile, OpenKind } from './open-files.js'

/** System call numbers of x86-64. */
export const Nr = {
  open: 2,
  close: 3,
  stat: 4,
  fstat: 5,
  poll: 7,
  lseek: 8,
  pread: 17,
  pwrite: 18,
  access: 21,
  msync: 26,
  dup: 32,
  dup2: 33,
  fsync: 74,
  truncate: 76,
  ftruncate: 77,
  rename: 82,
  unlink: 87,
  pselect6: 270,
  memfd_create: 319,
} as const

/** What ext4 and tmpfs take: 16 TiB, 2^63. */
const MAX_FILE = 2 ** 44
const TMPFS = '00:1b'
const SHMEM_DEVICE = '00:01'
const UMASK = 0o022
const MEMFD_NAME_MAX = 249

const canRead = (file: OpenFile): boolean => (file.flags & O_ACCMODE) !== O_WRONLY
const isStream = (file: OpenFile): boolean => file.kind === 'tty' || file.kind === 'pipe'
const canWrite = (file: OpenFile): boolean => (file.flags & O_ACCMODE) !== O_RDONLY

interface Mapped {
  readonly file: number
  readonly flags: number
  readonly readOnlyFile: boolean
}

export abstract class FileTable implements FileCalls {
  constructor(protected readonly kernel: Kernel) {}

  protected done<T extends number>(nr: number, result: T): T {
    this.kernel.syncClock()
    this.kernel.spend(this.kernel.profile.costs.syscall)
    this.kernel.emitSysExit(nr, result)
    return result
  }

  protected file(fd: number): OpenFile | undefined {
    return this.kernel.files.get(this.kernel.current.group.tgid, fd)
  }

  private inodeOf(file: OpenFile): Inode {
    return this.kernel.parts.cache.inode(file.ino)
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  /** @mm do_sys_openat2 fs/open.c */
  open(path: string, flags: number, mode: number): number {
    return this.done(Nr.open, this.openPath(path, flags, mode))
  }

  private openPath(path: string, flags: number, mode: number): number {
    const found = lookup(this.kernel, path)
    if (typeof found === 'number') return found
    const writes = (flags & O_ACCMODE) !== O_RDONLY
    if (found.kind === 'none') {
      if (!(flags & O_CREAT)) return -Errno.ENOENT
      return this.create(found.path, mode & ~UMASK & 0o7777, flags)
    }
    if (flags & O_CREAT && flags & O_EXCL) return -Errno.EEXIST
    if (found.kind === 'dir') return writes || flags & O_CREAT ? -Errno.EISDIR : this.install('dir', 0, flags)
    if (flags & O_DIRECTORY) return -Errno.ENOTDIR
    if (found.kind !== 'file') return this.install(found.kind, 0, flags)
    if (writes && this.isRunning(found.inode)) return -Errno.ETXTBSY
    if (flags & O_TRUNC) setSize(this.kernel, found.inode, 0)
    return this.install('file', found.inode.ino, flags)
  }

  private create(path: string, mode: number, flags: number): number {
    const { cache } = this.kernel.parts
    const shmem = path.startsWith('/dev/shm/')
    const device = shmem ? TMPFS : this.kernel.profile.program.device
    if (!cache.roomForInode(shmem)) return -Errno.ENOMEM
    const { ino } = cache.create({ ino: cache.nextIno(), path, device, size: 0, disk: [], mode, shmem })
    return this.install('file', ino, flags)
  }

  private install(kind: OpenKind, ino: number, flags: number): number {
    return this.kernel.files.install(this.kernel.current.group.tgid, { kind, ino, flags, offset: 0 })
  }

  /** A program's file cannot be written while it runs. @mm deny_write_access include/linux/fs.h */
  private isRunning(inode: Inode): boolean {
    return this.kernel.tasks.mms.some((mm) => vmaAt(mm, mm.startCode)?.file === inode.ino)
  }

  /** @mm do_unlinkat fs/namei.c */
  unlink(path: string): number {
    const found = lookup(this.kernel, path)
    if (typeof found === 'number') return this.done(Nr.unlink, found)
    if (found.kind === 'none') return this.done(Nr.unlink, -Errno.ENOENT)
    if (found.kind !== 'file') return this.done(Nr.unlink, found.kind === 'dir' ? -Errno.EISDIR : -Errno.EPERM)
    found.inode.links = 0
    dropUnused(this.kernel)
    return this.done(Nr.unlink, 0)
  }

  /** A file that has the new name loses it. @mm do_renameat2 fs/namei.c Left out: directories. */
  rename(from: string, to: string): number {
    const found = lookup(this.kernel, from)
    const target = lookup(this.kernel, to)
    if (typeof found === 'number') return this.done(Nr.rename, found)
    if (typeof target === 'number') return this.done(Nr.rename, target)
    if (found.kind === 'none') return this.done(Nr.rename, -Errno.ENOENT)
    if (found.kind !== 'file') return this.done(Nr.rename, found.kind === 'dir' ? -Errno.EBUSY : -Errno.EXDEV)
    if (target.kind === 'dir') return this.done(Nr.rename, -Errno.EISDIR)
    if (target.kind === 'file') {
      if (target.inode === found.inode) return this.done(Nr.rename, 0)
      found.inode.path = target.inode.path
      target.inode.links = 0
      dropUnused(this.kernel)
    } else if (target.kind === 'none') found.inode.path = target.path
    else return this.done(Nr.rename, -Errno.EXDEV)
    return this.done(Nr.rename, 0)
  }

  /** @mm do_faccessat fs/open.c */
  access(path: string, mode: number): number {
    if (mode & ~7) return this.done(Nr.access, -Errno.EINVAL)
    const found = lookup(this.kernel, path)
    if (typeof found === 'number') return this.done(Nr.access, found)
    if (found.kind === 'none') return this.done(Nr.access, -Errno.ENOENT)
    const runs = found.kind === 'dir' || (found.kind === 'file' && (found.inode.mode & 0o111) !== 0)
    return this.done(Nr.access, mode & 1 && !runs ? -Errno.EACCES : 0)
  }

  /** @mm __do_sys_memfd_create mm/memfd.c Left out: seals, huge pages. */
  memfdCreate(name: string, flags: number): number {
    if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING) || name.length > MEMFD_NAME_MAX)
      return this.done(Nr.memfd_create, -Errno.EINVAL)
    if (!this.kernel.parts.cache.roomForInode(true)) return this.done(Nr.memfd_create, -Errno.ENOMEM)
    const { ino } = this.unnamed(`/memfd:${name}`, 0)
    return this.done(Nr.memfd_create, this.install('file', ino, O_RDWR))
  }

  /** A file of shared memory without a name in any directory. @mm __shmem_file_setup mm/shmem.c */
  private unnamed(path: string, size: number): Inode {
    const { cache } = this.kernel.parts
    const ino = cache.nextIno()
    return cache.create({ ino, path, device: SHMEM_DEVICE, size, disk: [], mode: 0o777, links: 0, shmem: true })
  }

  // ---- descriptors ------------------------------------------------------------------------------------------------

  close(fd: number): number {
    const open = this.kernel.files.close(this.kernel.current.group.tgid, fd)
    if (open) {
      dropUnused(this.kernel)
      this.kernel.endsClosed()
    }
    return this.done(Nr.close, open ? 0 : -Errno.EBADF)
  }

  dup(fd: number): number {
    if (!this.file(fd)) return this.done(Nr.dup, -Errno.EBADF)
    const copy = this.kernel.files.dup(this.kernel.current.group.tgid, fd)
    return this.done(Nr.dup, copy < 0 ? -Errno.EMFILE : copy)
  }

  dup2(fd: number, wanted: number): number {
    if (!this.file(fd)) return this.done(Nr.dup2, -Errno.EBADF)
    const copy = this.kernel.files.dup(this.kernel.current.group.tgid, fd, wanted)
    dropUnused(this.kernel)
    this.kernel.endsClosed()
    return this.done(Nr.dup2, copy < 0 ? -Errno.EBADF : copy)
  }

  /** @mm ksys_lseek fs/read_write.c Left out: SEEK_DATA, SEEK_HOLE. */
  lseek(fd: number, offset: number, whence: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.lseek, -Errno.EBADF)
    if (isStream(file)) return this.done(Nr.lseek, -Errno.ESPIPE)
    if (file.kind !== 'file') return this.done(Nr.lseek, 0)
    if (whence !== SEEK_SET && whence !== SEEK_CUR && whence !== SEEK_END) return this.done(Nr.lseek, -Errno.EINVAL)
    const base = whence === SEEK_SET ? 0 : whence === SEEK_CUR ? file.offset : this.inodeOf(file).size
    if (base + offset < 0 || base + offset > MAX_FILE) return this.done(Nr.lseek, -Errno.EINVAL)
    file.offset = base + offset
    return this.done(Nr.lseek, file.offset)
  }

  // ---- contents ---------------------------------------------------------------------------------------------------

  pread(fd: number, buffer: VAddr, length: number, offset: number): number {
    const file = this.file(fd)
    if (offset < 0) return this.done(Nr.pread, -Errno.EINVAL)
    if (file && isStream(file)) return this.done(Nr.pread, -Errno.ESPIPE)
    return this.done(Nr.pread, file ? this.readAt(file, buffer, length, offset) : -Errno.EBADF)
  }

  pwrite(fd: number, buffer: VAddr, length: number, offset: number): number {
    const file = this.file(fd)
    if (offset < 0) return this.done(Nr.pwrite, -Errno.EINVAL)
    if (file && isStream(file)) return this.done(Nr.pwrite, -Errno.ESPIPE)
    return this.done(Nr.pwrite, file ? this.writeAt(file, buffer, length, offset) : -Errno.EBADF)
  }

  /** read of anything but the terminal. */
  protected readNext(file: OpenFile, buffer: VAddr, length: number): number {
    if (file.kind === 'pipe') return canRead(file) ? this.readPipe(file.ino, buffer, length) : -Errno.EBADF
    const n = this.readAt(file, buffer, length, file.offset)
    if (n > 0) file.offset += n
    return n
  }

  /** write to anything but the terminal. */
  protected writeNext(file: OpenFile, buffer: VAddr, length: number): number {
    if (file.kind === 'pipe') return canWrite(file) ? this.writePipe(file.ino, buffer, length) : -Errno.EBADF
    if (file.kind === 'file' && file.flags & O_APPEND) file.offset = this.inodeOf(file).size
    const n = this.writeAt(file, buffer, length, file.offset)
    if (n > 0) file.offset += n
    return n
  }

  // ---- pipes ------------------------------------------------------------------------------------------------------

  /** @mm do_pipe2 fs/pipe.c Left out: O_NONBLOCK, O_DIRECT, close-on-exec. */
  protected newPipe(fds: number, flags: number): number {
    if (flags !== 0) return -Errno.EINVAL
    const { files, pipes, current } = this.kernel
    const ino = pipes.create()
    const ends = [O_RDONLY, O_WRONLY].map((mode) =>
      files.install(current.group.tgid, { kind: 'pipe', ino, flags: mode, offset: 0 }),
    )
    const refused = ends.find((fd) => fd < 0)
    const failed = refused ?? (this.copyOut(fds as VAddr, pairOf(ends)) < 8 ? -Errno.EFAULT : 0)
    if (failed === 0) return 0
    for (const fd of ends) files.close(current.group.tgid, fd)
    this.kernel.endsClosed()
    return failed
  }

  /** @mm anon_pipe_read fs/pipe.c */
  private readPipe(id: number, buffer: VAddr, length: number): number {
    const { pipes, files } = this.kernel
    if (length === 0) return 0
    if (pipes.available(id) > 0) return this.copyOut(buffer, pipes.take(id, length))
    return files.pipeEnds(id, O_WRONLY) === 0 ? 0 : this.kernel.waitOn(`pipe ${id}`)
  }

  /** All of it, waiting for readers as often as the pipe is full. @mm anon_pipe_write fs/pipe.c */
  private writePipe(id: number, buffer: VAddr, length: number): number {
    const { pipes, files, current } = this.kernel
    let done = current.transferred
    while (done < length) {
      if (files.pipeEnds(id, O_RDONLY) === 0) return this.brokenPipe(done)
      const left = length - done
      const room = pipes.room(id)
      if (room === 0 || (length <= PIPE_BUF && room < left)) {
        current.transferred = done
        const error = this.kernel.waitOn(`pipe ${id}`)
        current.transferred = 0
        return done > 0 ? done : error
      }
      const bytes = this.copyIn((buffer + done) as VAddr, Math.min(room, left))
      if (bytes.length === 0) break
      pipes.put(id, bytes)
      done += bytes.length
    }
    current.transferred = 0
    return done === 0 && length > 0 ? -Errno.EFAULT : done
  }

  private brokenPipe(done: number): number {
    const { current, signals } = this.kernel
    current.transferred = 0
    if (done > 0) return done
    signals.sendToTask(current, plainSignal(SIGPIPE, SI_USER, current.group.tgid))
    signals.endIfFatal()
    return -Errno.EPIPE
  }

  /** @mm vfs_read fs/read_write.c */
  private readAt(file: OpenFile, buffer: VAddr, length: number, offset: number): number {
    if (!canRead(file)) return -Errno.EBADF
    if (file.kind === 'dir') return -Errno.EISDIR
    if (file.kind === 'null') return 0
    const { cache } = this.kernel.parts
    const zeros = file.kind === 'zero'
    const bytes = zeros ? new Uint8Array(length) : cache.readBytes(this.inodeOf(file), offset, length)
    return this.copyOut(buffer, bytes)
  }

  /**
   * Copies to the user, as far as that is possible: where it faults for good it ends early instead of raising a signal.
   * @mm copy_to_user lib/usercopy.c
   */
  protected copyOut(buffer: VAddr, bytes: Uint8Array): number {
    try {
      this.kernel.user.writeBytes(buffer, bytes)
      return bytes.length
    } catch (error) {
      if (!(error instanceof UserFault)) throw error
      return error.address - buffer || -Errno.EFAULT
    }
  }

  /** @mm vfs_write fs/read_write.c */
  private writeAt(file: OpenFile, buffer: VAddr, length: number, offset: number): number {
    if (!canWrite(file) || file.kind === 'dir') return -Errno.EBADF
    if (file.kind !== 'file') return length
    if (offset + length > MAX_FILE) return -Errno.EFBIG
    const bytes = this.copyIn(buffer, length)
    if (bytes.length === 0) return length === 0 ? 0 : -Errno.EFAULT
    const inode = this.inodeOf(file)
    const written = this.kernel.parts.cache.write(inode, offset, bytes)
    this.kernel.parts.tlb.flushAll()
    return written === 0 ? -Errno.ENOSPC : written
  }

  /** The user's bytes, as far as they can be read. */
  protected copyIn(buffer: VAddr, length: number): Uint8Array {
    try {
      return this.kernel.user.readBytes(buffer, length)
    } catch (error) {
      if (!(error instanceof UserFault)) throw error
      return this.kernel.user.readBytes(buffer, error.address - buffer)
    }
  }

  // ---- size and state ---------------------------------------------------------------------------------------------

  truncate(path: string, size: number): number {
    const found = lookup(this.kernel, path)
    if (typeof found === 'number') return this.done(Nr.truncate, found)
    if (found.kind === 'none') return this.done(Nr.truncate, -Errno.ENOENT)
    if (found.kind !== 'file') return this.done(Nr.truncate, found.kind === 'dir' ? -Errno.EISDIR : -Errno.EINVAL)
    if (this.isRunning(found.inode)) return this.done(Nr.truncate, -Errno.ETXTBSY)
    return this.done(Nr.truncate, this.resize(found.inode, size))
  }

  /** @mm do_ftruncate fs/open.c */
  ftruncate(fd: number, size: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.ftruncate, -Errno.EBADF)
    if (file.kind !== 'file' || !canWrite(file)) return this.done(Nr.ftruncate, -Errno.EINVAL)
    return this.done(Nr.ftruncate, this.resize(this.inodeOf(file), size))
  }

  private resize(inode: Inode, size: number): number {
    if (size < 0) return -Errno.EINVAL
    if (size > MAX_FILE) return -Errno.EFBIG
    setSize(this.kernel, inode, size)
    return 0
  }

  stat(path: string): FileStat | number {
    const found = lookup(this.kernel, path)
    if (typeof found === 'number') return this.done(Nr.stat, found)
    if (found.kind === 'none') return this.done(Nr.stat, -Errno.ENOENT)
    this.done(Nr.stat, 0)
    return found.kind === 'file' ? statOf(found.inode) : DEVICE_STAT[found.kind]
  }

  fstat(fd: number): FileStat | number {
    const file = this.file(fd)
    this.done(Nr.fstat, file ? 0 : -Errno.EBADF)
    if (!file) return -Errno.EBADF
    return file.kind === 'file' ? statOf(this.inodeOf(file)) : DEVICE_STAT[file.kind]
  }

  poll(fds: number, count: number, nanoseconds: number | undefined): number {
    return this.done(
      Nr.poll,
      orEfault(() => poll(this.kernel, fds, count, nanoseconds)),
    )
  }

  select(count: number, sets: readonly number[], nanoseconds: number | undefined, remaining: number): number {
    return this.done(
      Nr.pselect6,
      orEfault(() => select(this.kernel, count, sets, nanoseconds, remaining)),
    )
  }

  fsync(fd: number): number {
    const file = this.file(fd)
    if (!file) return this.done(Nr.fsync, -Errno.EBADF)
    if (file.kind !== 'file') return this.done(Nr.fsync, -Errno.EINVAL)
    syncInode(this.kernel, this.inodeOf(file))
    return this.done(Nr.fsync, 0)
  }

  /** @mm __do_sys_msync mm/msync.c */
  msync(addr: number, length: number, flags: number): number {
    return this.done(Nr.msync, this.syncRange(addr, length, flags))
  }

  private syncRange(addr: number, length: number, flags: number): number {
    if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || addr % PAGE_SIZE !== 0) return -Errno.EINVAL
    if (flags & MS_ASYNC && flags & MS_SYNC) return -Errno.EINVAL
    const end = addr + pageUp(length)
    const { mm } = this.kernel
    let at = addr
    let holes = false
    for (const vma of mm.vmas.from(at)) {
      if (vma.start >= end) break
      holes ||= vma.start > at
      if (flags & MS_INVALIDATE && vma.flags & VM_LOCKED) return -Errno.EBUSY
      const page = (address: number): number => vma.pgoff + (address - vma.start) / PAGE_SIZE
      const [from, to] = [Math.max(at, vma.start), Math.min(end, vma.end)]
      if (flags & MS_SYNC && vma.file !== 0 && vma.flags & VM_SHARED)
        syncInode(this.kernel, this.kernel.parts.cache.inode(vma.file), page(from), page(to) - 1)
      at = vma.end
    }
    return holes || at < end ? -Errno.ENOMEM : 0
  }

  // ---- mmap -------------------------------------------------------------------------------------------------------

  /** @mm shmem_zero_setup mm/shmem.c */
  private sharedZero(length: number, flags: number): Mapped | number {
    if (!this.kernel.parts.cache.roomForInode(true)) return -Errno.ENOMEM
    return { file: this.unnamed('/dev/zero', pageUp(length)).ino, flags, readOnlyFile: false }
  }

  /**
   * What mmap maps: 0 for private anonymous memory, else an inode; shared anonymous memory gets a new one.
   * @mm ksys_mmap_pgoff mm/mmap.c, shmem_zero_setup mm/shmem.c
   * @returns the inode's number and whether it may be written, or -errno
   */
  protected mapped(length: number, prot: number, flags: number, fd: number): Mapped | number {
    const type = flags & MAP_TYPE
    const shared = type === MAP_SHARED || type === MAP_SHARED_VALIDATE
    if (flags & MAP_ANONYMOUS && !shared) return { file: 0, flags, readOnlyFile: false }
    const pure = flags & ~MAP_ANONYMOUS
    if (flags & MAP_ANONYMOUS) {
      if (length <= 0 || pagesIn(length) > 2 ** 35) return length <= 0 ? -Errno.EINVAL : -Errno.ENOMEM
      return this.sharedZero(length, pure)
    }
    const file = this.file(fd)
    if (!file) return -Errno.EBADF
    if (file.kind === 'zero' && !shared) return { file: 0, flags: flags | MAP_ANONYMOUS, readOnlyFile: false }
    if (file.kind === 'zero' && length > 0) return this.sharedZero(length, flags)
    if (shared && prot & PROT_WRITE && !canWrite(file)) return -Errno.EACCES
    if (!canRead(file)) return -Errno.EACCES
    if (file.kind !== 'file') return -Errno.ENODEV
    return { file: file.ino, flags, readOnlyFile: !canWrite(file) }
  }

  /** To be called when mappings went away: files that only they kept go too. */
  protected mappingsWent(): void {
    dropUnused(this.kernel)
  }
}

const statOf = (inode: Inode): FileStat => ({
  ino: inode.ino,
  mode: S_IFREG | inode.mode,
  links: inode.links,
  size: inode.size,
  blockSize: PAGE_SIZE,
  blocks: pagesIn(inode.shmem ? inode.pages.size * PAGE_SIZE : inode.size) * 8,
})

const device = (mode: number, blockSize: number, ino: number): FileStat => ({
  ino,
  mode,
  links: 1,
  size: 0,
  blockSize,
  blocks: 0,
})

/** Two descriptors as the two ints of pipe's argument. */
const pairOf = (fds: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(fds).buffer)

const DEVICE_STAT: Readonly<Record<Exclude<OpenKind, 'file'>, FileStat>> = {
  tty: device(S_IFCHR | 0o620, 1024, 3),
  null: device(S_IFCHR | 0o666, PAGE_SIZE, 4),
  zero: device(S_IFCHR | 0o666, PAGE_SIZE, 5),
  dir: device(S_IFDIR | 0o755, PAGE_SIZE, 2),
  pipe: device(S_IFIFO | 0o600, PAGE_SIZE, 6),
}
