/** The kernel's own structures, as objects of slab caches. */
import type { SlabAllocator, SlabObject } from './slub.js'

export class KernelObjects {
  constructor(readonly slab: SlabAllocator) {}

  /** Sees that the next so many objects of a cache can be had. */
  roomForMany(cache: string, count: number): boolean {
    return this.slab.reserve(this.slab.cache(cache), count)
  }

  /** Sees that the next object of each cache can be had. */
  roomFor(...caches: readonly string[]): boolean {
    return caches.every((cache) => this.roomForMany(cache, 1))
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
