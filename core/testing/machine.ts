/**
 * Builders for tests: a small booted machine with a minimal program on it, and fixtures that are drawn as text.
 *
 *   mappings    one letter a page:  A rw- anonymous   R r--   X r-x   N ---   . a hole
 *               [..] is the range that the operation works on, | a boundary between two mappings of the same kind
 *                 'AA[.]R -> AAAR'     'A[AA]A -> A..A'
 *   buddy       one sign a page:  # in use, else the order of the free block: '#011222233333333'
 */
import { assert, PAGE_SIZE, StateRegistry, type Pfn } from '../base/index.js'
import {
  boot,
  drawEntropy,
  exec,
  fixedEntropy,
  SyscallTable,
  type Kernel,
  type ProgramStart,
  type Task,
} from '../kernel/index.js'
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
  type ElfImage,
} from '../kernel/uapi/index.js'
import {
  Arena,
  FrameContents,
  HOT_SLOTS,
  MemMap,
  memoryLayout,
  MIGRATETYPES,
  ORDERS,
  PageAllocator,
  ZONES,
  type MigrateType,
  type ZoneIndex,
} from '../mm/phys/index.js'
import { VM_ACCESS_FLAGS, VM_EXEC, VM_READ, VM_WRITE, vmaAt, type Mm } from '../mm/vma/index.js'
import { debian12, type Profile } from '../profiles/index.js'

export const MIB_PAGES = 256

/** What a test may want different from the profile. */
export interface MachineOptions extends Partial<Profile> {
  /** Address space randomisation with this seed; without one everything is where `setarch -R` puts it. */
  readonly seed?: number
  /** Pages' contents that the host keeps before it packs cold ones. */
  readonly hotSlots?: number | undefined
}

/** The smallest program that a compiler of that machine makes, without contents. */
export function minimalImage(profile: Profile): ElfImage {
  const path = `${profile.program.directory}/${profile.program.name}`
  const r = { read: true, write: false, exec: false }
  const rx = { read: true, write: false, exec: true }
  const rw = { read: true, write: true, exec: false }
  if (profile.program.template.pie) {
    return {
      path,
      pie: true,
      segments: [
        { vaddr: 0, offset: 0, fileSize: 0x600, memSize: 0x600, ...r },
        { vaddr: 0x1000, offset: 0x1000, fileSize: 0x200, memSize: 0x200, ...rx },
        { vaddr: 0x2000, offset: 0x2000, fileSize: 0x100, memSize: 0x100, ...r },
        { vaddr: 0x3dd0, offset: 0x2dd0, fileSize: 0x250, memSize: 0x258, ...rw },
      ],
      relro: { vaddr: 0x3dd0, size: 0x230 },
      contents: [],
      fileSize: 0x3d00,
    }
  }
  return {
    path,
    pie: false,
    segments: [
      { vaddr: 0x400000, offset: 0, fileSize: 0x900, memSize: 0x900, ...rx },
      { vaddr: 0x600e10, offset: 0xe10, fileSize: 0x240, memSize: 0x248, ...rw },
    ],
    relro: { vaddr: 0x600e10, size: 0x1f0 },
    contents: [],
    fileSize: 0x2000,
  }
}

/** 64 MiB, so that checks over every page are quick. */
export const smallProfile = (profile: Profile, overrides: Partial<Profile> = {}): Profile => ({
  ...profile,
  ramPages: 64 * MIB_PAGES,
  ...overrides,
})

/** A booted machine that has just run the loader and stands at main(). */
export class TestMachine {
  readonly kernel: Kernel
  readonly sys: SyscallTable
  readonly program: ProgramStart
  readonly freeAfterBoot: readonly number[]

  constructor(profile: Profile = debian12, options: MachineOptions = {}) {
    const { seed, hotSlots, ...overrides } = options
    this.kernel = boot(smallProfile(profile, overrides), undefined, hotSlots)
    this.kernel.parts.buddy.pcp.drain()
    this.freeAfterBoot = [...this.kernel.parts.buddy.nrFree]
    const entropy = seed === undefined ? fixedEntropy(profile, 1) : drawEntropy(profile, seed)
    this.program = exec(this.kernel, minimalImage(profile), entropy, seed !== undefined, [profile.argv0])
    this.sys = new SyscallTable(this.kernel)
  }

  get task(): Task {
    return this.kernel.current
  }
  get mm(): Mm {
    return this.kernel.mm
  }
  get user(): Kernel['user'] {
    return this.kernel.user
  }

  /** mmap of private anonymous memory. */
  map(pages: number, prot: number = PROT_READ | PROT_WRITE, addr = 0, flags = 0): number {
    return this.sys.mmap(addr, pages * PAGE_SIZE, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)
  }

  /** The page-table entry's low half, 0 when there is none. */
  pte(address: number): number {
    const entry = this.kernel.parts.tables.find(this.mm.pgd, address)
    return entry === 0 ? 0 : this.kernel.parts.tables.low(entry)
  }

  /** The page behind an address. */
  frame(address: number): Pfn {
    const entry = this.kernel.parts.tables.find(this.mm.pgd, address)
    assert(entry !== 0, 'the address has a page table')
    return this.kernel.parts.tables.pfnOf(entry)
  }

  /** What `act` adds to the fault counters and to rss (pages). */
  costOf(act: () => void): { minFlt: number; majFlt: number; anon: number; file: number } {
    const { task, mm } = this
    const before = { minFlt: task.group.minFlt, majFlt: task.group.majFlt, ...mm.rss }
    act()
    return {
      minFlt: task.group.minFlt - before.minFlt,
      majFlt: task.group.majFlt - before.majFlt,
      anon: mm.rss.anon - before.anon,
      file: mm.rss.file - before.file,
    }
  }
}

// ---- drawn mappings -------------------------------------------------------------------------------------------------

/** Drawings start here: far from everything the loader maps, in the middle of a page table. */
export const DRAWING = 0x10_0010_0000

const PROT_OF: Readonly<Record<string, number>> = {
  A: PROT_READ | PROT_WRITE,
  R: PROT_READ,
  X: PROT_READ | PROT_EXEC,
  N: PROT_NONE,
}

const letterOf = (flags: number): string => {
  const access = flags & VM_ACCESS_FLAGS
  if (access === (VM_READ | VM_WRITE)) return 'A'
  if (access === VM_READ) return 'R'
  if (access === (VM_READ | VM_EXEC)) return 'X'
  return access === 0 ? 'N' : '?'
}

const addressOf = (page: number): number => DRAWING + page * PAGE_SIZE

/** Maps what is drawn. Returns the range in brackets, as address and pages. */
export function mapDrawn(machine: TestMachine, drawing: string): { start: number; pages: number } {
  let page = 0
  let first = 0
  let last = 0
  for (const sign of drawing.replace('*', '[.]')) {
    if (sign === '[') first = page
    else if (sign === ']') last = page
    else {
      if (sign !== '.') assert(machine.map(1, PROT_OF[sign], addressOf(page), MAP_FIXED) > 0, 'a fixed mapping')
      page++
    }
  }
  return { start: addressOf(first), pages: last - first }
}

/** Draws `pages` pages of mappings. */
export function drawMappings(mm: Mm, pages: number): string {
  let text = ''
  for (let page = 0; page < pages; page++) {
    const vma = vmaAt(mm, addressOf(page))
    const sign = vma ? letterOf(vma.flags) : '.'
    if (page > 0 && vma && vma.start === addressOf(page) && text.endsWith(sign)) text += '|'
    text += sign
  }
  return text
}

/**
 * Plays a rule such as 'AA[.]R -> AAAR': maps the left side, runs `act` on the bracketed range, returns the rule as it
 * really went, for comparison.
 */
export function play(machine: TestMachine, rule: string, act: (start: number, pages: number) => void): string {
  const [left] = rule.split(' -> ')
  const { start, pages } = mapDrawn(machine, left)
  act(start, pages)
  return `${left} -> ${drawMappings(machine.mm, left.replace('*', '[.]').replace(/[[\]]/g, '').length)}`
}

// ---- drawn buddy blocks ---------------------------------------------------------------------------------------------

export interface BareMemory {
  readonly registry: StateRegistry
  readonly arena: Arena
  readonly map: MemMap
  readonly contents: FrameContents
  readonly buddy: PageAllocator
}

/** A page allocator without a machine around it. */
export function bareMemory(
  pages: number,
  reserved: readonly (readonly [number, number])[] = [],
  holeStart = pages,
  hotSlots = HOT_SLOTS,
): BareMemory {
  const registry = new StateRegistry()
  const layout = memoryLayout(pages, holeStart)
  const arena = new Arena(registry)
  const map = new MemMap(registry, layout.spannedPages)
  const contents = new FrameContents(registry, arena, layout.spannedPages, hotSlots)
  const silent = { allocated: (): void => undefined, freed: (): void => undefined }
  const buddy = new PageAllocator(registry, map, contents, layout, silent)
  buddy.boot(reserved.map(([start, end]) => ({ start, end })))
  return { registry, arena, map, contents, buddy }
}

/** One sign a page: '#' in use, else the order of the free block it belongs to ('a' is 10). */
export function drawBuddy(buddy: PageAllocator, from: number, pages: number): string {
  const signs = new Array<string>(pages).fill('#')
  for (let zone = 0; zone < ZONES; zone++)
    for (let size = 0; size < ORDERS; size++)
      for (let type = 0; type < MIGRATETYPES; type++)
        for (const head of buddy.freeList(zone as ZoneIndex, size, type as MigrateType))
          for (let p = Math.max(head, from); p < Math.min(head + (1 << size), from + pages); p++)
            signs[p - from] = size.toString(16)
  return signs.join('')
}
