/** Built-in programs about pages, faults and RSS. */
import type { BuiltinProgram } from '../protocol/index.js'
import dontneedFree from './dontneed-free.c?raw'
import hugePage from './huge-page.c?raw'
import mlock from './mlock.c?raw'
import mlockLimit from './mlock-limit.c?raw'
import mmapDemo from './mmap-demo.c?raw'
import pageTables from './page-tables.c?raw'
import populate from './populate.c?raw'
import rowColumn from './row-column.c?raw'
import vszRss from './vsz-rss.c?raw'
import writeFirst from './write-first.c?raw'
import zeroPage from './zero-page.c?raw'

export const pages: readonly BuiltinProgram[] = [
  {
    id: 'mmap-demo',
    topic: 'pages',
    keywords: ['mmap', 'zero page', 'faults'],
    profiles: ['ubuntu-16.04', 'debian-12'],
    title: { en: 'The founding experiment', 'zh-CN': '经典实验' },
    shows: {
      en: 'mmap promises, reading maps the zero page, and only writing takes memory: RSS grows at the very end.',
      'zh-CN': 'mmap 只是许诺，读取映射的是零页，写入才真正占用内存：RSS 到最后一步才增长。',
    },
    source: mmapDemo,
  },
  {
    id: 'vsz-rss',
    topic: 'pages',
    keywords: ['VSZ', 'RSS', 'mmap'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'VSZ and RSS', 'zh-CN': 'VSZ 与 RSS' },
    shows: {
      en: 'VSZ grows when memory is mapped, RSS when it is touched.',
      'zh-CN': '映射内存时 VSZ 增长，碰到内存时 RSS 才增长。',
    },
    source: vszRss,
  },
  {
    id: 'zero-page',
    topic: 'pages',
    keywords: ['zero page', 'faults', 'COW'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The zero page', 'zh-CN': '零页' },
    shows: {
      en: 'Reading untouched memory takes a fault for each page and no memory; writing it then takes both.',
      'zh-CN': '读没写过的内存：每页一次缺页，却不占内存；之后写入，则既有缺页又占内存。',
    },
    source: zeroPage,
  },
  {
    id: 'write-first',
    topic: 'pages',
    keywords: ['faults', 'zero page', 'COW'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Write first, or read first', 'zh-CN': '先写还是先读' },
    shows: {
      en: 'One fault for a page that is written at once, two for one that is read before.',
      'zh-CN': '直接写入的页只缺页一次；先读后写的页要两次。',
    },
    source: writeFirst,
  },
  {
    id: 'row-column',
    topic: 'pages',
    keywords: ['faults', 'locality'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Rows and columns', 'zh-CN': '按行与按列' },
    shows: {
      en: 'As many numbers, a thousand times as many faults: what counts is how many pages are touched.',
      'zh-CN': '写同样多的数，缺页却多上千倍：要紧的是碰到了多少页。',
    },
    source: rowColumn,
  },
  {
    id: 'populate',
    topic: 'pages',
    keywords: ['MAP_POPULATE', 'faults'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Pay in advance: MAP_POPULATE', 'zh-CN': '预先付清：MAP_POPULATE' },
    shows: {
      en: 'mmap brings in every page itself; the loop that writes them takes no fault.',
      'zh-CN': 'mmap 自己就把每一页准备好，之后的写循环不再缺页。',
    },
    source: populate,
  },
  {
    id: 'dontneed-free',
    topic: 'pages',
    keywords: ['madvise', 'MADV_FREE', 'MADV_DONTNEED', 'RSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'MADV_DONTNEED and MADV_FREE', 'zh-CN': 'MADV_DONTNEED 与 MADV_FREE' },
    shows: {
      en: 'The one takes pages away at once, the other only says that they may go: RSS stays.',
      'zh-CN': '前者立刻收回页，后者只是表示可以收回：RSS 不变。',
    },
    source: dontneedFree,
  },
  {
    id: 'huge-page',
    topic: 'pages',
    keywords: ['THP', 'madvise', 'RSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'One byte, 2 MiB: huge pages', 'zh-CN': '一个字节，2 MiB：大页' },
    shows: {
      en: 'With MADV_HUGEPAGE a single fault brings 2 MiB.',
      'zh-CN': '用了 MADV_HUGEPAGE，一次缺页就带来 2 MiB。',
    },
    source: hugePage,
  },
  {
    id: 'mlock',
    topic: 'pages',
    keywords: ['mlock', 'Locked', 'RSS'],
    profiles: ['debian-12'],
    title: { en: 'Locked memory', 'zh-CN': '锁定的内存' },
    shows: {
      en: 'mlock brings in all pages at once, untouched as they are, and keeps them.',
      'zh-CN': 'mlock 立刻调入全部页，哪怕从未碰过，并把它们留在内存里。',
    },
    source: mlock,
  },
  {
    id: 'mlock-limit',
    topic: 'pages',
    keywords: ['mlock', 'RLIMIT_MEMLOCK', 'limits'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'How much may be locked', 'zh-CN': '能锁定多少' },
    shows: {
      en: 'Beyond RLIMIT_MEMLOCK mlock fails, and nothing changes.',
      'zh-CN': '超过 RLIMIT_MEMLOCK，mlock 就失败，什么也不变。',
    },
    source: mlockLimit,
  },
  {
    id: 'page-tables',
    topic: 'pages',
    keywords: ['page tables', 'VmPTE', 'zero page'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'What page tables cost', 'zh-CN': '页表的代价' },
    shows: {
      en: 'A thousand scattered reads: RSS stays, and the page tables take 4 MB.',
      'zh-CN': '零散地读一千次：RSS 不变，页表却用去 4 MB。',
    },
    source: pageTables,
  },
]
