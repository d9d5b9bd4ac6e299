/** Names that a program gives its anonymous memory: prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME) (kernel/sys.c, mm/madvise.c). */
import { PAGE_SIZE, pageUp } from '../../base/index.js'
import { Errno } from '../../kernel/uapi/index.js'
import { mergeAround } from './merge.js'
import type { VmaContext } from './mmap.js'
import { splitVma } from './modify.js'
import type { Mm, Vma } from './types.js'

/**
 * Names a range, or takes its names away. What is not mapped is passed over and told at the end.
 * @mm madvise_set_anon_name mm/madvise.c
 * @param isShmem whether an inode is one of anonymous shared memory
 * @returns 0, -EBADF when a file is mapped there, -ENOMEM for holes
 */
export function setAnonName(
  ctx: VmaContext,
  mm: Mm,
  addr: number,
  bytes: number,
  name: string | undefined,
  isShmem: (file: number) => boolean,
): number {
  if (addr % PAGE_SIZE !== 0) return -Errno.EINVAL
  const end = addr + pageUp(bytes)
  let holes = false
  for (let at = addr; at < end;) {
    const vma = mm.vmas.find(at)
    if (!vma || vma.start >= end) return -Errno.ENOMEM
    if (vma.start > at) holes = true
    const from = Math.max(at, vma.start)
    const to = Math.min(end, vma.end)
    if (vma.file !== 0 && !isShmem(vma.file)) return -Errno.EBADF
    const error = rename(ctx, mm, vma, from, to, name)
    if (error < 0) return error
    at = to
  }
  return holes ? -Errno.ENOMEM : 0
}

function rename(ctx: VmaContext, mm: Mm, vma: Vma, from: number, to: number, name: string | undefined): number {
  if (vma.anonName === name) return 0
  const pieces = (vma.start < from ? 1 : 0) + (vma.end > to ? 1 : 0)
  if (mm.vmas.size + pieces > ctx.rules.maxMapCount) return -Errno.ENOMEM
  splitVma(ctx, mm, from)
  splitVma(ctx, mm, to)
  const part = mm.vmas.find(from)!
  const named = { ...part, anonName: name }
  mm.vmas.replace(part, named)
  mergeAround(mm, named)
  return 0
}
