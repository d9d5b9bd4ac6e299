/**
 * The system calls malloc makes, tried out on a copy of the mappings: the answers are the kernel's (the same search for
 * holes, the same limits), the machine stays as it is.
 *
 * Left out: running out of memory, limits of the number of mappings, pages of the program's own that mremap moves keep
 * their contents but not their age.
 */
import { PAGE_SIZE, pageUp, type VAddr } from '../base/index.js'
import { Errno, type Syscalls } from '../kernel/uapi/index.js'
import { anonHugeOffset, anyVmaIn, getUnmappedArea, splitAt, vmaAt, type Mm, type VmaRules } from '../mm/vma/index.js'
import type { HeapStep } from '../protocol/index.js'
import type { MemoryPeek } from './peek.js'
import { ShadowMemory } from './shadow-memory.js'

export class ShadowKernel implements Pick<Syscalls, 'mmap' | 'munmap' | 'mremap' | 'madvise' | 'mprotect'> {
  readonly steps: HeapStep[] = []
  readonly mem: ShadowMemory
  private readonly mm: Mm

  /**
   * @param current the break as sbrk remembers it, 0 if it has to ask
   */
  constructor(
    peek: MemoryPeek,
    mm: Mm,
    private current: number,
    private readonly rules: Pick<VmaRules, 'alignHugeAnon'>,
  ) {
    this.mm = { ...mm, vmas: mm.vmas.clone() }
    this.mem = new ShadowMemory(peek, this.mm)
  }

  /** sbrk(3): the break before, or -1. */
  sbrk(increment: number): number {
    const old = this.current || this.mm.brk
    this.current = old
    if (increment === 0) return old
    if (!this.setBreak(old + increment)) return -1
    this.steps.push({ step: 'brk', by: increment, to: old + increment })
    this.current = old + increment
    return old
  }

  private setBreak(to: number): boolean {
    const { mm } = this
    const from = pageUp(mm.brk)
    const end = pageUp(to)
    if (to < mm.startBrk || (end > from && anyVmaIn(mm, from, end + PAGE_SIZE))) return false
    if (end > from) this.insert(from, end)
    else this.remove(end, from)
    mm.brk = to as VAddr
    return true
  }

  mmap(_addr: number, length: number): number {
    const size = pageUp(length)
    const at = getUnmappedArea(this.mm, 0, size, anonHugeOffset(this.rules, size))
    if (at === undefined) return -Errno.ENOMEM
    this.insert(at, at + size)
    this.steps.push({ step: 'mmap', address: at, length: size })
    return at
  }

  /** What a mapping permits is not looked at here. */
  mprotect(): number {
    return 0
  }

  munmap(address: number, length: number): number {
    this.remove(address, address + pageUp(length))
    this.steps.push({ step: 'munmap', address, length })
    return 0
  }

  mremap(address: number, oldLength: number, newLength: number): number {
    const by = newLength - oldLength
    const vma = vmaAt(this.mm, address)
    if (!vma) return -Errno.EFAULT
    let to = address
    if (by < 0) this.remove(address + newLength, address + oldLength)
    else if (address + oldLength === vma.end && !anyVmaIn(this.mm, vma.end, vma.end + by))
      this.insert(vma.end, vma.end + by)
    else to = this.move(address, oldLength, newLength)
    if (to > 0) this.steps.push({ step: 'mremap', address, length: newLength, to })
    return to
  }

  private move(from: number, oldLength: number, newLength: number): number {
    const to = getUnmappedArea(this.mm, 0, newLength, anonHugeOffset(this.rules, newLength))
    if (to === undefined) return -Errno.ENOMEM
    this.insert(to, to + newLength)
    // The header is all that malloc reads of a block.
    this.mem.copy(to, from, Math.min(oldLength, PAGE_SIZE))
    this.remove(from, from + oldLength)
    return to
  }

  madvise(): number {
    return 0
  }

  private insert(start: number, end: number): void {
    const like = this.mm.vmas.find(0)!
    this.mm.vmas.insert({ ...like, start: start as VAddr, end: end as VAddr, file: 0, special: undefined })
  }

  private remove(start: number, end: number): void {
    splitAt(this.mm, start)
    splitAt(this.mm, end)
    for (let vma = this.mm.vmas.find(start); vma && vma.start < end; vma = this.mm.vmas.find(start))
      this.mm.vmas.remove(vma)
  }
}
