/**
 * Debian 12 on Linux 6.18 (x86-64, THP=madvise), glibc 2.36-9+deb12u14, procps 4.0.2. Everything here was read off a
 * real machine: mappings and touched pages from /proc/PID/smaps and pagemap at main(), the order of the loader's
 * touches from `perf record -e minor-faults -d` on a hello program with ASLR off, symbol addresses from the library's
 * dynamic symbol table.
 */
import { COSTS } from './costs.js'
import { meminfo618 } from './meminfo-fields.js'
import { slabs618 } from './slab-caches.js'
import { debian12Pie } from './templates.js'
import type { LoaderStep, Profile, Touch } from './types.js'

const KB = 1024

const startOfLoader: readonly Touch[] = [
  ['ld', 0x1ab70, 'x'], // _start
  ['ld', 0x33e06, 'w'], // _dl_start
  ['ld', 0x32a80, 'w'],
  ['ld', 0xd40, 'r'],
  ['ld', 0x31910, 'w'],
  ['ld', 0x104b0, 'x'], // _dl_setup_hash
  ['ld', 0x27308, 'r'], // cpu features
  ['exe', 0x40, 'r'], // dl_main reads the program headers
  ['exe.relro', 0x10, 'r'], // and its dynamic section,
  ['exe.relro', 0xe8, 'w'], // where it leaves DT_DEBUG
  ['exe.data', 0x8, 'w'], // relocation of __dso_handle
  ['vdso', 0x20, 'r'],
]

const loader: readonly LoaderStep[] = [
  { do: 'touch', touches: startOfLoader },
  { do: 'mapAnonymous', place: 'ldanon', size: 8 * KB },
  {
    do: 'touch',
    touches: [
      ['ldanon', 0x8, 'w'], // _dl_init_paths
      ['ld', 0x20c0, 'x'], // _dl_debug_initialize
      ['sp', -5608, 'w'], // _dl_map_object: the deepest frame, whatever the layout (150 runs)
    ],
  },
  { do: 'mapCache' },
  { do: 'touch', touches: [['cache', 0x8, 'r']] },
  { do: 'mapLibc' },
  {
    do: 'touch',
    touches: [
      ['libc', 0x1d4868, 'w'], // clears the rest of the last file page
      ['libc', 0x1d2b60, 'r'], // dynamic section
      ['libc', 0x1d2ba8, 'w'],
      ['libc', 0x318, 'r'],
      ['libc', 0x22603, 'r'], // strings
    ],
  },
  { do: 'mapAnonymous', place: 'tls', size: 12 * KB },
  {
    do: 'touch',
    touches: [
      ['tls', 0x740, 'w'],
      ['tls', 0x1078, 'w'],
      ['libc', 0x1cf8d0, 'w'], // relocation
      ['libc', 0x1d0000, 'w'],
      ['libc', 0x1d1000, 'w'],
      ['libc', 0x1d3540, 'w'],
      ['libc', 0x1809c, 'r'],
      ['libc', 0xb0a60, 'x'], // ifuncs pick their variants
      ['libc', 0x1da550, 'w'],
      ['libc', 0x9f550, 'x'],
    ],
  },
  { do: 'protectRelro', place: 'libc' },
  { do: 'protectRelro', place: 'exe' },
  { do: 'protectRelro', place: 'ld' },
  { do: 'unmapCache' },
  {
    do: 'touch',
    touches: [
      ['libc', 0x14fee0, 'x'], // __libc_early_init
      ['libc', 0x35360, 'x'], // __ctype_init
      ['libc', 0x1e1f4e, 'w'],
      ['libc', 0x1db5d8, 'w'],
      ['libc', 0xfd7e0, 'x'], // getrlimit
      ['libc', 0x1d9af0, 'w'],
      ['libc', 0x8b9b0, 'x'], // pthread tunables
      ['libc', 0x262c0, 'x'], // PLT
      ['libc', 0x85b10, 'x'],
      ['libc', 0x1d5a30, 'r'],
      ['libc', 0x108a40, 'x'], // __init_misc
      ['libc', 0x16a640, 'x'], // strrchr
      ['exe.text', 0x60, 'x'], // _start
      ['libc', 0x3df30, 'x'], // __cxa_atexit
      ['libc', 0x1d52c8, 'w'],
    ],
  },
]

/** Text addresses in libc.so.6 (its dynamic symbol table). */
const code = (...addresses: readonly number[]): readonly Touch[] =>
  addresses.map((address) => ['libc', address, 'x'] as const)

/** A function of libc, and how far below its caller's stack pointer its frames reach (painted stacks, after the first call). */
const deep = (bytes: number, ...addresses: readonly number[]): readonly Touch[] => [
  ...code(...addresses),
  ['caller', -bytes, 'w'],
]

/** Behind every output function: _IO_file_xsputn, _IO_file_overflow, _IO_doallocbuf, _IO_file_write. */
const OUTPUT = [0x81530, 0x822e0, 0x83050, 0x80fa0] as const
/** Behind every input function: __uflow, _IO_file_underflow, _IO_file_read. */
const INPUT = [0x82eb0, 0x81ff0, 0x81710] as const

/** Text of a function that may be a cancellation point: it looks whether there is more than one thread. */
const cancellable = (address: number): readonly Touch[] => [...code(address), ['libc', 0x1db5d8, 'r']]

export const debian12: Profile = {
  id: 'debian-12',
  title: 'Debian 12: Linux 6.18, glibc 2.36',
  kernel: '6.18',
  glibc: '2.36',
  procps: '4.0.2',
  ramPages: (24 * KB * KB * KB) / 4096,
  holeStart: (3 * KB * KB * KB) / 4096,
  reserved: [
    [0, 1, 'first page'],
    [0x9f, 0x100, 'BIOS and video memory'],
    [0x1000, 0x3800, 'kernel image'],
  ],
  cpus: 2,
  slab: slabs618,
  watermarkScaleFactor: 10,
  adaptivePcp: true,
  meminfoFields: meminfo618,
  faultAroundPages: 16,
  largeFolios: true,
  readAheadPages: 2048,
  stackLimit: 8 * KB * KB,
  alignHugeAnon: true,
  alignHugeFiles: true,
  protectKeepsWritable: true,
  protectUncharges: true,
  softDirty: false,
  anonVmaNames: true,
  stackNoHuge: true,
  reclaimsTables: true,
  remapsMany: true,
  thp: 'madvise',
  khugepaged: {
    scanSleepMs: 10_000,
    allocSleepMs: 60_000,
    pagesToScan: 4096,
    maxPtesNone: 511,
    maxPtesShared: 256,
    collapsesReadOnly: true,
  },
  maxMapCount: 65530,
  overcommitMemory: 0,
  overcommitRatio: 50,
  // RLIMIT_CORE, NPROC, NOFILE, MEMLOCK, SIGPENDING, MSGQUEUE, NICE, RTPRIO as /proc/PID/limits shows them
  rlimits: {
    4: [0, 2 ** 64],
    6: [96365, 96365],
    7: [20000, 20000],
    8: [8 * KB * KB, 8 * KB * KB],
    11: [96365, 96365],
    12: [819200, 819200],
    13: [0, 0],
    14: [0, 0],
  },
  denyWrite: false,
  brkRandomBytes: KB * KB * KB,
  vdso: {
    where: 'mmap',
    vvar: [
      { name: '[vvar]', pages: 4 },
      { name: '[vvar_vclock]', pages: 2 },
    ],
    vdsoPages: 2,
  },
  vsyscall: '--xp',
  smapsFields: [
    'Size',
    'KernelPageSize',
    'MMUPageSize',
    'Rss',
    'Pss',
    'Pss_Dirty',
    'Shared_Clean',
    'Shared_Dirty',
    'Private_Clean',
    'Private_Dirty',
    'Referenced',
    'Anonymous',
    'KSM',
    'LazyFree',
    'AnonHugePages',
    'ShmemPmdMapped',
    'FilePmdMapped',
    'Shared_Hugetlb',
    'Private_Hugetlb',
    'Swap',
    'SwapPss',
    'Locked',
    'THPeligible',
  ],
  smapsProtectionKey: false,
  program: { template: debian12Pie, name: 'prog', directory: '/home/student', device: 'fe:00' },
  argv0: './prog',
  auxvEntries: 23,
  framesAboveMain: 0x100,
  env: [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/home/student',
    'TERM=xterm',
    'LANG=C.UTF-8',
    'USER=student',
    'SHELL=/bin/bash',
    'PWD=/home/student',
    'LOGNAME=student',
  ],
  ld: {
    path: '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    pie: true,
    segments: [
      { vaddr: 0x0, offset: 0x0, fileSize: 0xd58, memSize: 0xd58, read: true, write: false, exec: false },
      { vaddr: 0x1000, offset: 0x1000, fileSize: 0x25111, memSize: 0x25111, read: true, write: false, exec: true },
      { vaddr: 0x27000, offset: 0x27000, fileSize: 0x9c7c, memSize: 0x9c7c, read: true, write: false, exec: false },
      { vaddr: 0x31900, offset: 0x31900, fileSize: 0x2810, memSize: 0x29d8, read: true, write: true, exec: false },
    ],
    relro: { vaddr: 0x31900, size: 0x1700 },
    contents: [],
    fileSize: 215000,
  },
  libc: {
    path: '/usr/lib/x86_64-linux-gnu/libc.so.6',
    pie: true,
    segments: [
      { vaddr: 0x0, offset: 0x0, fileSize: 0x25388, memSize: 0x25388, read: true, write: false, exec: false },
      { vaddr: 0x26000, offset: 0x26000, fileSize: 0x1550fc, memSize: 0x1550fc, read: true, write: false, exec: true },
      { vaddr: 0x17c000, offset: 0x17c000, fileSize: 0x52c31, memSize: 0x52c31, read: true, write: false, exec: false },
      { vaddr: 0x1cf8d0, offset: 0x1cf8d0, fileSize: 0x4f98, memSize: 0x12680, read: true, write: true, exec: false },
    ],
    relro: { vaddr: 0x1cf8d0, size: 0x3730 },
    contents: [],
    fileSize: 1926232,
  },
  ldSoCacheSize: 36000,
  libraryDevice: 'fe:00',
  loader,
  lazyBinding: [
    ['ld', 0x12290, 'x'], // _dl_runtime_resolve_xsavec
    ['ld', 0xfe10, 'x'], // _dl_fixup
    ['ldanon', 0x8, 'r'], // the program's link_map
    ['exe', 0x6c8, 'r'], // .rela.plt, .dynsym
    ['ld', 0x33020, 'r'], // _rtld_global
    ['ld', 0x9970, 'x'], // _dl_lookup_symbol_x
    ['libc', 0x4338, 'r'], // .gnu.hash
    ['libc', 0x8a50, 'r'], // .dynsym
    ['libc', 0x1a7b0, 'r'], // .dynstr
    ['ld', 0x192f0, 'x'], // strcmp
    ['libc', 0x227b8, 'r'], // .gnu.version
    ['ld', 0x33ab8, 'w'], // _rtld_global._dl_num_relocations
    ['exe.data', 0x0, 'w'], // .got.plt
    ['caller', -3128, 'w'], // the state of the registers, frames of the lookup
  ],
  symbols: {
    puts: code(0x77980, ...OUTPUT),
    printf: deep(1736, 0x525b0, ...OUTPUT),
    getchar: code(0x7ddf0, ...INPUT),
    fstat: [
      ['libc', 0xf7800, 'x'],
      ['libc', 0x196dd5, 'r'],
    ],
    read: cancellable(0xf82a0),
    write: cancellable(0xf8340),
    mempcpy: code(0x16d7c0),
    malloc: code(0x98930),
    calloc: code(0x996e0),
    realloc: code(0x99130),
    free: code(0x98ef0),
    mmap: code(0x1019a0),
    munmap: code(0x101a00),
    fflush: code(0x75e00),
    putchar: code(0x792a0, ...OUTPUT),
    fgets: code(0x76040, ...INPUT),
    scanf: deep(2072, 0x58b40, ...INPUT),
    vfprintf: code(0x595e0),
    // With room for 8 KiB of output on the stack, which it writes in one go.
    buffered_vfprintf: deep(10160),
    _IO_file_doallocate: code(0x75840),
    fputs: code(0x76570, ...OUTPUT),
    fwrite: code(0x76ab0, ...OUTPUT),
    perror: deep(3192, 0x524e0, ...OUTPUT),
    // When the message goes to stderr itself, by buffered_vfprintf.
    perror_internal: deep(11400),
    mprotect: code(0x101a30),
    madvise: code(0x101b00),
    mremap: code(0x1099d0),
    sbrk: code(0xfdc80),
    open: code(0xf7fc0),
    close: cancellable(0xf89e0),
    pread: cancellable(0xf63c0),
    pwrite: cancellable(0xf6470),
    unlink: code(0xf9b10),
    fsync: cancellable(0xfec10),
    ftruncate: code(0x100050),
    memfd_create: code(0x10a210),
    msync: cancellable(0x101a60),
    mincore: code(0x101b30),
    mlock: code(0x101b90),
    mlock2: code(0x109250),
    munlock: code(0x101bc0),
    malloc_trim: code(0x99a90),
    getpid: code(0xd54e0),
    sleep: code(0xd3d50),
    exit: code(0x3e680),
    atexit: code(0x3df30), // __cxa_atexit
    on_exit: code(0x40070, 0x3dd40),
    quick_exit: code(0x40770),
    qsort_r: code(0x3fc80, 0x3f960), // msort_with_tmp
    // sysconf, its table of cases, get_phys_pages, sysinfo, getpagesize
    get_phys_pages: [['libc', 0xd62a0, 'x'], ['libc', 0x193118, 'r'], ...code(0x1043c0, 0x10a0c0, 0xfe590)],
    bsearch: code(0x3d4e0),
    lfind: code(0x103580),
    lsearch: code(0x1034e0),
    _setjmp: code(0x3bd90),
    __sigsetjmp: code(0x3bcf0),
    longjmp: code(0x3bda0),
    siglongjmp: code(0x3bda0),
    fork: deep(280, 0xd3e80),
    // In the parent and in the child, from the pages that they share by then.
    __run_postfork_handlers: deep(280, 0xd4890),
    // The objects of the standard streams with their locks; which pages fork writes was seen by perf on a real machine.
    _IO_2_1_stdin_: [['libc', 0x1d3a98, 'w']],
    _IO_2_1_stdout_: [
      ['libc', 0x1d5a10, 'w'],
      ['libc', 0x1d4788, 'w'],
    ],
    _IO_2_1_stderr_: [
      ['libc', 0x1d5a00, 'w'],
      ['libc', 0x1d46a8, 'w'],
    ],
    reclaim_stacks: [
      ['libc', 0xd4353, 'x'],
      ['libc', 0x1d9a88, 'w'],
      ['ld', 0x33a48, 'w'],
      ['ld', 0x340e0, 'w'],
      ['libc', 0x1daa80, 'r'], // __run_postfork_handlers
    ],
    __nss_database_fork_prepare_parent: [
      ['libc', 0x135450, 'x'],
      ['libc', 0x1da48c, 'w'],
    ],
    __malloc_fork_unlock_parent: [
      ['libc', 0x1d3c60, 'w'],
      ['libc', 0x1d59f4, 'w'],
    ],
    __malloc_fork_unlock_child: [
      ['libc', 0x1089f0, 'x'],
      ['libc', 0x1db5e0, 'w'],
      ['libc', 0x1d3288, 'w'],
      ['ld', 0x34108, 'w'],
      ['libc', 0x93bc0, 'x'],
      ['libc', 0x1da3e4, 'w'],
      ['libc', 0x1d44e0, 'w'],
      ['libc', 0x843e0, 'x'],
      ['libc', 0x1d5a00, 'w'],
      ['libc', 0x135540, 'x'],
    ],
    wait4: cancellable(0xd3bc0),
    pipe: code(0xf8b00),
    kill: code(0x3c260),
    pause: cancellable(0xd3dc0),
    sigaction: code(0x3c010),
    __restore_rt: code(0x3c050),
    pthread_create: deep(520, 0x89380),
    // Fields of _rtld_global, and two words of libc's: from the instructions of pthread_create.
    _dl_stack_used: [['ld', 0x340c8, 'w']],
    _dl_stack_cache: [['ld', 0x340e8, 'w']],
    __default_pthread_attr_lock: [['libc', 0x1d9ac0, 'w']],
    __nptl_nthreads: [['libc', 0x1d3288, 'w']],
    pthread_join: code(0x8ab80),
  },
  mainArena: 0x1d3c60,
  libcObjects: { start: 0x1d3a80, end: 0x1d6000 },
  tls: {
    ...{ threadPointer: 0x740, errno: -0x80, list: 0x2c0, tid: 0x2d0, joinid: 0x620, cleanup: 0x2f8 },
    ...{ rseq: 0x920, size: 0x940, startFrame: 0x7e0 },
  },
  xstateBytes: 2444,
  // The captures were started by vfork, whose child runs in its parent's memory and takes no fault of its own.
  faultsBeforeExec: 0,
  launcher: 'a launcher that uses vfork',
  defaultSeed: 1,
  recordedEntropy: undefined,
  costs: COSTS,
}
