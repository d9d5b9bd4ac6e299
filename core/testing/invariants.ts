/**
 * What is always true of a machine, whatever ran on it. Each check recounts from the bottom (the free lists, the table
 * pages' own bytes, the mappings) and compares with what the kernel keeps; nothing here trusts the code it checks.
 * A violation is one sentence with the numbers in it.
 *
 * Left out: blocks of more than one page in use other than huge pages and slabs, swap entries.
 */
import { assert, hex, join32, NO_PFN, PAGE_SIZE, pfn, type Pfn } from '../base/index.js'
import {
  PTE_ACCESSED,
  PTE_DIRTY,
  PTE_NX_HIGH,
  PTE_PRESENT,
  PTE_PROTNONE,
  PTE_PSE,
  PTE_RW,
  PTE_SPECIAL,
  ptePfn,
  PTRS_PER_TABLE,
  tlbEntry,
} from '../arch/x86/index.js'
import type { Kernel, MachineParts } from '../kernel/index.js'
import { TLB_ENTRIES, TLB_FRAME, TLB_READ, TLB_WRITE } from '../kernel/uapi/index.js'
import type { Inode } from '../mm/backing/index.js'
import {
  MAX_ORDER,
  MIGRATETYPES,
  ORDERS,
  PG_ANON,
  PG_BUDDY,
  PG_CACHE,
  PG_DIRTY,
  PG_PCP,
  PG_RESERVED,
  PG_SLAB,
  PG_SWAPBACKED,
  PG_TABLE,
  PG_THP,
  zoneOf,
  ZONE_NAMES,
  ZONES,
  type MigrateType,
  type ZoneIndex,
} from '../mm/phys/index.js'
import { counters, rollupOf } from '../proc/index.js'
import { checkSlabs } from './slab-invariants.js'
import {
  anyVmaIn,
  canMerge,
  VM_ACCESS_FLAGS,
  VM_ACCOUNT,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_SHARED,
  VM_WRITE,
  vmaAt,
  type Mm,
  type Vma,
} from '../mm/vma/index.js'

type Report = (violation: string) => void

/** Throws with every violation there is, or returns. */
export function assertInvariants(kernel: Kernel): void {
  const found = violations(kernel)
  assert(found.length === 0, `${found.length} invariants are broken:\n  ${found.slice(0, 20).join('\n  ')}`)
}

export function violations(kernel: Kernel): string[] {
  const { parts } = kernel
  const found: string[] = []
  const report: Report = (violation) => found.push(violation)
  const free = checkFreeLists(parts, report)
  const owners = checkOwners(parts, free, report)
  const mapped = new Int32Array(parts.map.pages)
  const held = new Int32Array(parts.map.pages)
  let tables = 0
  const first = kernel.tasks.processes[0]?.mm
  for (const mm of kernel.tasks.mms) {
    tables += checkMm(parts, mm, mapped, held, report)
    checkVmas(mm, mm !== first, report)
    checkTotals(mm, report)
  }
  if (tables !== owners.tables) report(`${owners.tables} pages are marked as page tables, the mms have ${tables}`)
  checkReferences(parts, mapped, held, report)
  checkPageCache(parts, owners.cache, report)
  checkFileMappings(kernel, report)
  checkDirty(kernel, report)
  checkTlb(parts, currentMm(kernel), report)
  checkArena(parts, report)
  checkSlabs(kernel, report)
  return found
}

/** The address space the TLB speaks of: after a thread's end still that of its process. */
function currentMm({ tasks, runningPid }: Kernel): Mm | undefined {
  if (runningPid === 0) return undefined
  const { mm, group } = tasks.current
  return mm ?? tasks.threadsOf(group).find((thread) => thread.mm)?.mm
}

// ---- physical pages -------------------------------------------------------------------------------------------------

type Buddy = Pick<MachineParts, 'map' | 'buddy' | 'contents'>

/** Checks every free list against the pages on it. Returns which pages are free. */
export function checkFreeLists(parts: Buddy, report: Report): Uint8Array {
  const { map, buddy } = parts
  const covered = new Uint8Array(map.pages)
  let blocks = 0
  for (let zone = 0; zone < ZONES; zone++) {
    let pages = 0
    for (let size = 0; size < ORDERS; size++) {
      for (let type = 0; type < MIGRATETYPES; type++) {
        const n = checkList(parts, zone as ZoneIndex, size, type as MigrateType, covered, report)
        blocks += n
        pages += n << size
      }
    }
    const said = buddy.nrFree[zone]
    checkPcp(parts, zone as ZoneIndex, covered, report)
    if (said !== pages) report(`zone ${ZONE_NAMES[zone]} says ${said} pages are free, its lists hold ${pages}`)
  }
  let heads = 0
  for (let p = 0; p < map.pages; p++) if (map.flags[p] & PG_BUDDY) heads++
  if (heads !== blocks) report(`${heads} pages are marked PG_buddy, ${blocks} blocks are on lists`)
  return covered
}

/** Blocks on the CPU's lists are whole, marked, and in use as far as the zone is concerned. */
function checkPcp({ map, buddy }: Buddy, zone: ZoneIndex, covered: Uint8Array, report: Report): void {
  let pages = 0
  for (const [head, size] of buddy.pcp.blocks(zone)) {
    const name = `block ${head} of order ${size} on the CPU's lists`
    if (zoneOf(head) !== zone) report(`${name} is of zone ${ZONE_NAMES[zoneOf(head)]}, not ${ZONE_NAMES[zone]}`)
    for (let p: number = head; p < head + (1 << size); p++) {
      if (covered[p]) report(`page ${p} of ${name} is on another list too`)
      if (map.flags[p] !== (p === head ? PG_PCP : 0) || map.refcount[p] !== 0 || map.mapcount[p] !== 0)
        report(`page ${p} of ${name} has flags ${hex(map.flags[p])} and ${map.refcount[p]} references`)
      covered[p] = ON_PCP
    }
    pages += 1 << size
  }
  if (buddy.pcp.count(zone) !== pages)
    report(`the CPU's lists of zone ${ZONE_NAMES[zone]} say ${buddy.pcp.count(zone)} pages and hold ${pages}`)
}

/** Mark of a page that is on one of the CPU's lists, beside 1 for those on the zone's. */
const ON_PCP = 2

function checkList(
  parts: Buddy,
  zone: ZoneIndex,
  size: number,
  type: MigrateType,
  covered: Uint8Array,
  report: Report,
): number {
  const { map, buddy } = parts
  let blocks = 0
  let before: number = NO_PFN
  for (const head of buddy.freeList(zone, size, type)) {
    const name = `free block ${head} of order ${size}`
    blocks++
    if (covered[head]) {
      report(`${name} overlaps another or is on two lists`)
      break
    }
    if (map.prev[head] !== before) report(`${name} is behind ${before}, its prev says ${map.prev[head]}`)
    if (head % (1 << size) !== 0) report(`${name} is not aligned`)
    if (zoneOf(head) !== zone) report(`${name} is on a list of zone ${ZONE_NAMES[zone]}`)
    if (buddy.typeOf(head) !== type) report(`${name} is on list ${type}, its pageblock is ${buddy.typeOf(head)}`)
    checkBlock(parts, head, size, covered, name, report)
    checkBuddy(parts, head, size, zone, name, report)
    before = head
  }
  const said = buddy.freeBlocksOfType(zone, size, type)
  if (said !== blocks) report(`list ${ZONE_NAMES[zone]}/${size}/${type} says ${said} blocks and holds ${blocks}`)
  return blocks
}

function checkBlock(parts: Buddy, head: Pfn, size: number, covered: Uint8Array, name: string, report: Report): void {
  const { map, contents } = parts
  if (map.order[head] !== size) report(`${name} has order ${map.order[head]} in its page`)
  for (let p: number = head; p < head + (1 << size); p++) {
    const wanted = p === head ? PG_BUDDY : 0
    if (map.flags[p] !== wanted) report(`page ${p} of ${name} has flags ${hex(map.flags[p])}, not ${hex(wanted)}`)
    if (map.refcount[p] !== 0 || map.mapcount[p] !== 0)
      report(`page ${p} of ${name} has references ${map.refcount[p]}, mappings ${map.mapcount[p]}`)
    if (contents.hasStorage(pfn(p))) report(`page ${p} of ${name} has storage`)
    covered[p] = 1
  }
}

/** Two free buddies of one order in one zone would have been joined. */
function checkBuddy(parts: Buddy, head: Pfn, size: number, zone: ZoneIndex, name: string, report: Report): void {
  const other = head ^ (1 << size)
  if (size === MAX_ORDER || other >= parts.map.pages || zoneOf(other) !== zone) return
  if (parts.map.has(pfn(other), PG_BUDDY) && parts.map.order[other] === size)
    report(`${name} and its buddy ${other} are both free and not joined`)
}

interface Owners {
  readonly tables: number
  readonly cache: number
}

/** Every page of RAM is free or has exactly one owner, and the zones' sums agree. */
function checkOwners(parts: MachineParts, free: Uint8Array, report: Report): Owners {
  const { map, buddy } = parts
  const kernelPages = new Set<number>([parts.zeroPage, ...parts.vdsoPages, ...hugeZeroPages(parts)])
  const used = [0, 0, 0]
  const owners = { tables: 0, cache: 0 }
  for (const ram of buddy.layout.ram) {
    for (let p = ram.start; p < ram.end; p++) {
      if (free[p]) {
        if (free[p] === ON_PCP) used[zoneOf(p)]++
        continue
      }
      const flags = map.flags[p]
      if (flags & PG_RESERVED && !kernelPages.has(p)) continue
      used[zoneOf(p)]++
      const kinds = [PG_TABLE, PG_CACHE, PG_ANON, PG_RESERVED, PG_SLAB].filter((flag) => flags & flag)
      if (kinds.length !== 1) report(`page ${p} in use has ${kinds.length} owners: flags ${hex(flags)}`)
      if (flags & PG_TABLE) owners.tables++
      if (flags & PG_CACHE) owners.cache++
      if (map.refcount[headOf(parts, p)] <= 0) report(`page ${p} is in use with ${map.refcount[p]} references`)
    }
  }
  for (let zone = 0; zone < ZONES; zone++) {
    const sum = buddy.nrFree[zone] + used[zone]
    if (sum !== buddy.managed[zone])
      report(`zone ${ZONE_NAMES[zone]}: free + used = ${sum}, managed are ${buddy.managed[zone]}`)
  }
  return owners
}

/** The page at which a page's references are counted. */
const headOf = ({ map, mm }: MachineParts, page: number): number =>
  map.has(pfn(page), PG_THP) || (mm.hugeZero.frame >= 0 && page - (page % PTRS_PER_TABLE) === mm.hugeZero.frame)
    ? page - (page % PTRS_PER_TABLE)
    : map.has(pfn(page), PG_SLAB)
      ? page - (page % (1 << map.order[page]))
      : page

const hugeZeroPages = ({ mm }: MachineParts): readonly number[] =>
  mm.hugeZero.frame < 0 ? [] : Array.from({ length: PTRS_PER_TABLE }, (_, i) => mm.hugeZero.frame + i)

/** @param held entries that hold a reference, by the page where it is counted */
function checkReferences(parts: MachineParts, mapped: Int32Array, held: Int32Array, report: Report): void {
  const { map } = parts
  for (let p = 0; p < map.pages; p++) {
    if (map.mapcount[p] !== mapped[p]) report(`page ${p} has mapcount ${map.mapcount[p]}, ${mapped[p]} entries map it`)
    const flags = map.flags[p]
    const own =
      flags & (PG_CACHE | PG_TABLE) ||
      (flags & PG_SLAB && headOf(parts, p) === p) ||
      (map.refcount[p] > 0 && flags & PG_RESERVED)
        ? 1
        : 0
    if (map.refcount[p] !== own + held[p])
      report(`page ${p} has ${map.refcount[p]} references, it should have ${own} + ${held[p]} mappings`)
  }
}

/** Files lead to exactly the mappings there are of them. */
function checkFileMappings({ tasks, parts }: Kernel, report: Report): void {
  const { rmap } = parts.mm.structures
  const shown = new Map<number, Set<Vma>>(parts.cache.all.map(({ ino }) => [ino, new Set<Vma>()]))
  for (const mm of tasks.mms) for (const vma of mm.vmas) if (vma.file !== 0) shown.get(vma.file)!.add(vma)
  for (const [ino, vmas] of shown) {
    const found = rmap.mappings(ino, 0, Infinity)
    const known = found.filter(({ mm, vma }) => vmas.has(vma) && tasks.mms.includes(mm))
    if (known.length !== vmas.size || found.length !== vmas.size)
      report(`inode ${ino} leads to ${found.length} mappings, ${known.length} of the ${vmas.size} there are`)
    if (rmap.isMapped(ino) !== vmas.size > 0) report(`inode ${ino} does not know whether it is mapped`)
    const firsts = found.map(({ vma }) => vma.pgoff)
    if (firsts.some((first, i) => i > 0 && first < firsts[i - 1]))
      report(`the mappings of inode ${ino} are in disorder`)
  }
  const spaces = [...rmap.mms]
  if (spaces.length !== tasks.mms.length || spaces.some((mm) => !tasks.mms.includes(mm)))
    report(`${spaces.length} address spaces are known, the tasks have ${tasks.mms.length}`)
}

/** The figure that is counted all the time is the sum that smaps makes of a walk. */
function checkDirty(kernel: Kernel, report: Report): void {
  for (const { pid, mm } of kernel.tasks.processes) {
    if (!mm) continue
    const { sharedDirty, privateDirty } = rollupOf(kernel, pid)
    const { dirtyKb } = counters(kernel, pid)
    if (dirtyKb * 1024 !== sharedDirty + privateDirty)
      report(`process ${pid} counts ${dirtyKb} kB dirty, smaps ${sharedDirty / 1024} + ${privateDirty / 1024} kB`)
  }
}

function checkPageCache(parts: MachineParts, marked: number, report: Report): void {
  let cached = 0
  for (const inode of parts.cache.all) {
    for (const [index, frame] of inode.pages) {
      cached++
      const { flags, mapping, index: at } = parts.map
      if (!(flags[frame] & PG_CACHE)) report(`page ${frame} of ${inode.path} is not marked as page cache`)
      if (mapping[frame] !== inode.ino || at[frame] !== index)
        report(`page ${frame} says inode ${mapping[frame]} index ${at[frame]}, not ${inode.ino} index ${index}`)
      if (((flags[frame] & PG_SWAPBACKED) !== 0) !== inode.shmem)
        report(`page ${frame} of ${inode.path} is shared memory in its flags or in its inode, not in both`)
    }
    checkFolios(parts, inode, report)
  }
  if (cached !== marked) report(`inodes hold ${cached} pages, ${marked} are marked as page cache`)
}

/** Folios are aligned, do not overlap, hold cached pages only, and are dirty or clean as a whole. */
function checkFolios(parts: MachineParts, inode: Inode, report: Report): void {
  const covered = new Set<number>()
  for (const [first, size] of inode.folios) {
    const name = `folio ${first} of order ${size} of ${inode.path}`
    if (first % 2 ** size !== 0) report(`${name} is not aligned`)
    const head = inode.pages.get(first)
    for (let i = first; i < first + 2 ** size; i++) {
      const frame = inode.pages.get(i)
      if (frame === undefined || head === undefined) report(`${name} lacks page ${i}`)
      else if (parts.map.has(frame, PG_DIRTY) !== parts.map.has(head, PG_DIRTY)) report(`${name} is partly dirty`)
      if (covered.has(i)) report(`${name} overlaps another`)
      covered.add(i)
    }
  }
}

function checkArena(parts: MachineParts, report: Report): void {
  let stored = parts.contents.patternSlots + parts.contents.packedSlots
  for (let p = 0; p < parts.map.pages; p++)
    if (parts.contents.hasStorage(pfn(p)) && !parts.contents.isPacked(pfn(p))) stored++
  const { slotsInUse } = parts.arena
  if (slotsInUse !== stored) report(`the arena says ${slotsInUse} slots are in use, frames and patterns have ${stored}`)
}

// ---- page tables ----------------------------------------------------------------------------------------------------

export interface Leaf {
  readonly address: number
  readonly low: number
  readonly high: number
}

/** Bytes that one entry of a table covers, from the pgd down. */
const SPAN = [2 ** 39, 2 ** 30, 2 ** 21, 2 ** 12]
const LEAF_DEPTH = 3
const HUGE_DEPTH = 2

/** Reads the tables from their bytes: every entry that is not empty, and every table page below the pgd. */
export function walkTables(
  parts: MachineParts,
  mm: Mm,
  leaf: (leaf: Leaf) => void,
  table: (frame: Pfn, start: number, size: number) => void,
): void {
  const walk = (frame: Pfn, base: number, depth: number): void => {
    const at = parts.contents.pinned(frame) >> 2
    for (let i = 0; i < 512; i++) {
      const low = parts.arena.i32[at + 2 * i]
      const high = parts.arena.i32[at + 2 * i + 1]
      const address = base + i * SPAN[depth]
      if (low === 0 && high === 0) continue
      if (depth === LEAF_DEPTH || (depth === HUGE_DEPTH && low & PTE_PSE)) leaf({ address, low, high })
      else {
        table(ptePfn(low, high), address, SPAN[depth])
        walk(ptePfn(low, high), address, depth + 1)
      }
    }
  }
  walk(mm.pgd.frame, 0, 0)
}

/** Checks one address space's entries and counters; adds its mappings to `mapped`. Returns its table pages. */
function checkMm(parts: MachineParts, mm: Mm, mapped: Int32Array, held: Int32Array, report: Report): number {
  const rss = { file: 0, anon: 0, shmem: 0 }
  let dirty = 0
  let tables = 0
  walkTables(
    parts,
    mm,
    (leaf) => {
      checkLeaf(parts, mm, leaf, report)
      if (leaf.low & PTE_PSE) tables += checkHuge(parts, mm, leaf, report)
      if (leaf.low & PTE_SPECIAL) return
      const pages = leaf.low & PTE_PSE ? PTRS_PER_TABLE : 1
      const first = ptePfn(leaf.low, leaf.high)
      const cached = parts.map.has(first, PG_CACHE)
      if (!cached) held[headOf(parts, first)]++
      for (let frame: number = first; frame < first + pages; frame++) {
        if (cached) held[frame]++
        mapped[frame]++
        if (leaf.low & PTE_DIRTY || parts.map.flags[frame] & PG_DIRTY) dirty++
      }
      if (parts.map.has(first, PG_ANON)) rss.anon += pages
      else if (parts.map.has(first, PG_SWAPBACKED)) rss.shmem += pages
      else rss.file += pages
    },
    (frame, start, size) => {
      tables++
      const name = `table ${frame} of ${hex(start)}`
      if (!parts.map.has(frame, PG_TABLE)) report(`${name} is not marked as a page table`)
      if (!anyVmaIn(mm, start, start + size)) report(`${name} covers no mapping`)
    },
  )
  const same = (what: string, said: number, counted: number): void => {
    if (said !== counted) report(`${what} says ${said}, the page tables have ${counted}`)
  }
  same('rss.anon', mm.rss.anon, rss.anon)
  same('rss.file', mm.rss.file, rss.file)
  same('rss.shmem', mm.rss.shmem, rss.shmem)
  same('dirty pages', mm.pgd.dirtyPages, dirty)
  same('pgd.tables', mm.pgd.tables, tables)
  return tables + 1
}

/**
 * A huge entry: aligned, inside one mapping, a whole block or folio behind it, a table in deposit for it unless it maps a
 * file. Returns its tables.
 */
function checkHuge(parts: MachineParts, mm: Mm, { address, low, high }: Leaf, report: Report): number {
  const name = `huge entry of ${hex(address)}`
  const head = ptePfn(low, high)
  const vma = vmaAt(mm, address)
  if (!vma || address + SPAN[HUGE_DEPTH] > vma.end) report(`${name} leaves its mapping`)
  if (head % PTRS_PER_TABLE !== 0) report(`${name} maps page ${head}, which is not aligned`)
  const file = parts.map.has(head, PG_CACHE)
  const whole =
    low & PTE_SPECIAL ? head === parts.mm.hugeZero.frame : file ? isFolio(parts, head) : isBlock(parts, head)
  if (!whole) report(`${name} maps page ${head}, which heads no block of 2 MiB`)
  const deposits = parts.tables.deposits(mm.pgd, address)
  const base = address - (address % SPAN[1])
  let huge = 0
  for (let at = base; at < base + SPAN[1]; at += SPAN[HUGE_DEPTH]) {
    const entry = parts.tables.find(mm.pgd, at)
    if (entry !== 0 && parts.tables.isHuge(entry) && !parts.map.has(parts.tables.pfnOf(entry), PG_CACHE)) huge++
  }
  if (deposits.length !== huge) report(`${huge} huge entries around ${hex(address)} have ${deposits.length} deposits`)
  return file ? 0 : 1
}

/** Whether the page begins a folio of 2 MiB of its file. */
function isFolio({ cache, map }: MachineParts, head: Pfn): boolean {
  const folio = cache.folioAt(cache.inode(map.mapping[head]), map.index[head])
  return folio?.first === map.index[head] && folio.pages === PTRS_PER_TABLE
}

function isBlock({ map }: MachineParts, head: Pfn): boolean {
  for (let p: number = head; p < head + PTRS_PER_TABLE; p++) if (!map.has(pfn(p), PG_THP)) return false
  return true
}

function checkLeaf(parts: MachineParts, mm: Mm, { address, low, high }: Leaf, report: Report): void {
  const name = `entry of ${hex(address)} (${hex(high >>> 0, 8)}${hex(low >>> 0, 8)})`
  const vma = vmaAt(mm, address)
  if (!vma) return report(`${name} lies in no mapping`)
  const hidden = (vma.flags & VM_ACCESS_FLAGS) === 0
  const presence = low & (PTE_PRESENT | PTE_PROTNONE)
  if (presence !== (hidden ? PTE_PROTNONE : PTE_PRESENT)) report(`${name} is ${hidden ? 'not hidden' : 'not present'}`)
  if (low & PTE_RW && !(vma.flags & VM_WRITE)) report(`${name} is writable, its mapping is not`)
  if (((high & PTE_NX_HIGH) === 0) !== ((vma.flags & VM_EXEC) !== 0)) report(`${name} has NX unlike its mapping`)
  checkFrame(parts, vma, address, low, ptePfn(low, high), name, report)
}

function checkFrame(
  {
    map,
    zeroPage,
    mm: {
      hugeZero: { frame: hugeZero },
    },
  }: MachineParts,
  vma: Vma,
  address: number,
  low: number,
  frame: Pfn,
  name: string,
  report: Report,
): void {
  const index = vma.pgoff + (address - vma.start) / PAGE_SIZE
  if (low & PTE_SPECIAL) {
    const zero = low & PTE_PSE ? hugeZero : zeroPage
    if (frame !== zero || vma.file !== 0) report(`${name} is special and not the zero page of anonymous memory`)
    if (low & (PTE_RW | PTE_DIRTY)) report(`${name} makes the zero page writable or dirty`)
  } else if (map.has(frame, PG_ANON)) {
    if (!vma.anonChain.some(({ anonVma }) => anonVma === map.mapping[frame]))
      report(`${name}: page of anon_vma ${map.mapping[frame]}, to which its mapping is not linked`)
    if (map.index[frame] !== index) report(`${name}: page ${map.index[frame]} of its anon_vma, not ${index}`)
  } else if (map.has(frame, PG_CACHE)) {
    if (map.mapping[frame] !== vma.file || map.index[frame] !== index)
      report(`${name}: page ${map.index[frame]} of inode ${map.mapping[frame]}, not ${index} of ${vma.file}`)
    if (low & PTE_RW && !(vma.flags & VM_SHARED)) report(`${name} lets a private mapping write to the page cache`)
    const told = map.has(frame, PG_DIRTY) || map.has(frame, PG_SWAPBACKED)
    if (low & (PTE_RW | PTE_DIRTY) && !told) report(`${name} is writable or dirty, its file does not know`)
  } else if (vma.specialPages[index] !== frame) report(`${name} maps page ${frame}, which is nobody's`)
}

// ---- mappings -------------------------------------------------------------------------------------------------------

/** @param forked neighbours that differed in a lock alone are alike in a child, and dup_mmap merges nothing */
function checkVmas(mm: Mm, forked: boolean, report: Report): void {
  for (const vma of mm.vmas) {
    const name = `mapping ${hex(vma.start)}-${hex(vma.end)}`
    if (vma.start >= vma.end || vma.start % PAGE_SIZE !== 0 || vma.end % PAGE_SIZE !== 0) report(`${name} is no range`)
    const next = mm.vmas.find(vma.end)
    if (!next) continue
    if (next.start < vma.end) report(`${name} overlaps ${hex(next.start)}-${hex(next.end)}`)
    const apart = vma.end === mm.startBrk || (vma.flags & next.flags & VM_GROWSDOWN) !== 0
    if (!forked && canMerge(vma, next) && !apart)
      report(`${name} is not merged with ${hex(next.start)}-${hex(next.end)}`)
  }
}

function checkTotals(mm: Mm, report: Report): void {
  const count = (holds: (flags: number) => boolean): number =>
    [...mm.vmas].reduce((n, vma) => n + (holds(vma.flags) ? (vma.end - vma.start) / PAGE_SIZE : 0), 0)
  const same = (what: string, said: number, counted: number): void => {
    if (said !== counted) report(`${what} says ${said} pages, the mappings have ${counted}`)
  }
  const kind = VM_WRITE | VM_SHARED | VM_GROWSDOWN
  same(
    'total_vm',
    mm.totalVm,
    count(() => true),
  )
  same(
    'data_vm',
    mm.dataVm,
    count((flags) => (flags & kind) === VM_WRITE),
  )
  same(
    'exec_vm',
    mm.execVm,
    count((flags) => (flags & (VM_EXEC | VM_WRITE | VM_GROWSDOWN)) === VM_EXEC),
  )
  same(
    'stack_vm',
    mm.stackVm,
    count((flags) => (flags & VM_GROWSDOWN) !== 0),
  )
  same(
    'locked_vm',
    mm.lockedVm,
    count((flags) => (flags & VM_LOCKED) !== 0),
  )
  same(
    'committed_vm',
    mm.committedVm,
    count((flags) => (flags & VM_ACCOUNT) !== 0),
  )
  if (mm.hiwaterVm < mm.totalVm) report(`hiwater_vm ${mm.hiwaterVm} is below total_vm ${mm.totalVm}`)
}

// ---- TLB ------------------------------------------------------------------------------------------------------------

function checkTlb(parts: MachineParts, mm: Mm | undefined, report: Report): void {
  const { i32 } = parts.arena
  for (let set = 0; set < TLB_ENTRIES; set++) {
    const entry = tlbEntry(set)
    for (const tag of [TLB_READ, TLB_WRITE]) {
      const low = i32[entry + (tag >> 2)]
      const high = i32[entry + (tag >> 2) + 1]
      if (low === -1 && high === -1) continue
      checkTlbEntry(parts, mm, set, join32(low, high), i32[entry + (TLB_FRAME >> 2)], tag === TLB_WRITE, report)
    }
  }
}

function checkTlbEntry(
  parts: MachineParts,
  mm: Mm | undefined,
  set: number,
  address: number,
  offset: number,
  write: boolean,
  report: Report,
): void {
  const name = `TLB entry ${set} for ${write ? 'writing' : 'reading'} ${hex(address)}`
  if ((address / PAGE_SIZE) % TLB_ENTRIES !== set) report(`${name} is in the wrong set`)
  const pte = mm ? parts.tables.find(mm.pgd, address) : 0
  const low = pte === 0 ? 0 : parts.tables.low(pte)
  const needed = PTE_PRESENT | PTE_ACCESSED | (write ? PTE_RW | PTE_DIRTY : 0)
  if ((low & needed) !== needed) return report(`${name} stands on page-table entry ${hex(low >>> 0)}`)
  const frame = parts.tables.pageAt(pte, address)
  if (write && !parts.contents.hasStorage(frame)) return report(`${name} is of page ${frame}, which has no storage`)
  const place = parts.contents.hasStorage(frame) ? parts.contents.place(frame) : parts.contents.readable(frame)
  if (place !== offset) report(`${name} leads to ${offset}, page ${frame} is at ${place}`)
}

// ---- the end --------------------------------------------------------------------------------------------------------

/** Free pages of each zone. */
export const freePages = (kernel: Kernel): readonly number[] => [...kernel.parts.buddy.nrFree]

/**
 * After the last task's exit everything is as after boot, but for the page cache and the inodes of the files that were
 * opened. Slabs without an object are given back first.
 */
export function leaks(kernel: Kernel, afterBoot: readonly number[]): string[] {
  const cached = [0, 0, 0]
  const { map } = kernel.parts
  kernel.parts.mm.objects.slab.shrink()
  kernel.parts.buddy.pcp.drain()
  for (let p = 0; p < map.pages; p++) if (map.has(pfn(p), PG_SLAB)) cached[zoneOf(p)]++
  for (const inode of kernel.parts.cache.all) for (const frame of inode.pages.values()) cached[zoneOf(frame)]++
  const found: string[] = []
  for (const frame of hugeZeroPages(kernel.parts)) cached[zoneOf(frame)]++
  for (let zone = 0; zone < ZONES; zone++) {
    const missing = afterBoot[zone] - cached[zone] - kernel.parts.buddy.nrFree[zone]
    if (missing !== 0) found.push(`zone ${ZONE_NAMES[zone]} lacks ${missing} pages after exit`)
  }
  const { slab } = kernel.parts.mm.objects
  const left = slab.caches.reduce((n, cache) => n + slab.counts(cache).used, 0)
  const inodes = kernel.parts.cache.all.reduce((n, { objects }) => n + objects.length, 0)
  if (left !== inodes) found.push(`${left} kernel objects are left after exit, the inodes have ${inodes}`)
  return found
}
