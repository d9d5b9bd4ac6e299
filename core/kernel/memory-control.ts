/**
 * The system calls by which a process says how its memory is to be treated and asks about it. The work is done in
 * mm/vma; here pages are brought in where that is part of the call, and structures are written to user memory.
 *
 * Left out: limits and use of other processes, all of struct rusage but times, peak and faults.
 */
import { PAGE_KB, PAGE_SIZE, pageDown, pageUp, TASK_SIZE, type VAddr } from '../base/index.js'
import {
  brk,
  madvise,
  mlock,
  mlockall,
  mprotect,
  mremap,
  munlock,
  munlockall,
  rssPages,
  VM_LOCKED,
  vmaAt,
} from '../mm/vma/index.js'
import { collapse } from './collapse.js'
import type { Kernel } from './kernel.js'
import { orEfault } from './or-efault.js'
import { populate, populateAdvised, populateAll } from './populate.js'
import { setRlimit } from './rlimits.js'
import { timeOf, type CpuTime } from './task.js'
import {
  Errno,
  MADV_COLLAPSE,
  MADV_HUGEPAGE,
  MADV_POPULATE_READ,
  MADV_POPULATE_WRITE,
  MAP_NONBLOCK,
  MAP_POPULATE,
  MCL_CURRENT,
  MLOCK_ONFAULT,
  RLIM_NLIMITS,
  RUSAGE_CHILDREN,
  RUSAGE_SELF,
  RUSAGE_THREAD,
} from './uapi/index.js'

/** sizeof(struct rusage) and of struct rlimit. */
const RUSAGE_BYTES = 144
const RLIMIT_BYTES = 16

export class MemoryControl {
  constructor(private readonly kernel: Kernel) {}

  /** What mmap asks for of a mapping it has just made: MAP_POPULATE, or that it is locked. @mm vm_mmap_pgoff mm/util.c */
  populateNew(result: number, length: number, flags: number): number {
    if (result < 0) return result
    const asked = (flags & (MAP_POPULATE | MAP_NONBLOCK)) === MAP_POPULATE
    if (asked || this.isLocked(result)) populate(this.kernel, result, result + pageUp(length), false)
    return result
  }

  private isLocked(address: number): boolean {
    return ((vmaAt(this.kernel.mm, address)?.flags ?? 0) & VM_LOCKED) !== 0
  }

  mprotect(addr: number, length: number, prot: number): number {
    const { parts, mm } = this.kernel
    return mprotect(parts.mm, mm, addr, length, prot, (start, end) => populate(this.kernel, start, end, false))
  }

  mremap(addr: number, oldLength: number, newLength: number, flags: number, newAddr: number): number {
    const { parts, mm } = this.kernel
    const result = mremap(parts.mm, mm, addr, oldLength, newLength, flags, newAddr)
    if (result > 0 && this.isLocked(result))
      populate(this.kernel, result + pageUp(oldLength), result + pageUp(newLength), false)
    return result
  }

  brk(addr: number): VAddr {
    const { parts, mm } = this.kernel
    const before = pageUp(mm.brk)
    const result = brk(parts.mm, mm, addr)
    if (mm.defFlags & VM_LOCKED) populate(this.kernel, before, pageUp(result), false)
    return result
  }

  madvise(addr: number, length: number, advice: number): number {
    const { parts, mm } = this.kernel
    const end = addr + pageUp(length)
    const result = madvise(parts.mm, mm, addr, length, advice)
    if (advice === MADV_POPULATE_READ || advice === MADV_POPULATE_WRITE) {
      if (result === -Errno.EINVAL) return result
      return populateAdvised(this.kernel, addr, end, advice === MADV_POPULATE_WRITE)
    }
    if (result === 0 && advice === MADV_HUGEPAGE) this.mayBecomeHuge(addr, end)
    return result === 0 && advice === MADV_COLLAPSE ? collapse(this.kernel, addr, end) : result
  }

  /** Tells khugepaged of the mappings in the range. @mm hugepage_madvise mm/khugepaged.c */
  private mayBecomeHuge(start: number, end: number): void {
    const { mm, khugepaged } = this.kernel
    for (let at = start; at < end;) {
      const vma = mm.vmas.find(at)
      if (!vma || vma.start >= end) return
      khugepaged.enter(mm, vma)
      at = vma.end
    }
  }

  /** @mm do_mlock mm/mlock.c */
  mlock(addr: number, length: number, flags: number): number {
    if (flags & ~MLOCK_ONFAULT) return -Errno.EINVAL
    const { parts, mm } = this.kernel
    const result = mlock(parts.mm, mm, addr, length, flags !== 0)
    if (result < 0) return result
    const error = populate(this.kernel, pageDown(addr), pageUp(addr + length), true)
    return error === -Errno.EFAULT ? -Errno.ENOMEM : error
  }

  munlock(addr: number, length: number): number {
    return munlock(this.kernel.parts.mm, this.kernel.mm, addr, length)
  }

  mlockall(flags: number): number {
    const result = mlockall(this.kernel.parts.mm, this.kernel.mm, flags)
    if (result === 0 && flags & MCL_CURRENT) populateAll(this.kernel)
    return result
  }

  munlockall(): number {
    return munlockall(this.kernel.parts.mm, this.kernel.mm)
  }

  /**
   * One byte a page: 1 where an access would not wait. Anonymous memory is there when something is mapped, be it the
   * page of zeros; a file's pages also when they are only cached.
   * @mm SYSCALL_DEFINE3(mincore) mm/mincore.c
   */
  mincore(addr: number, length: number, vector: number): number {
    const end = addr + pageUp(length)
    if (addr % PAGE_SIZE !== 0) return -Errno.EINVAL
    if (end > TASK_SIZE) return -Errno.ENOMEM
    for (let at = addr; at < end; at += PAGE_SIZE) {
      const resident = this.resident(at)
      if (resident < 0) return resident
      const error = orEfault(() => this.kernel.user.writeU8(vector + (at - addr) / PAGE_SIZE, resident))
      if (error < 0) return error
    }
    return 0
  }

  private resident(address: number): number {
    const { mm, parts } = this.kernel
    const vma = mm.vmas.find(address)
    if (!vma || vma.start > address) return -Errno.ENOMEM
    const entry = parts.tables.find(mm.pgd, address)
    if (entry !== 0 && parts.tables.low(entry) !== 0) return 1
    if (vma.file === 0) return 0
    const index = vma.pgoff + (address - vma.start) / PAGE_SIZE
    return parts.cache.find(parts.cache.inode(vma.file), index) >= 0 ? 1 : 0
  }

  /** @mm getrusage kernel/sys.c */
  getrusage(who: number, buffer: number): number {
    if (who !== RUSAGE_SELF && who !== RUSAGE_CHILDREN && who !== RUSAGE_THREAD) return -Errno.EINVAL
    const { kernel } = this
    const fields = new BigInt64Array(RUSAGE_BYTES / 8)
    if (who === RUSAGE_CHILDREN) {
      const { group } = kernel.current
      putTimes(fields, group.childSpent)
      fields[4] = BigInt(group.childMaxRss * PAGE_KB)
      fields[8] = BigInt(group.childMinFlt)
      fields[9] = BigInt(group.childMajFlt)
    } else {
      kernel.syncClock()
      const { mm, current, tasks } = kernel
      putTimes(fields, who === RUSAGE_THREAD ? current.spent : timeOf(current.group, tasks.threadsOf(current.group)))
      fields[4] = BigInt(Math.max(mm.hiwaterRss, rssPages(mm)) * PAGE_KB)
      const { minFlt, majFlt } = who === RUSAGE_THREAD ? current : current.group
      fields[8] = BigInt(minFlt)
      fields[9] = BigInt(majFlt)
      fields[14] = BigInt(current.nvcsw)
      fields[15] = BigInt(current.nivcsw)
    }
    return orEfault(() => kernel.user.writeBytes(buffer, new Uint8Array(fields.buffer)))
  }

  /** @mm SYSCALL_DEFINE4(prlimit64) kernel/sys.c */
  prlimit(pid: number, resource: number, newLimit: number, oldLimit: number): number {
    const { current, user } = this.kernel
    if (pid !== 0 && pid !== current.group.tgid) return -Errno.ESRCH
    if (resource < 0 || resource >= RLIM_NLIMITS) return -Errno.EINVAL
    const old = { ...current.group.rlimits[resource] }
    if (newLimit !== 0) {
      const wanted = { soft: 0, hard: 0 }
      const error = orEfault(() => {
        const bytes = user.readBytes(newLimit, RLIMIT_BYTES)
        const words = new BigUint64Array(bytes.buffer)
        wanted.soft = Number(words[0])
        wanted.hard = Number(words[1])
      })
      const result = error < 0 ? error : setRlimit(current.group.rlimits, resource, wanted)
      if (result < 0) return result
    }
    if (oldLimit === 0) return 0
    const words = BigUint64Array.of(limitWord(old.soft), limitWord(old.hard))
    return orEfault(() => user.writeBytes(oldLimit, new Uint8Array(words.buffer)))
  }
}

/** ru_utime and ru_stime, each seconds and microseconds. */
function putTimes(fields: BigInt64Array, { user, system }: CpuTime): void {
  for (const [i, nanoseconds] of [user, system].entries()) {
    fields[2 * i] = BigInt(Math.floor(nanoseconds / 1e9))
    fields[2 * i + 1] = BigInt(Math.floor((nanoseconds % 1e9) / 1000))
  }
}

const LARGEST = 2n ** 64n - 1n

const limitWord = (limit: number): bigint => (limit >= 2 ** 64 ? LARGEST : BigInt(limit))
