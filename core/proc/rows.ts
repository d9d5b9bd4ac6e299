/**
 * Typed rows for views: the same facts as the texts, in the shapes of the protocol's tables without what changed. Whoever
 * keeps two moments (the session) tells what changed between them.
 */
import { PAGE_KB } from '../base/index.js'
import { rssPages } from '../mm/vma/index.js'
import type { Kernel } from '../kernel/index.js'
import { mappingAt, mappingsOf, type Mapping, type MappingKind } from './mappings.js'
import { pmapTotals } from './procps/pmap-lines.js'
import { pmapLine } from './procps/pmap.js'
import { psProcesses, statOf } from './procps/process.js'
import { smapsFieldsOf } from './smaps-text.js'
import { smapsOf } from './smaps.js'
import { statusLines, type StatusLine } from './status.js'
import { freeBlocks, type ZoneFreeBlocks } from './system.js'
import { vmFlagLetters } from './vmflags.js'

export interface PsFacts {
  readonly pid: number
  readonly majflt: number
  readonly minflt: number
  readonly vsz: number
  readonly rss: number
  readonly stat: string
  readonly command: string
}

export interface PmapFacts {
  /** 16 hex digits, as pmap prints it. */
  readonly address: string
  readonly kbytes: number
  readonly rss: number
  readonly dirty: number
  readonly mode: string
  readonly mapping: string
  readonly kind: MappingKind
}

export type FieldFacts = StatusLine

/** Counters of a process that cost nothing to read. */
export interface ProcessCounters {
  readonly majflt: number
  readonly minflt: number
  readonly vszKb: number
  readonly rssKb: number
  readonly rssAnonKb: number
  readonly rssFileKb: number
  readonly rssShmemKb: number
  readonly dirtyKb: number
  readonly pteKb: number
  /** MemFree in pages, and free pages on the CPUs' own lists, which it leaves out. */
  readonly freePages: number
  readonly pcpPages: number
}

/** All processes, by pid. */
export const psRows = (kernel: Kernel): readonly PsFacts[] =>
  psProcesses(kernel).map((process) => ({
    pid: process.pid,
    majflt: process.majflt,
    minflt: process.minflt,
    vsz: process.vszKb,
    rss: process.rssKb,
    stat: statOf(process),
    command: process.args,
  }))

/** All mappings in address order, and the totals line: Kbytes RSS Dirty. */
export function pmapRows(
  kernel: Kernel,
  pid: number,
): { readonly rows: readonly PmapFacts[]; readonly totals: readonly number[] } {
  const rows = mappingsOf(kernel, pid).map((own): PmapFacts => {
    const { address, kbytes, rss, dirty, mode, mapping } = pmapLine(kernel, pid, own, true)
    return { address, kbytes, rss, dirty, mode, mapping, kind: own.kind }
  })
  return { rows, totals: pmapTotals(rows) }
}

/** The fields of the mapping that starts there (hex, zeros in front or not), VmFlags last; none when there is none. */
export function smapsRows(kernel: Kernel, pid: number, start: string): readonly FieldFacts[] {
  const begins = (m: Mapping | undefined): boolean => m?.start.padStart(16, '0') === start.padStart(16, '0')
  const own = mappingAt(kernel, pid, parseInt(start, 16))
  // The vsyscall page is in no address space: only the list has it.
  const mapping = begins(own) ? own : mappingsOf(kernel, pid).find(begins)
  return mapping ? smapsFacts(kernel, pid, mapping) : []
}

/** The fields of every mapping, by its address as {@link PmapFacts} has it. */
export const allSmapsRows = (kernel: Kernel, pid: number): ReadonlyMap<string, readonly FieldFacts[]> =>
  new Map(mappingsOf(kernel, pid).map((m) => [m.start.padStart(16, '0'), smapsFacts(kernel, pid, m)]))

/** The lines Pss of smaps, added up: a walk over the process's pages. */
export const pssKbOf = (kernel: Kernel, pid: number): number =>
  mappingsOf(kernel, pid).reduce((sum, mapping) => sum + smapsOf(kernel, pid, mapping).Pss, 0)

function smapsFacts(kernel: Kernel, pid: number, mapping: Mapping): readonly FieldFacts[] {
  const { profile } = kernel
  const values = smapsOf(kernel, pid, mapping)
  const fields = smapsFieldsOf(profile).map((name): FieldFacts => {
    return { name, value: values[name], unit: name === 'THPeligible' ? '' : 'kB' }
  })
  const key: readonly FieldFacts[] = profile.smapsProtectionKey ? [{ name: 'ProtectionKey', value: 0, unit: '' }] : []
  return [...fields, ...key, { name: 'VmFlags', value: vmFlagLetters(mapping.flags).join(' '), unit: '' }]
}

export const buddyRows = (kernel: Kernel): readonly ZoneFreeBlocks[] => freeBlocks(kernel)

/** The lines of status about memory, and Threads. */
export const statusRows = (kernel: Kernel, pid: number): readonly FieldFacts[] =>
  statusLines(kernel, pid).filter(({ name }) => /^(Vm|Rss|Huge|Threads)/.test(name))

/** What the kernel keeps count of anyway: no walk. */
export function counters(kernel: Kernel, pid: number): ProcessCounters {
  const task = kernel.tasks.get(pid)
  const mm = task?.mm
  const pages = (n: number | undefined): number => (n ?? 0) * PAGE_KB
  return {
    majflt: task?.group.majFlt ?? 0,
    minflt: task?.group.minFlt ?? 0,
    vszKb: pages(mm?.totalVm),
    rssKb: pages(mm && rssPages(mm)),
    rssAnonKb: pages(mm?.rss.anon),
    rssFileKb: pages(mm?.rss.file),
    rssShmemKb: pages(mm?.rss.shmem),
    dirtyKb: pages(mm?.pgd.dirtyPages),
    pteKb: pages(mm?.pgd.tables),
    freePages: kernel.parts.buddy.totalFree,
    pcpPages: kernel.parts.buddy.totalPcp,
  }
}
