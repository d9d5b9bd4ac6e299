/** malloc_usable_size(3). */
import { HEADER, IS_MMAPPED, SIZE_SZ } from '../layout.js'
import { chunkOf, headOf, isInUse, sizeIn } from './chunk.js'

/** @glibc __malloc_usable_size malloc/malloc.c */
export function usableSizeOf(block: u64): u64 {
  if (block == 0) return 0
  const chunk = chunkOf(block)
  const head = headOf(chunk)
  const size = sizeIn(head)
  if ((head & IS_MMAPPED) != 0) return size - HEADER
  return isInUse(chunk, size) ? size - SIZE_SZ : 0
}
