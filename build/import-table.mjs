// The house, as data: which folder may import which. One table, three readers: .dependency-cruiser.cjs enforces it,
// build/docs.mjs prints it into ARCHITECTURE.md, and people read it here.
//
//   imports  folders whose code may be used (a folder covers what lies below it, unless that has a row of its own)
//   types    folders of which only types may be used
//   node     may import Node's own modules
//   npm      may import packages: true for any but electron, or a list of names
//
// A folder may always import itself. Files of core/ that are in no row may import nothing. Tests and benchmarks
// (*.test.ts, *.bench.ts), core/testing and core/golden may import anything in core/.

const MM = [
  'core/mm/phys',
  'core/mm/slab',
  'core/mm/pgtable',
  'core/mm/backing',
  'core/mm/vma',
  'core/mm/fault',
  'core/mm/reclaim',
]
const FLOOR = ['core/base', 'core/trace', 'core/kernel/uapi', 'core/arch']

/**
 * @typedef {object} Row
 * @property {string} folder
 * @property {string} holds one line for the reader
 * @property {readonly string[]} imports
 * @property {readonly string[]} [types]
 * @property {boolean} [node]
 * @property {boolean | readonly string[]} [npm]
 */

/** @type {readonly Row[]} */
export const table = [
  {
    folder: 'core/base',
    holds: 'assertions, branded scalars, address arithmetic, errno, random numbers, bitmap',
    imports: [],
  },
  { folder: 'core/trace', holds: 'tracepoints and their sink', imports: ['core/base'] },
  { folder: 'core/kernel/uapi', holds: 'flags, errno, the interfaces programs see', imports: ['core/base'] },
  {
    folder: 'core/arch',
    holds: 'x86: page-table layout, walk, TLB, address space',
    imports: ['core/base', 'core/trace', 'core/kernel/uapi'],
  },
  { folder: 'core/mm/phys', holds: 'struct page, zones, the buddy allocator, frame contents', imports: FLOOR },
  { folder: 'core/mm/slab', holds: 'kmem_cache, kmalloc, slub', imports: [...FLOOR, 'core/mm/phys'] },
  { folder: 'core/mm/pgtable', holds: 'pgd to pte, map, unmap, rmap', imports: [...FLOOR, 'core/mm/phys'] },
  {
    folder: 'core/mm/backing',
    holds: 'page cache, shmem, swap',
    imports: [...FLOOR, 'core/mm/phys', 'core/mm/slab', 'core/mm/pgtable'],
  },
  {
    folder: 'core/mm/vma',
    holds: 'mm_struct, the VMA index, mmap and its kin',
    imports: [...FLOOR, 'core/mm/phys', 'core/mm/slab', 'core/mm/pgtable', 'core/mm/backing'],
  },
  {
    folder: 'core/mm/fault',
    holds: 'handle_mm_fault',
    imports: [...FLOOR, 'core/mm/phys', 'core/mm/slab', 'core/mm/pgtable', 'core/mm/backing', 'core/mm/vma'],
  },
  {
    folder: 'core/mm/reclaim',
    holds: 'lru, kswapd, writeback, oom',
    imports: [...FLOOR, 'core/mm/phys', 'core/mm/slab', 'core/mm/pgtable', 'core/mm/backing', 'core/mm/vma'],
  },
  {
    folder: 'core/profiles',
    holds: 'what differs between machines, as data',
    imports: ['core/base'],
    types: ['core/kernel/uapi'],
  },
  {
    folder: 'core/kernel',
    holds: 'tasks, exec, syscall table; boot.ts wires everything',
    imports: [...FLOOR, ...MM, 'core/profiles'],
  },
  { folder: 'core/libc/headers', holds: 'the headers a C program includes', imports: ['core/libc'] },
  {
    folder: 'core/libc/units',
    holds: 'functions of libc written in C, which call back into the program',
    imports: ['core/libc/headers'],
  },
  {
    folder: 'core/libc',
    holds: 'malloc, string, a part of stdio',
    imports: ['core/base', 'core/trace', 'core/kernel/uapi', 'core/libc/headers', 'core/libc/units'],
  },
  {
    folder: 'core/cc',
    holds: 'C: from text to execution',
    imports: ['core/base', 'core/trace', 'core/kernel/uapi', 'core/libc/headers', 'core/libc/units'],
    types: ['core/libc'],
  },
  {
    folder: 'core/proc',
    holds: 'observer: ps, pmap, smaps and the other files of /proc',
    imports: [...FLOOR, ...MM, 'core/kernel', 'core/profiles'],
  },
  {
    folder: 'core/timeline',
    holds: 'observer: counters over time',
    imports: [...FLOOR, ...MM, 'core/kernel', 'core/protocol'],
  },
  {
    folder: 'core/story',
    holds: 'observer: why each fault, system call and change of RSS came about, and on which line',
    imports: [...FLOOR, ...MM, 'core/kernel', 'core/proc'],
    types: ['core/protocol'],
  },
  {
    folder: 'core/words',
    holds: 'what is said about events, in both languages: one place for the command line and the window',
    imports: [],
    types: ['core/protocol'],
  },
  { folder: 'core/programs', holds: 'the built-in C programs', imports: [], types: ['core/protocol'] },
  { folder: 'core/protocol', holds: 'the wire contract', imports: [], types: ['core/base', 'core/trace'] },
  {
    folder: 'core/session',
    holds: 'load, run, step, stop: the only entry from outside',
    imports: [
      ...FLOOR,
      ...MM,
      'core/kernel',
      'core/profiles',
      'core/libc',
      'core/libc/headers',
      'core/cc',
      'core/proc',
      'core/timeline',
      'core/story',
      'core/programs',
      'core/protocol',
    ],
  },
  {
    folder: 'core/report',
    holds: 'observer: the facts of a run at chosen moments, for a report',
    imports: ['core/session', 'core/protocol', 'core/programs'],
  },
  {
    folder: 'main/report',
    holds: 'reports written down as HTML, Markdown, CSV, JSON and SVG: pure',
    imports: ['core/report', 'core/protocol', 'core/programs', 'core/words', 'renderer/src/styles'],
  },
  {
    folder: 'main/disk',
    holds: 'a text read in bounded time and memory; a file written whole or not at all',
    imports: [],
    node: true,
  },
  {
    folder: 'main/lessons',
    holds: 'lessons: their format, checked, whoever wrote them',
    imports: ['core/protocol', 'core/profiles', 'core/programs', 'core/words', 'main/disk'],
    node: true,
    npm: ['valibot'],
  },
  {
    folder: 'main/files',
    holds: 'files that the window has open: sources and sessions, opened, saved, recovered',
    imports: ['core/protocol', 'preload', 'main/disk', 'main/sessions'],
    node: true,
    npm: ['valibot'],
  },
  {
    folder: 'main/sessions',
    holds: 'session files: their format, checked, upgraded, written',
    imports: ['core/protocol', 'core/profiles', 'core/words', 'main/disk'],
    npm: ['valibot'],
  },
  {
    folder: 'main/cli',
    holds: 'the pagewalk command: plain Node',
    imports: [
      'core/session',
      'core/protocol',
      'core/programs',
      'core/report',
      'core/words',
      'main/disk',
      'main/lessons',
      'main/report',
      'main/sessions',
    ],
    node: true,
  },
  {
    folder: 'main',
    holds: 'Electron main process and the simulation process',
    imports: [
      'core/session',
      'core/protocol',
      'core/programs',
      'core/report',
      'preload',
      'main/disk',
      'main/files',
      'main/lessons',
      'main/report',
      'main/sessions',
    ],
    node: true,
    npm: ['electron', 'birpc', 'valibot'],
  },
  { folder: 'preload', holds: 'the bridge and its contract', imports: ['core/protocol'], npm: ['electron'] },
  { folder: 'renderer', holds: 'the window', imports: ['core/protocol', 'core/words', 'preload'], npm: true },
]

/** The folders of the table that lie inside `folder`. */
export const inside = (/** @type {string} */ folder) =>
  table.map((r) => r.folder).filter((f) => f.startsWith(`${folder}/`))

/** Whom the rows do not bind. */
export const TEST_FILES = '\\.(test|bench)\\.ts$|^core/(testing|golden)/'
