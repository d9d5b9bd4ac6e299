/** Which large bin a size belongs to. @glibc largebin_index_64 malloc/malloc.c */
export function largebinIndex(size: u64): u64 {
  if (size >= 1048576) return 126
  if (size >> 6 <= 48) return 48 + (size >> 6)
  if (size >> 9 <= 20) return 91 + (size >> 9)
  if (size >> 12 <= 10) return 110 + (size >> 12)
  if (size >> 15 <= 4) return 119 + (size >> 15)
  return size >> 18 <= 2 ? 124 + (size >> 18) : 126
}
