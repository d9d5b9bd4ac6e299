/**
 * /proc/PID/pagemap. The real file is binary, 8 bytes a page; here each page that has an entry is a line:
 *
 *   address      entry            pfn     bits
 *   55d0c0000000 8180000000012345 0x12345 present exclusive
 *
 * Left out: swap entries, userfaultfd (bit 57), guard regions (58).
 */
import { hex, PAGE_SIZE } from '../base/index.js'
import { PTE_SPECIAL, PTRS_PER_TABLE } from '../arch/x86/index.js'
import { PG_ANON } from '../mm/phys/index.js'
import { VM_SOFTDIRTY, type Vma } from '../mm/vma/index.js'
import type { Kernel, Task } from '../kernel/index.js'

const SOFT_DIRTY = 55
const EXCLUSIVE = 56
const FILE = 61
const PRESENT = 63
const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [PRESENT, 'present'],
  [FILE, 'file/shared'],
  [EXCLUSIVE, 'exclusive'],
  [SOFT_DIRTY, 'soft-dirty'],
]

/** One page of pagemap. */
export interface PagemapEntry {
  readonly address: number
  readonly pfn: number
  /** Bits 55 to 63 that are set. */
  readonly bits: ReadonlySet<number>
}

/** Pages of a task that have an entry, by address. @mm pagemap_pmd_range fs/proc/task_mmu.c */
export function pagemapEntries(kernel: Kernel, { mm }: Task): readonly PagemapEntry[] {
  if (!mm) return []
  const { tables } = kernel.parts
  const all: PagemapEntry[] = []
  for (const vma of mm.vmas) {
    tables.forEach(mm.pgd, vma.start, vma.end, (entry, address) => {
      if (!tables.isPresent(entry)) return
      const first = tables.pfnOf(entry)
      const special = (tables.low(entry) & PTE_SPECIAL) !== 0
      const pages = tables.isHuge(entry) ? PTRS_PER_TABLE : 1
      for (let i = 0; i < pages; i++)
        all.push({ address: address + i * PAGE_SIZE, pfn: first + i, bits: bitsOf(kernel, vma, first + i, special) })
    })
  }
  return all
}

/** Special entries (the page of zeros) have no page that could be anybody's. @mm pte_to_pagemap_entry fs/proc/task_mmu.c */
function bitsOf(kernel: Kernel, vma: Vma, frame: number, special: boolean): ReadonlySet<number> {
  const { map } = kernel.parts
  const bits = new Set([PRESENT])
  if (!special && !(map.flags[frame] & PG_ANON)) bits.add(FILE)
  if (!special && map.mapcount[frame] === 1) bits.add(EXCLUSIVE)
  if (vma.flags & VM_SOFTDIRTY) bits.add(SOFT_DIRTY)
  return bits
}

/** The 64 bits as 16 hex digits. */
export function entryHex({ pfn, bits }: PagemapEntry): string {
  let word = BigInt(pfn)
  for (const bit of bits) word |= 1n << BigInt(bit)
  return word.toString(16).padStart(16, '0')
}

export function pagemapText(kernel: Kernel, task: Task): string {
  const lines = pagemapEntries(kernel, task).map((entry) => {
    const names = NAMES.filter(([bit]) => entry.bits.has(bit)).map(([, name]) => name)
    return `${hex(entry.address, 12)} ${entryHex(entry)} 0x${entry.pfn.toString(16).padEnd(6)} ${names.join(' ')}\n`
  })
  return `${'address'.padEnd(12)} ${'entry'.padEnd(16)} ${'pfn'.padEnd(8)} bits\n${lines.join('')}`
}
