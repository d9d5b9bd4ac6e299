/** What a cache of kernel objects is made from: facts of a kernel's build, so a profile has them. */

/** What is asked for when a cache is made (kmem_cache_create). */
export interface CacheRequest {
  readonly name: string
  /** sizeof the structure, bytes. */
  readonly objectSize: number
  /** Alignment in bytes, what SLAB_HWCACHE_ALIGN asks for included. */
  readonly align: number
  /** Free objects have to stay readable (a constructor, SLAB_TYPESAFE_BY_RCU): the link is kept behind the object. */
  readonly linkBehind?: boolean
  /** Pages of its slabs count as reclaimable (SLAB_RECLAIM_ACCOUNT). */
  readonly reclaimable?: boolean
  /** Objects come from this cache, made before with the same size and flags (slab merging): it has no slabs itself. */
  readonly mergedWith?: string
}

export interface SlabProfile {
  /** The caches that the allocator keeps its own structures in; then come those of kmalloc. */
  readonly bootstrap: readonly CacheRequest[]
  readonly caches: readonly CacheRequest[]
  readonly orderRule: SlabOrderRule
}

/** How slabs are sized: since 6.8 the wanted number of objects only sets the least order. */
export type SlabOrderRule = 'since 6.8' | 'until 6.7'
