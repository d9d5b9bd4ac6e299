/**
 * What is always true of the slabs: every page of a slab says so, its free objects are a list, what is not free is held by
 * exactly one owner, and the caches' counters are the sums.
 */
import { pfn, PAGE_SIZE } from '../base/index.js'
import type { Kernel, MachineParts } from '../kernel/index.js'
import { kernelObjects } from '../proc/index.js'
import { PG_SLAB } from '../mm/phys/index.js'
import type { KmemCache } from '../mm/slab/index.js'

type Report = (violation: string) => void

export function checkSlabs(kernel: Kernel, report: Report): void {
  const { parts } = kernel
  const { slab } = parts.mm.objects
  const used = new Set<number>()
  const pages: number[] = []
  for (let p = 0; p < parts.map.pages; p++) if (parts.map.has(pfn(p), PG_SLAB)) pages.push(p)
  for (const cache of slab.caches) checkCache(parts, cache, pages, used, report)
  const said = slab.pages()
  if (said.reclaimable + said.unreclaimable !== pages.length)
    report(`${pages.length} pages are marked as slabs, the caches say ${JSON.stringify(said)}`)
  for (const { object, structure, pid, start, path } of kernelObjects(kernel))
    if (!used.delete(object))
      report(`${structure} ${pid} ${start}${path} is object ${object}, which is free or held by another`)
  for (const object of used) report(`object ${object} is in use and nobody's`)
}

/** @param pages of all slabs @param used takes the objects in use */
function checkCache(
  { map, mm }: MachineParts,
  cache: KmemCache,
  pages: readonly number[],
  used: Set<number>,
  report: Report,
): void {
  const { slab: slabs } = mm.objects
  const found = { slabs: 0, objects: 0, used: 0 }
  const lists = slabs.lists(cache)
  const listed = new Set([...lists.cpu, ...lists.node])
  if (listed.size !== lists.cpu.length + lists.node.length) report(`a slab of ${cache.name} is on two lists`)
  for (const p of pages) {
    if (map.mapping[p] !== cache.id || p % (1 << map.order[p]) !== 0) continue
    const objects = Math.floor((PAGE_SIZE << map.order[p]) / cache.size)
    const free = [...slabs.freeObjects(p)]
    found.slabs++
    found.objects += objects
    found.used += objects - free.length
    if (new Set(free).size !== free.length) report(`slab ${p} of ${cache.name} has a free object twice`)
    if (slabs.used(p) !== objects - free.length)
      report(`slab ${p} of ${cache.name} says ${slabs.used(p)} are in use, ${free.length} of ${objects} are free`)
    if (free.length > 0 !== listed.has(p) && p !== lists.cpu[0])
      report(`slab ${p} of ${cache.name} with ${free.length} free objects is ${listed.has(p) ? '' : 'not '}on a list`)
    for (let i = 0; i < objects; i++) if (!free.includes(i)) used.add(p * PAGE_SIZE + i * cache.size)
  }
  const said = slabs.counts(cache)
  if (said.slabs !== found.slabs || said.objects !== found.objects || said.used !== found.used)
    report(`${cache.name} says ${JSON.stringify(said)}, its slabs have ${JSON.stringify(found)}`)
}
