/** Which mappings are placed so that huge pages could be used for them. */
import { PAGE_SIZE } from '../../base/index.js'
import { PMD_SIZE } from '../../arch/x86/index.js'
import type { VmaContext, VmaRules } from './mmap.js'

interface PlaceRequest {
  /** Inode number, 0 for anonymous memory. */
  readonly file: number
  /** Byte offset in the file. */
  readonly offset: number
  readonly hint: number
  readonly length: number
}

/** The same for anonymous memory that may lie anywhere: whole huge pages begin at one. */
export const anonHugeOffset = (rules: Pick<VmaRules, 'alignHugeAnon'>, length: number): number | undefined =>
  rules.alignHugeAnon && length % PMD_SIZE === 0 ? 0 : undefined

/**
 * How far behind a multiple of 2 MiB the mapping should begin; a file of which a whole huge page is mapped as far behind as
 * its offset. Undefined: it does not matter.
 * @mm __get_unmapped_area mm/mmap.c, __thp_get_unmapped_area mm/huge_memory.c
 * Left out: shared memory with huge pages (shmem_enabled is "never").
 */
export function hugeOffset(ctx: VmaContext, { file, offset, hint, length }: PlaceRequest): number | undefined {
  const { rules } = ctx
  if (file === 0) return hint < PAGE_SIZE ? anonHugeOffset(rules, length) : undefined
  if (!rules.alignHugeFiles || ctx.isShmem(file)) return undefined
  const firstHuge = Math.ceil(offset / PMD_SIZE) * PMD_SIZE
  return offset + length - firstHuge >= PMD_SIZE ? offset % PMD_SIZE : undefined
}
