/**
 * The caches that kmalloc takes from: one for each power of two from 8 bytes to 8 KiB, and 96 and 192 between them
 * (mm/slab_common.c). Three kinds: unmovable, reclaimable, and charged to a memory control group.
 *
 * Left out: the DMA and the randomised kinds, kmem_buckets; larger requests go to the buddy allocator.
 */
import type { CacheRequest, SlabOrderRule } from '../../kernel/uapi/index.js'

/** Bytes, in the order in which the kernel makes them. */
export const KMALLOC_SIZES: readonly number[] = [96, 192, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]

const KINDS = [
  { prefix: 'kmalloc-', reclaimable: false },
  { prefix: 'kmalloc-rcl-', reclaimable: true },
  { prefix: 'kmalloc-cg-', reclaimable: false },
] as const

/** Old kernels have one kind, with the size in digits. */
const sizeName = (size: number, rule: SlabOrderRule): string =>
  size >= 1024 && rule === 'since 6.8' ? `${size / 1024}k` : String(size)

/** Objects are aligned to the largest power of two that divides their size. @mm create_kmalloc_caches mm/slab_common.c */
export const kmallocCaches = (rule: SlabOrderRule): readonly CacheRequest[] =>
  (rule === 'since 6.8' ? KINDS : KINDS.slice(0, 1)).flatMap(({ prefix, reclaimable }) =>
    KMALLOC_SIZES.map((size) => ({
      name: prefix + sizeName(size, rule),
      objectSize: size,
      align: size & -size,
      reclaimable,
    })),
  )

/** Size class that serves a request, undefined for what is too large. @mm kmalloc_index include/linux/slab.h */
export function kmallocClass(bytes: number): number | undefined {
  const fitting = KMALLOC_SIZES.filter((size) => size >= bytes)
  return fitting.length > 0 ? Math.min(...fitting) : undefined
}
