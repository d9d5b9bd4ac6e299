/**
 * execve and the dynamic loader: a fresh address space with stack, program, loader and vdso, then everything ld.so does
 * until main, replayed through the real system calls and the real fault path (fs/exec.c, fs/binfmt_elf.c; glibc
 * elf/rtld.c).
 *
 * Left out: interpreter scripts, set-uid, close-on-exec, libraries other than libc; ld.so's own instructions are the
 * profile's list of touches.
 */
import { assert, encodeUtf8, pageDown, PAGE_SIZE, pageUp, type VAddr } from '../base/index.js'
import {
  getUnmappedArea,
  highestHole,
  insertMapping,
  MAY_ALL,
  mmap,
  mprotect,
  munmap,
  NO_ANON,
  noTotals,
  VM_ACCOUNT,
  VM_DENYWRITE,
  VM_DONTDUMP,
  VM_DONTEXPAND,
  VM_EXEC,
  VM_GROWSDOWN,
  VM_IO,
  VM_MAYREAD,
  VM_PFNMAP,
  VM_READ,
  VM_SOFTDIRTY,
  VM_WRITE,
  VmaTree,
  type Mm,
  type SpecialName,
  type Vma,
} from '../mm/vma/index.js'
import type { Inode } from '../mm/backing/index.js'
import { Access } from '../mm/fault/index.js'
import type { Entropy, LoaderStep, Profile, Touch, TouchPlace } from '../profiles/index.js'
import { Tracepoint } from '../trace/index.js'
import type { Kernel } from './kernel.js'
import { brkStart, mmapBase, programBias, stackTop, vdsoAboveStack } from './layout.js'
import { defaultRlimits } from './rlimits.js'
import { processObjects } from './process/objects.js'
import { newGroup, newTask, type Task } from './task.js'
import {
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  type ElfImage,
  type ElfSegment,
} from './uapi/index.js'

/** What the program and its libc need to know after the loader is done. */
export interface ProgramStart {
  readonly task: Task
  /** Added to the program's link-time addresses. */
  readonly bias: number
  readonly libcBias: number
  /** Where the loader has put things. */
  readonly place: (name: TouchPlace) => number
  readonly stackPointer: VAddr
  readonly argc: number
  readonly argv: number
  readonly envp: number
}

const STACK_EXPAND = 128 * 1024

export function exec(
  kernel: Kernel,
  image: ElfImage,
  entropy: Entropy,
  randomised: boolean,
  argv: readonly string[],
): ProgramStart {
  const { profile } = kernel
  const mm = newMm(kernel, profile, entropy, randomised)
  const { pid } = entropy
  const group = newGroup(pid, pid - 1, defaultRlimits(profile))
  const objects = processObjects(kernel)
  assert(objects, 'there is memory for the first process')
  group.objects = objects.group
  group.filesObject = objects.files
  const task = newTask(pid, group, mm, baseName(image.path).slice(0, 15), argv.join(' '), kernel.clock.now)
  task.objects = objects.task
  task.minFlt = group.minFlt = profile.faultsBeforeExec
  kernel.addTask(task)
  kernel.parts.tlb.flushAll()
  kernel.emit(Tracepoint.Exec)
  const strings = makeStack(kernel, mm, entropy, argv, profile.env)
  const bias = programBias(image.pie, entropy)
  const loader = new Loader(kernel, mm, bias)
  const inodes = openFiles(kernel, image)
  loader.placeProgram(image, bias)
  const bssEnd = loadElf(kernel, mm, inodes.exe, image, bias, true)
  setCodeLimits(mm, image, bias)
  mm.startBrk = mm.brk = brkStart(bssEnd, entropy)
  const ldBias = placeElf(mm, profile.ld)
  loader.places.set('ld', ldBias)
  loadElf(kernel, mm, inodes.ld, profile.ld, ldBias, true)
  const tables = makeAuxv(kernel, mm, entropy, strings)
  loader.places.set('vdso', mapVdso(kernel, mm, entropy))
  loader.places.set('stack', stackTop(entropy) - STACK_EXPAND - PAGE_SIZE)
  loader.places.set('sp', mm.startStack)
  loader.run(profile.loader, inodes.libc, inodes.cache, image)
  setThreadPointer(task, profile, loader.place('tls'))
  return {
    task,
    bias,
    libcBias: loader.place('libc'),
    place: (name) => loader.place(name),
    stackPointer: alignStack(tables.stackPointer - profile.framesAboveMain),
    argc: argv.length,
    argv: tables.argv,
    envp: tables.envp,
  }
}

/** arch_prctl(ARCH_SET_FS), set_tid_address and rseq, as the loader and libc call them. */
function setThreadPointer(task: Task, { tls }: Profile, block: number): void {
  task.threadPointer = block + tls.threadPointer
  task.clearTid = task.threadPointer + tls.tid
  task.rseq = tls.rseq === undefined ? 0 : task.threadPointer + tls.rseq
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const alignStack = (address: number): VAddr => (address - (address % 16)) as VAddr

function firstObject(kernel: Kernel, cache: string): number {
  const object = kernel.parts.mm.objects.alloc(cache)
  assert(object !== 0, () => `there is memory for the first ${cache}`)
  return object
}

function newMm(kernel: Kernel, profile: Profile, entropy: Entropy, randomised: boolean): Mm {
  const zero = 0 as VAddr
  const mm: Mm = {
    object: firstObject(kernel, 'mm_struct'),
    pgd: kernel.parts.tables.createPgd(),
    vmas: new VmaTree([], kernel.parts.mm.structures),
    ...noTotals(),
    hiwaterRss: 0,
    hiwaterVm: 0,
    defFlags: 0,
    mmapBase: mmapBase(profile, entropy, randomised),
    startBrk: zero,
    brk: zero,
    startStack: zero,
    startCode: zero,
    endCode: zero,
    startData: zero,
    endData: zero,
    argStart: zero,
    argEnd: zero,
  }
  mm.vmas.belongsTo(mm)
  return mm
}

// ---- files ----------------------------------------------------------------------------------------------------------

interface ProgramFiles {
  readonly exe: Inode
  readonly ld: Inode
  readonly libc: Inode
  readonly cache: Inode
}

const LD_SO_CACHE = '/etc/ld.so.cache'

type OpenedFile = Pick<ElfImage, 'path' | 'fileSize' | 'contents'>

/** The files a start needs, all in the page cache: the program was just copied there, the libraries are in constant use. */
function openFiles(kernel: Kernel, image: ElfImage): ProgramFiles {
  const { profile, parts } = kernel
  const open = (file: OpenedFile, device: string): Inode => {
    const existing = parts.cache.all.find((inode) => inode.path === file.path)
    if (existing) return existing
    const ino = parts.cache.nextIno()
    const inode = parts.cache.create({ ino, path: file.path, device, size: file.fileSize, disk: file.contents })
    if (file === image) parts.cache.asCopied(inode)
    parts.cache.warm(inode)
    return inode
  }
  return {
    exe: open(image, profile.program.device),
    ld: open(profile.ld, profile.libraryDevice),
    libc: open(profile.libc, profile.libraryDevice),
    cache: open({ path: LD_SO_CACHE, fileSize: profile.ldSoCacheSize, contents: [] }, profile.libraryDevice),
  }
}

// ---- segments -------------------------------------------------------------------------------------------------------

const segmentFlags = (s: ElfSegment): number =>
  (s.read ? VM_READ : 0) | (s.write ? VM_WRITE : 0) | (s.exec ? VM_EXEC : 0)
const segmentProt = (s: ElfSegment): number =>
  (s.read ? PROT_READ : 0) | (s.write ? PROT_WRITE : 0) | (s.exec ? PROT_EXEC : 0)
const spanEnd = (image: ElfImage): number => Math.max(...image.segments.map((s) => pageUp(s.vaddr + s.memSize)))

/** Room for the whole span of the image, as for one mapping of it. @mm total_mapping_size fs/binfmt_elf.c */
function placeElf(mm: Mm, image: ElfImage): number {
  const start = highestHole(mm, spanEnd(image))
  assert(start !== undefined, 'a fresh address space has room for the loader')
  return start
}

/**
 * Maps the segments of an image and clears the part of .bss that shares a page with data. Returns where .bss ends.
 * @mm elf_load fs/binfmt_elf.c
 */
function loadElf(kernel: Kernel, mm: Mm, inode: Inode, image: ElfImage, bias: number, byKernel: boolean): number {
  let bssEnd = 0
  for (const segment of image.segments) {
    const start = bias + segment.vaddr
    const fileEnd = start + segment.fileSize
    const memEnd = start + segment.memSize
    mapSegment(kernel, mm, inode, segment, bias, byKernel)
    if (segment.memSize > segment.fileSize) clearBss(kernel, mm, fileEnd, memEnd)
    bssEnd = Math.max(bssEnd, memEnd)
  }
  return bssEnd
}

function mapSegment(kernel: Kernel, mm: Mm, inode: Inode, segment: ElfSegment, bias: number, byKernel: boolean): void {
  if (segment.fileSize === 0) return
  const start = pageDown(bias + segment.vaddr)
  const soft = kernel.profile.softDirty ? VM_SOFTDIRTY : 0
  const deny = byKernel && kernel.profile.denyWrite ? VM_DENYWRITE : 0
  insertMapping(kernel.parts.mm, mm, {
    start,
    end: pageUp(bias + segment.vaddr + segment.fileSize),
    flags: segmentFlags(segment) | MAY_ALL | (segment.write ? VM_ACCOUNT : 0) | soft | deny,
    pgoff: Math.floor(segment.offset / PAGE_SIZE),
    file: inode.ino,
    special: undefined,
    specialPages: [],
    ...NO_ANON,
  })
}

function clearBss(kernel: Kernel, mm: Mm, fileEnd: number, memEnd: number): void {
  const firstWhole = pageUp(fileEnd)
  if (fileEnd % PAGE_SIZE !== 0) kernel.user.fill(fileEnd, 0, Math.min(firstWhole, memEnd) - fileEnd)
  if (memEnd <= firstWhole) return
  const length = pageUp(memEnd) - firstWhole
  mmap(kernel.parts.mm, mm, {
    addr: firstWhole,
    length,
    prot: PROT_READ | PROT_WRITE,
    flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
    file: 0,
    offset: 0,
  })
}

function setCodeLimits(mm: Mm, image: ElfImage, bias: number): void {
  const text = image.segments.filter((s) => s.exec)
  const data = image.segments.filter((s) => s.write)
  mm.startCode = (bias + Math.min(...text.map((s) => s.vaddr))) as VAddr
  mm.endCode = (bias + Math.max(...text.map((s) => s.vaddr + s.fileSize))) as VAddr
  mm.startData = (bias + Math.min(...data.map((s) => s.vaddr))) as VAddr
  mm.endData = (bias + Math.max(...data.map((s) => s.vaddr + s.fileSize))) as VAddr
}

// ---- stack ----------------------------------------------------------------------------------------------------------

interface StackStrings {
  /** Lowest string. */
  readonly bottom: number
  readonly argv: readonly number[]
  readonly envp: readonly number[]
}

/** The stack mapping with its strings: file name, environment, arguments, from the top down. @mm setup_arg_pages fs/exec.c */
function makeStack(
  kernel: Kernel,
  mm: Mm,
  entropy: Entropy,
  argv: readonly string[],
  env: readonly string[],
): StackStrings {
  const end = stackTop(entropy)
  const size = argv.concat(env).reduce((n, s) => n + s.length * 3 + 1, 64)
  const start = (end - pageUp(size) - STACK_EXPAND) as VAddr
  const soft = kernel.profile.softDirty ? VM_SOFTDIRTY : 0
  const flags = VM_READ | VM_WRITE | MAY_ALL | VM_GROWSDOWN | VM_ACCOUNT | soft
  insertMapping(kernel.parts.mm, mm, {
    start,
    end,
    flags,
    pgoff: start / PAGE_SIZE,
    file: 0,
    special: undefined,
    specialPages: [],
    ...NO_ANON,
  })
  let at: number = end - 8
  const push = (text: string): number => {
    const bytes = encodeUtf8(text + '\0')
    at -= bytes.length
    kernel.user.writeBytes(at, bytes)
    return at
  }
  push(argv[0])
  const envp = [...env].reverse().map(push).reverse()
  mm.argEnd = at as VAddr
  const args = [...argv].reverse().map(push).reverse()
  mm.argStart = at as VAddr
  return { bottom: at, argv: args, envp }
}

interface StackTables {
  readonly stackPointer: number
  readonly argv: number
  readonly envp: number
}

/** argc, argv, envp and the auxiliary vector below the strings. @mm create_elf_tables fs/binfmt_elf.c */
function makeAuxv(kernel: Kernel, mm: Mm, entropy: Entropy, strings: StackStrings): StackTables {
  const aligned = alignStack(strings.bottom - (entropy.stackBytes % 8192))
  const platform = aligned - 16
  const random = platform - 16
  kernel.user.writeBytes(platform, encodeUtf8('x86_64\0'))
  kernel.user.fill(random, 0x5a, 16)
  const words = 1 + strings.argv.length + 1 + strings.envp.length + 1 + 2 * kernel.profile.auxvEntries
  const sp = alignStack(random - words * 8)
  const argv = sp + 8
  const envp = argv + 8 * (strings.argv.length + 1)
  kernel.user.writePtr(sp, strings.argv.length)
  writePointers(kernel, argv, strings.argv)
  writePointers(kernel, envp, strings.envp)
  mm.startStack = alignStack(sp)
  return { stackPointer: sp, argv, envp }
}

function writePointers(kernel: Kernel, at: number, pointers: readonly number[]): void {
  pointers.forEach((pointer, i) => kernel.user.writePtr(at + 8 * i, pointer))
  kernel.user.writePtr(at + 8 * pointers.length, 0)
}

// ---- vdso -----------------------------------------------------------------------------------------------------------

/** vvar below, vdso above, as one piece. Returns the vdso's address. @mm map_vdso arch/x86/entry/vdso/vma.c */
function mapVdso(kernel: Kernel, mm: Mm, entropy: Entropy): number {
  const { vdso, softDirty } = kernel.profile
  const pages = vdso.vvar.reduce((n, v) => n + v.pages, 0) + vdso.vdsoPages
  const hint = vdso.where === 'mmap' ? 0 : vdsoAboveStack(mm.startStack, pages, entropy)
  const start = getUnmappedArea(mm, hint, pages * PAGE_SIZE, undefined)
  assert(start !== undefined, 'a fresh address space has room for the vdso')
  const soft = softDirty ? VM_SOFTDIRTY : 0
  let at: number = start
  const add = (name: SpecialName, size: number, flags: number, frames: readonly number[]): number => {
    const vma: Vma = {
      start: at as VAddr,
      end: (at + size * PAGE_SIZE) as VAddr,
      flags: flags | soft,
      pgoff: 0,
      file: 0,
      special: name,
      specialPages: frames,
      ...NO_ANON,
    }
    insertMapping(kernel.parts.mm, mm, vma)
    at = vma.end
    return vma.start
  }
  for (const { name, pages: size } of vdso.vvar)
    add(name, size, VM_READ | VM_MAYREAD | VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_DONTDUMP, [])
  return add('[vdso]', vdso.vdsoPages, VM_READ | VM_EXEC | MAY_ALL | VM_DONTEXPAND, kernel.parts.vdsoPages)
}

// ---- ld.so ----------------------------------------------------------------------------------------------------------

/** Replays the profile's loader: its system calls and the pages it touches. */
class Loader {
  /** Load bias of each image, start of each block. */
  readonly places = new Map<TouchPlace, number>()

  constructor(
    private readonly kernel: Kernel,
    private readonly mm: Mm,
    private readonly programBias: number,
  ) {}

  place(name: TouchPlace): number {
    const at = this.places.get(name)
    assert(at !== undefined, `the loader has placed ${name}`)
    return at
  }

  /** Where the parts of the program begin. */
  placeProgram(image: ElfImage, bias: number): void {
    const start = (part: { readonly vaddr: number } | undefined): number => bias + (part ?? image.segments[0]).vaddr
    this.places.set('exe', start(image.segments[0]))
    this.places.set('exe.text', start(image.segments.find((s) => s.exec)))
    this.places.set('exe.relro', start(image.relro))
    this.places.set('exe.data', pageDown(start(image.relro) + (image.relro?.size ?? 0)))
  }

  run(steps: readonly LoaderStep[], libc: Inode, cache: Inode, exe: ElfImage): void {
    const images: Readonly<Record<'exe' | 'ld' | 'libc', ElfImage>> = {
      exe,
      ld: this.kernel.profile.ld,
      libc: this.kernel.profile.libc,
    }
    for (const step of steps) {
      if (step.do === 'touch') touchAll(this.kernel, step.touches, (place) => this.place(place))
      else if (step.do === 'mapAnonymous')
        this.places.set(step.place, this.map(0, step.size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, 0, 0))
      else if (step.do === 'mapCache') this.places.set('cache', this.map(0, cache.size, PROT_READ, 0, cache.ino, 0))
      else if (step.do === 'unmapCache') munmap(this.kernel.parts.mm, this.mm, this.place('cache'), cache.size)
      else if (step.do === 'mapLibc') this.places.set('libc', this.mapLibrary(libc, images.libc))
      else this.protectRelro(images[step.place], step.place === 'exe' ? this.programBias : this.place(step.place))
    }
  }

  private map(addr: number, length: number, prot: number, flags: number, file: number, offset: number): number {
    const at = mmap(this.kernel.parts.mm, this.mm, { addr, length, prot, flags: flags | MAP_PRIVATE, file, offset })
    assert(at > 0, 'the loader finds room')
    return at
  }

  /**
   * The whole span with the first segment's protection, a hole made inaccessible, then each further segment over it.
   * @glibc _dl_map_segments elf/dl-map-segments.h
   */
  private mapLibrary(inode: Inode, image: ElfImage): number {
    const [first, ...rest] = image.segments
    const bias = this.map(0, spanEnd(image), segmentProt(first), 0, inode.ino, 0)
    const firstEnd = bias + pageUp(first.vaddr + first.memSize)
    const lastStart = bias + pageDown(image.segments[image.segments.length - 1].vaddr)
    if (hasHoles(image)) mprotect(this.kernel.parts.mm, this.mm, firstEnd, lastStart - firstEnd, 0)
    for (const segment of rest) {
      const start = pageDown(bias + segment.vaddr)
      this.map(
        start,
        bias + segment.vaddr + segment.fileSize - start,
        segmentProt(segment),
        MAP_FIXED,
        inode.ino,
        pageDown(segment.offset),
      )
      if (segment.memSize > segment.fileSize)
        clearBss(this.kernel, this.mm, bias + segment.vaddr + segment.fileSize, bias + segment.vaddr + segment.memSize)
    }
    return bias
  }

  /** @glibc _dl_protect_relro elf/dl-reloc.c */
  private protectRelro(image: ElfImage, bias: number): void {
    if (!image.relro) return
    const start = pageDown(bias + image.relro.vaddr)
    const end = pageDown(bias + image.relro.vaddr + image.relro.size)
    if (end > start) mprotect(this.kernel.parts.mm, this.mm, start, end - start, PROT_READ)
  }
}

function hasHoles(image: ElfImage): boolean {
  return image.segments.some(
    (s, i) => i > 0 && pageDown(s.vaddr) > pageUp(image.segments[i - 1].vaddr + image.segments[i - 1].memSize),
  )
}

const ACCESS = { r: Access.Read, w: Access.Write, x: Access.Exec } as const

/** Performs accesses through the page tables. */
export function touchAll(kernel: Kernel, touches: readonly Touch[], place: (name: TouchPlace) => number): void {
  for (const [name, offset, access] of touches) kernel.user.touch(place(name) + offset, ACCESS[access])
}
