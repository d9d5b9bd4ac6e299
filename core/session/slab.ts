/** Caches of kernel objects, their slabs, and the objects in a slab with what each is. */
import { hex, PAGE_SIZE } from '../base/index.js'
import type { Kernel } from '../kernel/index.js'
import type { KmemCache, SlabFacts } from '../mm/slab/index.js'
import { MigrateType } from '../mm/phys/index.js'
import { kernelObjects, slabCaches, type KernelObject } from '../proc/index.js'
import { SLAB_PLACES, type SlabCacheRow, type SlabObjectRow, type SlabRow } from '../protocol/index.js'
import type { Facts } from './heap.js'

const slabsOf = (kernel: Kernel) => kernel.parts.mm.objects.slab
const pageOf = (address: number): number => Math.floor(address / PAGE_SIZE)

/** As /proc/slabinfo. */
export function slabCacheRows(kernel: Kernel): readonly Facts<SlabCacheRow>[] {
  const slabs = slabsOf(kernel)
  return slabCaches(kernel).map((info) => {
    const cache = slabs.cache(info.name)
    const { cpuPartialSlabs, minPartial, type } = cache
    return {
      ...info,
      aliases: slabs.aliases(cache),
      used: slabs.counts(cache).used,
      cpuPartialSlabs,
      minPartial,
      reclaimable: type === MigrateType.Reclaimable,
    }
  })
}

/** Slabs of a cache. Full ones are on no list: they are found by the objects that fill them. */
export function slabRows(kernel: Kernel, name: string): readonly Facts<SlabRow>[] {
  const slabs = slabsOf(kernel)
  const cache = slabs.caches.find((one) => one.name === name)
  if (!cache) return []
  const found = new Map<number, SlabFacts>()
  const note = (page: number): void => {
    const slab = slabs.slabAt(page)
    if (slab?.cache === cache) found.set(slab.slab, slab)
  }
  const { cpu, node } = slabs.lists(cache)
  for (const slab of [...cpu, ...node]) note(slab)
  for (const { object } of kernelObjects(kernel)) note(pageOf(object))
  return [...found.values()]
    .sort((a, b) => SLAB_PLACES.indexOf(a.place) - SLAB_PLACES.indexOf(b.place) || a.slab - b.slab)
    .map(({ slab, order, place, used, objects }) => ({ slab, pages: 1 << order, place, used, objects }))
}

/** Objects of the slab that a frame belongs to. */
export function slabObjectRows(kernel: Kernel, frame: number): readonly Facts<SlabObjectRow>[] {
  if (frame >= kernel.parts.map.pages) return []
  const slab = slabsOf(kernel).slabAt(frame)
  if (!slab) return []
  const free = new Set(slabsOf(kernel).freeObjects(slab.slab))
  const owners = ownersIn(kernel, slab)
  return Array.from({ length: slab.objects }, (_, index) => {
    const address = addressOf(slab.cache, slab.slab, index)
    const { structure = '', pid = 0, start = '', end = '', path = '' } = owners.get(address) ?? {}
    return { index, address: hex(address, 16), used: !free.has(index), structure, pid, start, end, path }
  })
}

const addressOf = (cache: KmemCache, slab: number, index: number): number => slab * PAGE_SIZE + index * cache.size

function ownersIn(kernel: Kernel, { slab, order }: SlabFacts): ReadonlyMap<number, Partial<KernelObject>> {
  const owners = new Map<number, KernelObject>()
  for (const each of kernelObjects(kernel)) {
    const page = pageOf(each.object)
    if (page >= slab && page < slab + (1 << order)) owners.set(each.object, each)
  }
  return owners
}
