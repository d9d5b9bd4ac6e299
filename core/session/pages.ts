/**
 * The pages of a mapping and the page-table entries that lead to one, as an observer sees them: nothing is faulted in, no
 * accessed bit is set. Dirty and shared are told as smaps counts them.
 *
 * Left out: the vsyscall page, which has no entry in the process's own tables.
 */
import { hex, NO_PFN, PAGE_SIZE } from '../base/index.js'
import {
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_PSE,
  PTE_RW,
  PTE_SPECIAL,
  PTE_USER,
  PTRS_PER_TABLE,
} from '../arch/x86/index.js'
import type { Kernel } from '../kernel/index.js'
import { PG_ANON, PG_DIRTY, PG_SWAPBACKED } from '../mm/phys/index.js'
import { vmaAt, type Mm, type Vma } from '../mm/vma/index.js'
import { TABLE_LEVELS, type EntryBit, type PageRow, type WalkRow } from '../protocol/index.js'
import type { Facts } from './heap.js'

function mappingAt(kernel: Kernel, pid: number, address: string): { readonly mm: Mm; readonly vma: Vma } | undefined {
  const mm = kernel.tasks.get(pid)?.mm
  const vma = mm && vmaAt(mm, parseInt(address, 16))
  return mm && vma && { mm, vma }
}

/** Pages of the mapping that holds the address; 0 if there is none. */
export function pageCount(kernel: Kernel, pid: number, start: string): number {
  const vma = mappingAt(kernel, pid, start)?.vma
  return vma ? (vma.end - vma.start) / PAGE_SIZE : 0
}

/** So many pages of the mapping, from the one numbered `from`. */
export function pageRows(
  kernel: Kernel,
  pid: number,
  start: string,
  from: number,
  count: number,
): readonly Facts<PageRow>[] {
  const at = mappingAt(kernel, pid, start)
  if (!at) return []
  const first = at.vma.start + from * PAGE_SIZE
  const end = Math.min(at.vma.end, first + count * PAGE_SIZE)
  const rows: Facts<PageRow>[] = []
  for (let address = first; address < end; address += PAGE_SIZE) rows.push({ address: hex(address, 16), ...ABSENT })
  const { tables } = kernel.parts
  tables.forEach(at.mm.pgd, first, end, (entry, address) => {
    const pages = tables.isHuge(entry) ? PTRS_PER_TABLE : 1
    for (let i = 0; i < pages; i++) {
      const page = address + i * PAGE_SIZE
      const index = (page - first) / PAGE_SIZE
      if (index >= 0 && index < rows.length) rows[index] = { address: hex(page, 16), ...pageFacts(kernel, entry, page) }
    }
  })
  return rows
}

const ABSENT = {
  state: 'absent',
  dirty: false,
  accessed: false,
  writable: false,
  huge: false,
  sharers: 0,
  frame: -1,
} as const

function pageFacts(kernel: Kernel, entry: number, address: number): Omit<Facts<PageRow>, 'address'> {
  const { tables, map } = kernel.parts
  const low = tables.low(entry)
  if (!tables.isPresent(entry)) return { ...ABSENT, state: 'swapped' }
  const frame = tables.pageAt(entry, address)
  const seen = {
    accessed: (low & PTE_ACCESSED) !== 0,
    writable: (low & PTE_RW) !== 0,
    huge: tables.isHuge(entry),
    frame,
  }
  if (low & PTE_SPECIAL) return { ...seen, state: 'zero', dirty: false, sharers: 0 }
  const flags = map.flags[frame]
  const kind = flags & PG_ANON ? 'anon' : flags & PG_SWAPBACKED ? 'shmem' : 'file'
  return {
    ...seen,
    state: low & PTE_PRESENT ? kind : 'hidden',
    dirty: (low & PTE_DIRTY) !== 0 || (flags & PG_DIRTY) !== 0,
    sharers: map.mapcount[frame],
  }
}

// ---- the walk -----------------------------------------------------------------------------------------------------

/** The entries a walk for the address meets; none where the process has no memory any more. */
export function walkRows(kernel: Kernel, pid: number, address: string): readonly Facts<WalkRow>[] {
  const mm = kernel.tasks.get(pid)?.mm
  const at = parseInt(address, 16)
  if (!mm || at >= 2 ** 47) return []
  const { tables } = kernel.parts
  const steps = tables.path(mm.pgd, at)
  return steps.map(({ table, index, entry }, depth) => ({
    level: TABLE_LEVELS[depth],
    index,
    table,
    entry: entryText(tables.low(entry), tables.high(entry)),
    bits: bitsOf(tables.low(entry), tables.high(entry), depth),
    frame: tables.isPresent(entry) ? tables.pfnOf(entry) : NO_PFN,
    last: depth === steps.length - 1,
  }))
}

const entryText = (low: number, high: number): string => hex(high >>> 0, 8) + hex(low >>> 0, 8)

/** Bits of the low half; what stands at PROTNONE's place means that only where PRESENT is not set. */
const BITS: readonly (readonly [EntryBit, number])[] = [
  ['PRESENT', PTE_PRESENT],
  ['RW', PTE_RW],
  ['USER', PTE_USER],
  ['ACCESSED', PTE_ACCESSED],
  ['DIRTY', PTE_DIRTY],
  ['PSE', PTE_PSE],
  ['PROTNONE', PTE_PROTNONE],
  ['SPECIAL', PTE_SPECIAL],
]

function bitsOf(low: number, high: number, depth: number): readonly EntryBit[] {
  const means = (bit: EntryBit): boolean =>
    bit === 'PROTNONE' ? (low & PTE_PRESENT) === 0 : bit !== 'PSE' || depth === TABLE_LEVELS.indexOf('pmd')
  const bits = BITS.filter(([bit, mask]) => (low & mask) !== 0 && means(bit)).map(([bit]) => bit)
  return high & PTE_NX_HIGH ? [...bits, 'NX'] : bits
}
