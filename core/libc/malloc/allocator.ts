/** What the rest of libc asks of a heap. Addresses are those of user blocks; 0 is NULL. errno is the caller's business. */
export interface Allocator {
  malloc(size: number): number
  calloc(count: number, size: number): number
  realloc(p: number, size: number): number
  free(p: number): void
  usableSize(p: number): number
  /** Host-side state, plain JSON. */
  save(): unknown
  restore(state: unknown): void
}
