/**
 * The mappings of a process as every reader of /proc/PID/maps sees them: bounds and permissions as text, the name the
 * kernel gives them, and the vsyscall page at the end, which is in no address space but in every listing.
 *
 *   7f2f565eb000-7f2f565ef000 rw-p 00000000 00:00 0
 *   start        end          perms offset  device inode   name
 */
import { hex, PAGE_SIZE } from '../base/index.js'
import { VSYSCALL_TEXT } from '../arch/x86/index.js'
import type { Inode } from '../mm/backing/index.js'
import { VM_EXEC, VM_MAYSHARE, VM_READ, VM_WRITE, vmaAt, type Mm, type Vma } from '../mm/vma/index.js'
import type { Kernel } from '../kernel/index.js'
import { since } from './version.js'

/** What a mapping is, for colour and explanation. */
export type MappingKind =
  'exe' | 'heap' | 'stack' | 'library' | 'file' | 'anon' | 'shared' | 'vdso' | 'vvar' | 'vsyscall'

export interface Mapping {
  /** Lower-case hex, at least 8 digits, as the kernel prints it. */
  readonly start: string
  readonly end: string
  readonly sizeKb: number
  /** "rw-p" */
  readonly perms: string
  /** Bytes into the file, hex, at least 8 digits; zero for what is not a file. */
  readonly offset: string
  /** "fe:00" */
  readonly device: string
  readonly inode: number
  /** Path, "[heap]" and the like, or nothing. */
  readonly name: string
  readonly kind: MappingKind
  /** vm_flags, for VmFlags. */
  readonly flags: number
  /** Undefined for the vsyscall page. */
  readonly vma: Vma | undefined
}

/** All mappings in address order; none for a process that has exited or does not exist. */
export function mappingsOf(kernel: Kernel, pid: number): readonly Mapping[] {
  const mm = kernel.tasks.get(pid)?.mm
  if (!mm) return []
  const exe = vmaAt(mm, mm.startCode)?.file ?? 0
  const own = Array.from(mm.vmas, (vma) => describe(kernel, mm, vma, exe))
  const gate = vsyscall(kernel)
  return gate ? [...own, gate] : own
}

/** The mapping that holds the address. */
export function mappingAt(kernel: Kernel, pid: number, address: number): Mapping | undefined {
  const mm = kernel.tasks.get(pid)?.mm
  const vma = mm && vmaAt(mm, address)
  return vma && describe(kernel, mm, vma, vmaAt(mm, mm.startCode)?.file ?? 0)
}

function describe(kernel: Kernel, mm: Mm, vma: Vma, exe: number): Mapping {
  const inode = vma.file === 0 ? undefined : kernel.parts.cache.inode(vma.file)
  const name = inode
    ? vma.anonName === undefined
      ? fileName(inode)
      : `[anon_shmem:${vma.anonName}]`
    : nameWithoutFile(kernel, mm, vma)
  return {
    start: hex(vma.start, 8),
    end: hex(vma.end, 8),
    sizeKb: (vma.end - vma.start) / 1024,
    perms: permsText(vma.flags),
    offset: hex(inode ? vma.pgoff * PAGE_SIZE : 0, 8),
    device: inode?.device ?? '00:00',
    inode: inode?.ino ?? 0,
    name,
    kind: kindOf(vma, inode, name, exe),
    flags: vma.flags,
    vma,
  }
}

/** @mm seq_path fs/seq_file.c, d_path fs/d_path.c: a name that is gone is still told */
const fileName = ({ path, links }: Inode): string => path.replaceAll('\n', '\\012') + (links === 0 ? ' (deleted)' : '')

const permsText = (flags: number): string =>
  (flags & VM_READ ? 'r' : '-') +
  (flags & VM_WRITE ? 'w' : '-') +
  (flags & VM_EXEC ? 'x' : '-') +
  (flags & VM_MAYSHARE ? 's' : 'p')

/**
 * The name of a mapping that has no file: the kernel's own, heap, stack, or none.
 * @mm show_map_vma fs/proc/task_mmu.c (the name)
 * Left out: shadow stacks.
 */
function nameWithoutFile(kernel: Kernel, mm: Mm, vma: Vma): string {
  if (vma.special) return vma.special
  if (isHeap(kernel, mm, vma)) return '[heap]'
  if (vma.start <= mm.startStack && vma.end >= mm.startStack) return '[stack]'
  return vma.anonName === undefined ? '' : `[anon:${vma.anonName}]`
}

/** Old kernels take a mapping that only touches the heap's range for heap too. @mm vma_is_initial_heap include/linux/mm.h */
function isHeap(kernel: Kernel, mm: Mm, vma: Vma): boolean {
  if (vma.start > mm.brk || vma.end < mm.startBrk) return false
  return !since(kernel.profile.kernel, '6.6') || (vma.start < mm.brk && vma.end > mm.startBrk)
}

function kindOf(vma: Vma, inode: Inode | undefined, name: string, exe: number): MappingKind {
  if (vma.special) return vma.special === '[vdso]' ? 'vdso' : 'vvar'
  if (vma.flags & VM_MAYSHARE) return 'shared'
  if (inode) return inode.ino === exe ? 'exe' : isLibrary(inode.path) ? 'library' : 'file'
  return name === '[heap]' ? 'heap' : name === '[stack]' ? 'stack' : 'anon'
}

/** "libc.so.6", "libc-2.23.so" */
const isLibrary = (path: string): boolean => /\.so(\.[0-9.]+)?$/.test(path)

/**
 * The page of the legacy vsyscall ABI.
 * @mm get_gate_vma arch/x86/entry/vsyscall/vsyscall_64.c
 */
function vsyscall(kernel: Kernel): Mapping | undefined {
  const perms = kernel.profile.vsyscall
  if (!perms) return undefined
  return {
    start: VSYSCALL_TEXT,
    end: 'ffffffffff601000',
    sizeKb: PAGE_SIZE / 1024,
    perms,
    offset: '00000000',
    device: '00:00',
    inode: 0,
    name: '[vsyscall]',
    kind: 'vsyscall',
    flags: (perms.includes('r') ? VM_READ : 0) | (perms.includes('x') ? VM_EXEC : 0),
    vma: undefined,
  }
}
