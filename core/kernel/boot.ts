/** Boot: the only place that wires the parts of a machine together. */
import type { pfn } from '../base/index.js'
import { assert, Clock, NO_PFN, StateRegistry } from '../base/index.js'
import { Tlb } from '../arch/x86/index.js'
import { MmBranch, Trace, Tracepoint } from '../trace/index.js'
import {
  Arena,
  FrameContents,
  HOT_SLOTS,
  HugeZeroPage,
  MemMap,
  memoryLayout,
  MigrateType,
  PageAllocator,
  PG_RESERVED,
} from '../mm/phys/index.js'
import { KernelObjects, kmallocCaches, SlabAllocator, type SlabParts } from '../mm/slab/index.js'
import { PageTables } from '../mm/pgtable/index.js'
import { PageCache } from '../mm/backing/index.js'
import { DirtyMarks, VmaStructures } from '../mm/vma/index.js'
import type { FaultContext } from '../mm/fault/index.js'
import type { Profile } from '../profiles/index.js'
import { Kernel } from './kernel.js'
import { defaultRlimits, memoryLimits } from './rlimits.js'

/**
 * A machine after boot, before any program: memory handed to the allocator, zero page and vdso in place.
 * @param seed of what is left to chance later on: how long the turns of tasks last
 * @param hotSlots how many pages' contents the host keeps before it packs cold ones; no part of the machine
 */
export function boot(profile: Profile, seed = profile.defaultSeed, hotSlots = HOT_SLOTS): Kernel {
  const registry = new StateRegistry()
  const clock = new Clock(registry)
  const trace = new Trace(registry)
  const layout = memoryLayout(profile.ramPages, profile.holeStart)
  const arena = new Arena(registry)
  const tlb = new Tlb(arena)
  const map = new MemMap(registry, layout.spannedPages)
  const contents = new FrameContents(registry, arena, layout.spannedPages, hotSlots)
  let kernel: Kernel | undefined = undefined
  const emit = (point: Tracepoint, a: number, b: number, c: number, d = 0, e = 0, f = 0): void =>
    trace.emit(point, clock.now, kernel?.runningPid ?? 0, a, b, c, d, e, f)
  const took = (branches: number): void => kernel?.call.took(branches)
  const buddy = new PageAllocator(registry, map, contents, layout, {
    allocated: (frame, order, type) => emit(Tracepoint.PageAlloc, frame, order, type),
    freed: (frame, order) => emit(Tracepoint.PageFree, frame, order, 0),
  })
  buddy.boot(profile.reserved.map(([start, end]) => ({ start, end })))
  buddy.setup(
    { hugePages: profile.thp !== 'never', scaleFactor: profile.watermarkScaleFactor },
    { cpus: profile.cpus, adapts: profile.adaptivePcp },
  )
  const tables = new PageTables(arena, contents, map, buddy)
  const objects = new KernelObjects(newSlabs({ registry, arena, contents, map, buddy }, profile))
  const structures = new VmaStructures(objects)
  const marks = new DirtyMarks(map, tables, structures.rmap)
  const cache = new PageCache(arena, contents, map, buddy, objects, marks, profile.largeFolios)
  registry.table('page cache', cache)
  registry.table('anon_vma', structures.anonVmas)
  const zeroPage = kernelPage(buddy, map)
  const vdsoPages = Array.from({ length: profile.vdso.vdsoPages }, () => kernelPage(buddy, map))
  const mm: FaultContext = {
    map,
    buddy,
    tables,
    tlb,
    objects,
    structures,
    marks,
    contents,
    cache,
    files: profile,
    zeroPage,
    hugeZero: new HugeZeroPage(registry, buddy, contents, map),
    faultAroundPages: profile.faultAroundPages,
    limits: () => kernel?.memoryLimits() ?? memoryLimits(defaultRlimits(profile)),
    commit: { totalPages: buddy.totalManaged, committed: () => kernel?.committedPages() ?? 0 },
    rules: profile,
    isShmem: (file) => cache.inode(file).shmem,
    events: {
      inserted: (start, end, { flags, file, pgoff }, merged) => {
        took(merged || MmBranch.Inserted)
        emit(Tracepoint.VmaInsert, start, end, flags, file, pgoff, merged)
      },
      removed: ({ start, end, flags, file }) => {
        took(MmBranch.Removed)
        emit(Tracepoint.VmaRemove, start, end, flags, file)
      },
      split: (at, { start, end, flags }) => {
        took(MmBranch.Split)
        emit(Tracepoint.VmaSplit, at, start, end, flags)
      },
      changed: (start, end, before, now, merged) => {
        took(MmBranch.FlagsChanged | merged)
        emit(Tracepoint.VmaFlags, start, end, before, now, merged)
      },
      grown: ({ start, end, flags }, before) => emit(Tracepoint.VmaGrow, before, start, end, flags),
      moved: (from, to, length) => emit(Tracepoint.PagesMoved, from, to, length),
      took,
    },
  }
  kernel = new Kernel({
    registry,
    profile,
    clock,
    trace,
    arena,
    map,
    contents,
    buddy,
    tables,
    cache,
    tlb,
    zeroPage,
    vdsoPages,
    mm,
    seed,
  })
  return kernel
}

/** @mm kmem_cache_init mm/slub.c */
function newSlabs(parts: SlabParts, { slab, cpus }: Profile): SlabAllocator {
  const caches = [...slab.bootstrap, ...kmallocCaches(slab.orderRule), ...slab.caches]
  return new SlabAllocator(parts, caches, cpus, slab.orderRule)
}

/** A page that belongs to the kernel for good. */
function kernelPage(buddy: PageAllocator, map: MemMap): ReturnType<typeof pfn> {
  const frame = buddy.allocZeroed(MigrateType.Unmovable)
  assert(frame !== NO_PFN, 'there is memory at boot')
  map.flags[frame] |= PG_RESERVED
  return frame
}
