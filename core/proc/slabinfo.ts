/** /proc/slabinfo: the caches of kernel objects. */
import type { SlabInfo } from '../mm/slab/index.js'
import type { Kernel } from '../kernel/index.js'

const HEADER =
  'slabinfo - version: 2.1\n' +
  '# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>' +
  ' : tunables <limit> <batchcount> <sharedfactor>' +
  ' : slabdata <active_slabs> <num_slabs> <sharedavail>\n'

/** The caches, the youngest first. */
export const slabCaches = (kernel: Kernel): readonly SlabInfo[] => {
  const { slab } = kernel.parts.mm.objects
  return slab.caches.map((cache) => slab.info(cache)).reverse()
}

const right = (n: number, width: number): string => String(n).padStart(width)

/**
 * @mm slab_show mm/slab_common.c
 * SLUB has nothing to tune and shares nothing between CPUs: those columns are 0.
 */
export function slabinfoText(kernel: Kernel): string {
  const lines = slabCaches(kernel).map((cache) => {
    const objects = `${right(cache.activeObjects, 6)} ${right(cache.objects, 6)} ${right(cache.size, 6)}`
    const slab = `${right(cache.objectsPerSlab, 4)} ${right(cache.pagesPerSlab, 4)}`
    const tunables = [0, 0, 0].map((n) => right(n, 4)).join(' ')
    const data = `${right(cache.slabs, 6)} ${right(cache.slabs, 6)} ${right(0, 6)}`
    return `${cache.name.padEnd(17)} ${objects} ${slab} : tunables ${tunables} : slabdata ${data}\n`
  })
  return HEADER + lines.join('')
}
