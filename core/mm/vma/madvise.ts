/** madvise: what a program says it will do with a range (mm/madvise.c). */
import { PAGE_SIZE, pageUp } from '../../base/index.js'
import {
  Errno,
  MADV_DONTNEED,
  MADV_NORMAL,
  MADV_RANDOM,
  MADV_SEQUENTIAL,
  MADV_WILLNEED,
} from '../../kernel/uapi/index.js'
import { noteHiwaterRss, type VmaContext } from './mmap.js'
import { vmaIndexAt } from './find.js'
import { VM_LOCKED, VM_PFNMAP, type Mm } from './types.js'
import { zapRange } from './zap.js'

/**
 * @mm do_madvise mm/madvise.c
 * Left out: every advice but MADV_DONTNEED has no effect; read-ahead hints do not mark the mapping.
 * @returns 0, or -ENOMEM if part of the range is not mapped: the mapped parts are treated all the same
 */
export function madvise(ctx: VmaContext, mm: Mm, addr: number, bytes: number, advice: number): number {
  if (![MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED].includes(advice)) return -Errno.EINVAL
  if (addr % PAGE_SIZE !== 0) return -Errno.EINVAL
  const end = pageUp(addr + bytes)
  let at = addr
  let holes = false
  for (let i = vmaIndexAt(mm, addr); at < end; i++) {
    const vma = mm.vmas[i]
    if (!vma || vma.start >= end) return -Errno.ENOMEM
    holes ||= vma.start > at
    const from = Math.max(at, vma.start)
    at = Math.min(end, vma.end)
    if (advice !== MADV_DONTNEED) continue
    if (vma.flags & (VM_LOCKED | VM_PFNMAP)) return -Errno.EINVAL
    noteHiwaterRss(mm)
    zapRange(ctx, mm, from, at)
  }
  return holes ? -Errno.ENOMEM : 0
}
