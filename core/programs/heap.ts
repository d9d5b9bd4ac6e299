/** Built-in programs about malloc, free and the heap. */
import type { BuiltinProgram } from '../protocol/index.js'
import binsReuse from './bins-reuse.c?raw'
import callocIsLazy from './calloc-is-lazy.c?raw'
import chunkSizes from './chunk-sizes.c?raw'
import dynamicThreshold from './dynamic-threshold.c?raw'
import firstMalloc from './first-malloc.c?raw'
import fragmentation from './fragmentation.c?raw'
import freeKeepsRss from './free-keeps-rss.c?raw'
import heapGrowth from './heap-growth.c?raw'
import mallocTrim from './malloc-trim.c?raw'
import mmapThreshold from './mmap-threshold.c?raw'
import qsortHeap from './qsort-heap.c?raw'

export const heap: readonly BuiltinProgram[] = [
  {
    id: 'first-malloc',
    topic: 'heap',
    keywords: ['brk', 'stdio', 'heap'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The first malloc', 'zh-CN': '第一次 malloc' },
    shows: {
      en: 'There is no heap until printf asks for its buffer.',
      'zh-CN': '在 printf 要缓冲区之前，根本没有堆。',
    },
    source: firstMalloc,
  },
  {
    id: 'heap-growth',
    topic: 'heap',
    keywords: ['brk', 'top', 'malloc'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The heap grows', 'zh-CN': '堆如何增长' },
    shows: {
      en: 'malloc cuts blocks from top; brk is called only when top runs out, for 132 kB at a time.',
      'zh-CN': 'malloc 从 top 切块；top 用完才调用 brk，每次 132 kB。',
    },
    source: heapGrowth,
  },
  {
    id: 'chunk-sizes',
    topic: 'heap',
    keywords: ['chunks', 'malloc'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Blocks and chunks', 'zh-CN': '块与 chunk' },
    shows: {
      en: 'Sizes are rounded up to 16 bytes with 8 for the header: 24 bytes cost 32, 25 cost 48.',
      'zh-CN': '大小加 8 字节头后向上取整到 16：要 24 字节用 32，要 25 字节就用 48。',
    },
    source: chunkSizes,
  },
  {
    id: 'bins-reuse',
    topic: 'heap',
    keywords: ['bins', 'tcache', 'free', 'malloc'],
    profiles: ['debian-12'],
    title: { en: 'Freed blocks come back', 'zh-CN': '释放的块又回来' },
    shows: {
      en: 'free puts blocks in lists by size, and malloc takes the newest one first.',
      'zh-CN': 'free 按大小把块放进链表，malloc 先取最后放进去的。',
    },
    source: binsReuse,
  },
  {
    id: 'mmap-threshold',
    topic: 'heap',
    keywords: ['mmap', 'malloc', 'free'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The mmap threshold', 'zh-CN': 'mmap 阈值' },
    shows: {
      en: 'Blocks of 128 KiB and more get a mapping of their own, and free unmaps it.',
      'zh-CN': '128 KiB 以上的块有自己的映射，free 时即解除。',
    },
    source: mmapThreshold,
  },
  {
    id: 'dynamic-threshold',
    topic: 'heap',
    keywords: ['mmap', 'malloc', 'free'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The threshold moves', 'zh-CN': '阈值会变' },
    shows: {
      en: 'The same malloc(1 MiB) uses mmap first and the heap later: freeing it raised the threshold.',
      'zh-CN': '同样的 malloc(1 MiB)，先用 mmap，后用堆：那次 free 抬高了阈值。',
    },
    source: dynamicThreshold,
  },
  {
    id: 'free-keeps-rss',
    topic: 'heap',
    keywords: ['free', 'RSS', 'top'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'free, and RSS stays', 'zh-CN': 'free 之后 RSS 不变' },
    shows: {
      en: 'Freed blocks stay with malloc as long as a block behind them is in use.',
      'zh-CN': '只要后面还有一块在用，释放的块就留在 malloc 手里。',
    },
    source: freeKeepsRss,
  },
  {
    id: 'malloc-trim',
    topic: 'heap',
    keywords: ['malloc_trim', 'free', 'RSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'malloc_trim', 'zh-CN': 'malloc_trim' },
    shows: {
      en: 'Free pages in the middle of the heap go back to the kernel; the heap keeps its length.',
      'zh-CN': '堆中间的空闲页还给内核，堆的长度不变。',
    },
    source: mallocTrim,
  },
  {
    id: 'fragmentation',
    topic: 'heap',
    keywords: ['fragmentation', 'free', 'malloc'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Fragmentation', 'zh-CN': '碎片' },
    shows: {
      en: 'Half of the heap is free and cannot be used: each hole is too small.',
      'zh-CN': '堆有一半空着却用不上：每个空洞都太小。',
    },
    source: fragmentation,
  },
  {
    id: 'calloc-is-lazy',
    topic: 'heap',
    keywords: ['calloc', 'zero page', 'faults'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Why calloc is fast', 'zh-CN': 'calloc 为什么快' },
    shows: {
      en: 'Fresh pages are zero already: calloc of 16 MiB touches none of them.',
      'zh-CN': '新页本来就是零：calloc 16 MiB，一页也不碰。',
    },
    source: callocIsLazy,
  },
  {
    id: 'qsort-heap',
    topic: 'heap',
    keywords: ['qsort', 'malloc', 'mmap'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'qsort uses memory, too', 'zh-CN': 'qsort 也用内存' },
    shows: {
      en: 'While it sorts, a copy of the table exists that the program never asked for.',
      'zh-CN': '排序期间有一份程序从未要过的表的副本。',
    },
    source: qsortHeap,
  },
]
