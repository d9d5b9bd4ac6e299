/** Built-in programs about mappings of a process, its stack included. */
import type { BuiltinProgram } from '../protocol/index.js'
import brkMmap from './brk-mmap.c?raw'
import guardPage from './guard-page.c?raw'
import mremapMove from './mremap-move.c?raw'
import overcommit from './overcommit.c?raw'
import recursionLimit from './recursion-limit.c?raw'
import stackGrowth from './stack-growth.c?raw'
import vmaSplitMerge from './vma-split-merge.c?raw'

export const mappings: readonly BuiltinProgram[] = [
  {
    id: 'overcommit',
    topic: 'mappings',
    keywords: ['overcommit', 'mmap', 'VSZ'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: '100 GiB on a small machine', 'zh-CN': '小机器上的 100 GiB' },
    shows: {
      en: 'The kernel promises more than there is, but refuses the obviously impossible, unless told not to reserve.',
      'zh-CN': '内核许诺的可以多于实有，但明显不可能的会拒绝，除非声明不必预留。',
    },
    source: overcommit,
  },
  {
    id: 'vma-split-merge',
    topic: 'mappings',
    keywords: ['mprotect', 'munmap', 'VMA'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Mappings split and merge', 'zh-CN': '映射的拆分与合并' },
    shows: {
      en: 'mprotect on the middle makes three mappings of one; taking it back makes one of three.',
      'zh-CN': '对中间一段 mprotect，一个映射变三个；改回来，三个又合成一个。',
    },
    source: vmaSplitMerge,
  },
  {
    id: 'mremap-move',
    topic: 'mappings',
    keywords: ['mremap', 'faults'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Moving without copying: mremap', 'zh-CN': '搬家不搬货：mremap' },
    shows: {
      en: 'The mapping gets another address and twice the size, without one fault.',
      'zh-CN': '映射换了地址、大了一倍，却没有一次缺页。',
    },
    source: mremapMove,
  },
  {
    id: 'brk-mmap',
    topic: 'mappings',
    keywords: ['brk', 'mmap', 'heap'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'brk and mmap', 'zh-CN': 'brk 与 mmap' },
    shows: {
      en: 'The heap has one end and shrinks from there only; mappings go one by one.',
      'zh-CN': '堆只有一端，只能从那里缩短；映射则可以逐个释放。',
    },
    source: brkMmap,
  },
  {
    id: 'guard-page',
    topic: 'mappings',
    keywords: ['mprotect', 'SIGSEGV', 'signals'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A guard page', 'zh-CN': '守护页' },
    shows: {
      en: 'A page without rights stops an overrun at its first byte; a handler tells where.',
      'zh-CN': '没有权限的一页在越界的第一个字节就拦住它；信号处理函数说出位置。',
    },
    source: guardPage,
  },
  {
    id: 'stack-growth',
    topic: 'mappings',
    keywords: ['stack', 'RSS', 'faults'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'The stack grows', 'zh-CN': '栈会增长' },
    shows: {
      en: 'Deep calls make the stack longer; returning does not make it shorter.',
      'zh-CN': '调用加深，栈就变长；返回之后却不会变短。',
    },
    source: stackGrowth,
  },
  {
    id: 'recursion-limit',
    topic: 'mappings',
    keywords: ['stack', 'RLIMIT_STACK', 'SIGSEGV'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Recursion without an end', 'zh-CN': '没有尽头的递归' },
    shows: {
      en: 'At 8 MiB the stack may not grow any more, and the next call dies of SIGSEGV.',
      'zh-CN': '到 8 MiB 栈就不许再长，下一次调用因 SIGSEGV 而死。',
    },
    source: recursionLimit,
  },
]
