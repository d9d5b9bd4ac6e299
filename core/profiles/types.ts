/** What differs between machines, as data. Nothing in here computes. */
import type { ElfImage, ImageTemplate, SlabProfile, ThreadLayout } from '../kernel/uapi/index.js'

/**
 * Where a touch lands: a library by its link-time address; a block made while loading, or a part of the program (its
 * headers, text, RELRO and data begin where the linker put them), by byte offset; `sp` is the stack pointer at the entry
 * point, below which the loader's frames lie, `caller` that of the call under way, below which the library's frames lie.
 */
export type TouchPlace =
  | 'exe'
  | 'exe.text'
  | 'exe.relro'
  | 'exe.data'
  | 'ld'
  | 'libc'
  | 'vdso'
  | 'stack'
  | 'sp'
  | 'caller'
  | 'ldanon'
  | 'ldanon2'
  | 'cache'
  | 'tls'

/** One access of start-up code: read, write or instruction fetch. */
export type Touch = readonly [place: TouchPlace, address: number, access: 'r' | 'w' | 'x']

/** What the dynamic loader does, in order. `map` and `protect` are its system calls on the named image or block. */
export type LoaderStep =
  | { readonly do: 'touch'; readonly touches: readonly Touch[] }
  | { readonly do: 'mapAnonymous'; readonly place: 'ldanon' | 'ldanon2' | 'tls'; readonly size: number }
  | { readonly do: 'mapCache' }
  | { readonly do: 'unmapCache' }
  | { readonly do: 'mapLibc' }
  | { readonly do: 'protectRelro'; readonly place: 'exe' | 'ld' | 'libc' }

/** Random draws that place things, in the kernel's units. All zero without address space randomisation. */
export interface Entropy {
  readonly pid: number
  /** mmap_base is lowered by this many pages (28 bits). */
  readonly mmapPages: number
  /** The stack's top is lowered by this many pages (22 bits). */
  readonly stackPages: number
  /** arch_align_stack: the stack pointer is lowered by this many bytes (0..8191). */
  readonly stackBytes: number
  /** The heap starts this many pages above .bss. */
  readonly brkPages: number
  /** A position-independent program is raised by this many pages (28 bits). */
  readonly exePages: number
  /** Choice of the vdso's place above the stack, in pages (kernels that put it there). */
  readonly vdsoPages: number
}

/** Virtual nanoseconds; see ARCHITECTURE.md, "The clock". */
export interface CostTable {
  readonly statement: number
  readonly syscall: number
  /** Entry and exit of any page fault. */
  readonly fault: number
  /** More for clearing or copying a page. */
  readonly clearPage: number
  readonly copyPage: number
  /** More for each page that fault-around maps. */
  readonly mapPage: number
  /** More for a fault that waits for the disk. */
  readonly diskRead: number
}

export interface Profile {
  readonly id: string
  readonly title: string
  readonly kernel: string
  readonly glibc: string
  readonly procps: string
  /** Pages of RAM, and where the hole below 4 GiB starts. */
  readonly ramPages: number
  readonly holeStart: number
  /** RAM the kernel keeps for itself at boot: [first pfn, pfn behind, what]. */
  readonly reserved: readonly (readonly [number, number, string])[]
  /** Present CPUs: slabs and the lists of single pages are sized by them. Programs run on the first. */
  readonly cpus: number
  /** Caches of kernel objects and how their slabs are sized. */
  readonly slab: SlabProfile
  /** /proc/sys/vm/watermark_scale_factor, 0 before there was one (4.6). */
  readonly watermarkScaleFactor: number
  /** A CPU's lists of free pages grow and shrink with the load and hold blocks too (since 6.7). */
  readonly adaptivePcp: boolean

  readonly faultAroundPages: number
  /** Writes make folios of more than one page, and faults map them whole (6.18 with ext4). */
  readonly largeFolios: boolean
  /** Pages that a miss reads around the address (read_ahead_kb / 4). */
  readonly readAheadPages: number
  readonly stackLimit: number
  readonly alignHugeAnon: boolean
  readonly alignHugeFiles: boolean
  readonly protectKeepsWritable: boolean
  readonly protectUncharges: boolean
  readonly softDirty: boolean
  /** Anonymous memory can be given a name (CONFIG_ANON_VMA_NAME, since 5.17; the machine measured has it off, Debian on). */
  readonly anonVmaNames: boolean
  /** MAP_STACK keeps huge pages away (since 6.7). */
  readonly stackNoHuge: boolean
  /** MADV_DONTNEED of whole 2 MiB also frees their page tables (CONFIG_PT_RECLAIM, since 6.14). */
  readonly reclaimsTables: boolean
  /** mremap moves several mappings in one call when their length stays (since 6.17). */
  readonly remapsMany: boolean
  /** /sys/kernel/mm/transparent_hugepage/enabled. */
  readonly thp: 'always' | 'madvise' | 'never'
  /** /sys/kernel/mm/transparent_hugepage/khugepaged. */
  readonly khugepaged: {
    readonly scanSleepMs: number
    readonly allocSleepMs: number
    readonly pagesToScan: number
    readonly maxPtesNone: number
    /** Before 5.8 a page that others map too was never collapsed. */
    readonly maxPtesShared: number
    /** Before 6.18 a region with no writable entry was left alone. */
    readonly collapsesReadOnly: boolean
  }
  /** /proc/sys/vm/max_map_count, overcommit_memory, overcommit_ratio. */
  readonly maxMapCount: number
  readonly overcommitMemory: 0 | 1 | 2
  readonly overcommitRatio: number
  /** Limits a login shell gives, soft and hard, by number; what is not here is unlimited. The stack's is stackLimit. */
  readonly rlimits: Readonly<Record<number, readonly [soft: number, hard: number]>>
  /** Mappings made by exec carry VM_DENYWRITE (until 5.15). */
  readonly denyWrite: boolean
  /** Bytes over which the start of the heap is drawn (arch_randomize_brk). */
  readonly brkRandomBytes: number
  /** Old kernels put the vdso at random above the stack, new ones where mmap finds room. */
  readonly vdso: {
    readonly where: 'above-stack' | 'mmap'
    readonly vvar: readonly { readonly name: '[vvar]' | '[vvar_vclock]'; readonly pages: number }[]
    readonly vdsoPages: number
  }
  /** Permissions of the vsyscall page as maps prints them; undefined when there is none. */
  readonly vsyscall: 'r-xp' | '--xp' | undefined

  /** Lines of /proc/meminfo in the kernel's order. */
  readonly meminfoFields: readonly string[]
  /** Fields of /proc/PID/smaps in the kernel's order; VmFlags is always last. */
  readonly smapsFields: readonly string[]
  /** vm_flags with letters in this kernel's order of printing: see proc/vmflags. */
  readonly smapsProtectionKey: boolean

  readonly program: {
    readonly template: ImageTemplate
    /** What the student calls the executable and from where it is started. */
    readonly name: string
    readonly directory: string
    readonly device: string
  }
  readonly argv0: string
  /** Pairs of the auxiliary vector with AT_NULL: they decide where the first frame lies (/proc/PID/auxv). */
  readonly auxvEntries: number
  /** Bytes between the entry's stack pointer and main's: frames of _start and of __libc_start_main. */
  readonly framesAboveMain: number
  readonly env: readonly string[]
  readonly ld: ElfImage
  readonly libc: ElfImage
  /** Size of /etc/ld.so.cache in bytes: its mapping leaves the hole that small mappings land in. */
  readonly ldSoCacheSize: number
  readonly libraryDevice: string
  readonly loader: readonly LoaderStep[]
  /** The first call of a function through the PLT: the loader looks the name up and enters it in the program's GOT. */
  readonly lazyBinding: readonly Touch[]
  /** First use of a libc function touches these (its code, and data it needs). */
  readonly symbols: Readonly<Record<string, readonly Touch[]>>
  /** Address of malloc's main_arena in libc's .data. */
  readonly mainArena: number
  /** libc's address range for objects the simulation's libc keeps in .data (stdin, stdout, ...). */
  readonly libcObjects: { readonly start: number; readonly end: number }
  /** Thread pointer (the first thread's struct pthread) as an offset in the block mapped for TLS, and what is found from it. */
  readonly tls: ThreadLayout & { readonly threadPointer: number }
  /** Bytes of FPU state that a signal frame holds (XSAVE area and its end mark), from AT_MINSIGSTKSZ. */
  readonly xstateBytes: number

  /**
   * Minor faults on the task's account before the new image runs: those of the shell's child between fork and exec,
   * which execve does not reset.
   */
  readonly faultsBeforeExec: number
  readonly launcher: string

  /** The seed a plain run uses, and draws that were observed on the real machine instead of being derived from it. */
  readonly defaultSeed: number
  readonly recordedEntropy: Entropy | undefined
  readonly costs: CostTable
}
