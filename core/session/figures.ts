/**
 * The figures of a moment under the names that texts about programs use: ps's columns, what smaps adds up to, and the
 * mappings a student looks for by name. Of the first process, in kB unless the name says otherwise. Nothing changes.
 */
import { PAGE_KB } from '../base/index.js'
import { counters, processJson, psRows, type MappingJson, type ProcessCounters } from '../proc/index.js'
import type { FigureName, Figures } from '../protocol/index.js'
import type { Simulation } from './simulation.js'

export function figuresOf({ kernel, task }: Simulation): Figures {
  const maps = processJson(kernel, task.pid)?.maps ?? []
  const sum = (field: SmapsField): number => maps.reduce((total, { smaps }) => total + Number(smaps[field] ?? 0), 0)
  const sizeOf = (name: string): number => maps.find((m) => m.name === name)?.size_kb ?? 0
  return {
    ...processFigures(counters(kernel, task.pid), sum),
    lazyfree: sum('LazyFree'),
    huge: sum('AnonHugePages'),
    locked: sum('Locked'),
    heap: sizeOf('[heap]'),
    stack: sizeOf('[stack]'),
    mappings: maps.length,
    processes: psRows(kernel).length,
  } satisfies Record<FigureName, number>
}

type SmapsField = keyof MappingJson['smaps']

/**
 * Those that two moments are compared by as well.
 * @param sum adds up a field of smaps over the mappings
 */
export const processFigures = (own: ProcessCounters, sum: (field: SmapsField) => number) => ({
  minflt: own.minflt,
  majflt: own.majflt,
  vsz: own.vszKb,
  rss: own.rssKb,
  anon: own.rssAnonKb,
  file: own.rssFileKb,
  shmem: own.rssShmemKb,
  dirty: sum('Private_Dirty') + sum('Shared_Dirty'),
  tables: own.pteKb,
  // What nobody uses: MemFree, and the pages on the CPUs' own lists, which it leaves out.
  free: (own.freePages + own.pcpPages) * PAGE_KB,
  pss: sum('Pss'),
})
