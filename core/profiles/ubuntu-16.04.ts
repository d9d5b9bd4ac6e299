/**
 * Ubuntu 16.04 with the 4.15 hardware-enablement kernel, glibc 2.23, procps 3.3.10: the machine of the founding
 * article. Its mappings, addresses, totals and fault counts come from the article's read-outs; the article gives no
 * breakdown of its 1328 kB, so which pages the loader touches is reconstructed to agree with all of its figures:
 *
 *   written  test r-- 4, test rw- 4, heap 4, libc r-- 16, libc rw- 8, libc .bss 8, loader anon 12, ld r-- 4,
 *            ld rw- 4, ld .bss 4, stack 12 = 80
 *   clean    test text 4, libc text 1088 (17 windows of 64 kB), ld text 152, vdso 4 = 1248
 */
import { COSTS } from './costs.js'
import { meminfo44 } from './meminfo-fields.js'
import { slabs44 } from './slab-caches.js'
import { ubuntu1604 as template } from './templates.js'
import type { LoaderStep, Profile, Touch } from './types.js'

const KB = 1024

const startOfLoader: readonly Touch[] = [
  ['ld', 0xc30, 'x'], // _start
  ['ld', 0x226e68, 'w'], // _dl_start: own relocation
  ['ld', 0x225bc0, 'r'],
  ['ld', 0x225e68, 'w'],
  ['ld', 0x14510, 'x'],
  ['ld', 0x1a2f0, 'x'],
  ['exe', 0x40, 'r'], // dl_main reads the program headers
  ['exe.relro', 0x18, 'r'], // and its dynamic section,
  ['exe.relro', 0xf0, 'w'], // where it leaves DT_DEBUG
  ['vdso', 0x20, 'r'],
  ['stack', 0x1fe00, 'w'], // its own frames
  ['stack', 0x1ee00, 'w'],
]

/** Fetches by which ld.so and libc start up: one in each 64 kB window they need. */
const libcStart: readonly Touch[] = [
  ['libc', 0x0318, 'r'], // dynamic symbols and strings
  ['libc', 0x109c0, 'r'],
  ['libc', 0x20740, 'x'], // __libc_start_main
  ['libc', 0x3a280, 'x'], // __cxa_atexit
  ['libc', 0x81f60, 'x'],
  ['libc', 0x9f630, 'x'],
  ['libc', 0xaabe0, 'x'],
  ['libc', 0xcc230, 'x'], // getpid
  ['libc', 0x106ab0, 'x'],
  ['libc', 0x116fa0, 'x'],
  ['libc', 0x137000, 'x'],
  ['libc', 0x156c30, 'x'],
  ['libc', 0x172a80, 'r'], // constants
]

const loader: readonly LoaderStep[] = [
  { do: 'touch', touches: startOfLoader },
  { do: 'mapCache' },
  { do: 'touch', touches: [['cache', 0x8, 'r']] },
  { do: 'mapAnonymous', place: 'ldanon', size: 4 * KB },
  { do: 'mapLibc' },
  {
    do: 'touch',
    touches: [
      ['ldanon', 0x0, 'w'],
      ['libc', 0x3c3ba0, 'r'], // dynamic section
      ['libc', 0x3c3be0, 'w'],
    ],
  },
  { do: 'mapAnonymous', place: 'ldanon2', size: 4 * KB },
  { do: 'mapAnonymous', place: 'tls', size: 4 * KB },
  {
    do: 'touch',
    touches: [
      ['ldanon2', 0x0, 'w'],
      ['tls', 0x700, 'w'],
      ['libc', 0x3c07a0, 'w'], // relocation
      ['libc', 0x3c1000, 'w'],
      ['libc', 0x3c2000, 'w'],
      ['libc', 0x3c4080, 'w'],
      ['libc', 0x3c5620, 'w'],
      ...libcStart,
    ],
  },
  { do: 'protectRelro', place: 'libc' },
  { do: 'protectRelro', place: 'exe' },
  { do: 'protectRelro', place: 'ld' },
  { do: 'unmapCache' },
  {
    do: 'touch',
    touches: [
      ['ld', 0x227010, 'w'],
      ['libc', 0x3c6000, 'w'],
      ['libc', 0x3c8860, 'w'],
      ['exe.text', 0x4e0, 'x'], // _start
      ['exe.data', 0x40, 'w'], // .got.plt: lazy binding
    ],
  },
]

export const ubuntu1604: Profile = {
  id: 'ubuntu-16.04',
  title: 'Ubuntu 16.04: Linux 4.15, glibc 2.23',
  kernel: '4.15',
  glibc: '2.23',
  procps: '3.3.10',
  ramPages: (4 * KB * KB * KB) / 4096,
  holeStart: (3 * KB * KB * KB) / 4096,
  reserved: [
    [0, 1, 'first page'],
    [0x9f, 0x100, 'BIOS and video memory'],
    [0x1000, 0x3400, 'kernel image'],
  ],
  cpus: 2,
  slab: slabs44,
  watermarkScaleFactor: 0,
  adaptivePcp: false,
  meminfoFields: meminfo44,
  faultAroundPages: 16,
  largeFolios: false,
  readAheadPages: 32,
  stackLimit: 8 * KB * KB,
  alignHugeAnon: false,
  alignHugeFiles: false,
  protectKeepsWritable: false,
  protectUncharges: false,
  softDirty: true,
  anonVmaNames: false,
  stackNoHuge: false,
  reclaimsTables: false,
  remapsMany: false,
  thp: 'madvise',
  khugepaged: {
    scanSleepMs: 10_000,
    allocSleepMs: 60_000,
    pagesToScan: 4096,
    maxPtesNone: 511,
    maxPtesShared: 0,
    collapsesReadOnly: false,
  },
  maxMapCount: 65530,
  overcommitMemory: 0,
  overcommitRatio: 50,
  // RLIMIT_CORE, NOFILE, MEMLOCK: the defaults of Ubuntu 16.04 for an ordinary user
  rlimits: { 4: [0, 2 ** 64], 7: [1024, KB * KB], 8: [64 * KB, 64 * KB] },
  denyWrite: true,
  brkRandomBytes: 32 * KB * KB,
  vdso: { where: 'above-stack', vvar: [{ name: '[vvar]', pages: 3 }], vdsoPages: 2 },
  vsyscall: 'r-xp',
  smapsFields: [
    'Size',
    'KernelPageSize',
    'MMUPageSize',
    'Rss',
    'Pss',
    'Shared_Clean',
    'Shared_Dirty',
    'Private_Clean',
    'Private_Dirty',
    'Referenced',
    'Anonymous',
    'LazyFree',
    'AnonHugePages',
    'ShmemPmdMapped',
    'Shared_Hugetlb',
    'Private_Hugetlb',
    'Swap',
    'SwapPss',
    'Locked',
  ],
  smapsProtectionKey: true,
  program: { template, name: 'test', directory: '/home/wqq/work', device: '08:01' },
  argv0: './test',
  auxvEntries: 21,
  framesAboveMain: 0x150,
  env: [
    'XDG_SESSION_ID=c2',
    'SHELL=/bin/bash',
    'TERM=xterm-256color',
    'USER=wqq',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'PWD=/home/wqq/work',
    'LANG=zh_CN.UTF-8',
    'HOME=/home/wqq',
    'LOGNAME=wqq',
  ],
  ld: {
    path: '/lib/x86_64-linux-gnu/ld-2.23.so',
    pie: true,
    segments: [
      { vaddr: 0x0, offset: 0x0, fileSize: 0x25910, memSize: 0x25910, read: true, write: false, exec: true },
      { vaddr: 0x225bc0, offset: 0x25bc0, fileSize: 0x13ac, memSize: 0x1568, read: true, write: true, exec: false },
    ],
    relro: { vaddr: 0x225bc0, size: 0x440 },
    contents: [],
    fileSize: 162632,
  },
  libc: {
    path: '/lib/x86_64-linux-gnu/libc-2.23.so',
    pie: true,
    segments: [
      { vaddr: 0x0, offset: 0x0, fileSize: 0x1bfad8, memSize: 0x1bfad8, read: true, write: false, exec: true },
      { vaddr: 0x3c07a0, offset: 0x1c07a0, fileSize: 0x4fe0, memSize: 0x9200, read: true, write: true, exec: false },
    ],
    relro: { vaddr: 0x3c07a0, size: 0x3860 },
    contents: [],
    fileSize: 1868984,
  },
  ldSoCacheSize: 111669,
  libraryDevice: '08:01',
  loader,
  // Ubuntu's compiler links with -z relro only; what its loader touches later was not measured.
  lazyBinding: [],
  symbols: {
    puts: [['libc', 0x6f690, 'x']],
    printf: [['libc', 0x55800, 'x']],
    getchar: [['libc', 0x76160, 'x']],
    read: [['libc', 0xf7250, 'x']],
    write: [['libc', 0xf72b0, 'x']],
    malloc: [['libc', 0x84130, 'x']],
    mmap: [['libc', 0x101680, 'x']],
  },
  mainArena: 0x3c4b20,
  libcObjects: { start: 0x3c48e0, end: 0x3c7000 },
  // Where a thread starts below its structure was not measured for 2.23.
  tls: {
    threadPointer: 0x700,
    errno: -0x80,
    list: 0x2c0,
    tid: 0x2d0,
    joinid: 0x628,
    cleanup: 0x2f8,
    rseq: undefined,
    size: 0x900,
    startFrame: 0x100,
  },
  // FXSAVE, XSAVE header and AVX state of a CPU of its time.
  xstateBytes: 836,
  // The article's 77 less the 46 that the loader, the first printf and the first getchar take by the pages above.
  faultsBeforeExec: 31,
  launcher: 'bash',
  defaultSeed: 13070,
  // The draws that give the addresses the article shows.
  recordedEntropy: {
    pid: 13070,
    mmapPages: 0xcca910e,
    stackPages: 0x399133,
    stackBytes: 0x2a0,
    brkPages: 0x170e,
    exePages: 0,
    vdsoPages: 0x9a,
  },
  costs: COSTS,
}
