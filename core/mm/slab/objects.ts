/** The kernel's own structures, as objects of slab caches. */
import type { KmemCache, SlabAllocator, SlabObject } from './slub.js'

export class KernelObjects {
  private readonly vmas: KmemCache

  constructor(readonly slab: SlabAllocator) {
    this.vmas = slab.cache('vm_area_struct')
  }

  allocVma(): SlabObject {
    return this.slab.alloc(this.vmas)
  }
  freeVma(object: SlabObject): void {
    this.slab.free(object)
  }

  /**
   * Sees that so many mappings more can be entered. Asked for before anything is changed, so that a call that fails for
   * want of memory changes nothing.
   * @mm vms_gather_munmap_vmas mm/vma.c (which splits before it unmaps)
   */
  roomForVmas(count: number): boolean {
    return this.slab.reserve(this.vmas, count)
  }

  /** Sees that the next object of each cache can be had. */
  roomFor(...caches: readonly string[]): boolean {
    return caches.every((cache) => this.slab.reserve(this.slab.cache(cache), 1))
  }

  /** One object of a named cache, 0 when there is no memory. */
  alloc(cache: string): SlabObject {
    return this.slab.alloc(this.slab.cache(cache))
  }

  /** One of each, or, when one cannot be had, none. */
  allocAll(caches: readonly string[]): readonly SlabObject[] | undefined {
    const objects: SlabObject[] = []
    for (const cache of caches) {
      const object = this.alloc(cache)
      if (object === 0) {
        this.freeAll(objects)
        return undefined
      }
      objects.push(object)
    }
    return objects
  }

  freeAll(objects: readonly SlabObject[]): void {
    for (const object of objects) this.slab.free(object)
  }
}
