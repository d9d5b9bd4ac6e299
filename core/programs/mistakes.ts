/** Built-in programs about mistakes, and how they are found out. */
import type { BuiltinProgram } from '../protocol/index.js'
import doubleFree from './double-free.c?raw'
import heapOverflow from './heap-overflow.c?raw'
import memoryLeak from './memory-leak.c?raw'
import nullPointer from './null-pointer.c?raw'
import useAfterFree from './use-after-free.c?raw'

export const mistakes: readonly BuiltinProgram[] = [
  {
    id: 'memory-leak',
    topic: 'mistakes',
    keywords: ['leak', 'malloc', 'RSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A memory leak', 'zh-CN': '内存泄漏' },
    shows: {
      en: 'Blocks that nothing points to any more: RSS grows with each turn.',
      'zh-CN': '再没有指针指向的块：每一轮 RSS 都增长。',
    },
    source: memoryLeak,
  },
  {
    id: 'use-after-free',
    topic: 'mistakes',
    keywords: ['free', 'tcache'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Use after free', 'zh-CN': '释放后使用' },
    shows: {
      en: 'A write through a pointer to a freed block lands in the block of the next owner.',
      'zh-CN': '通过已释放的指针写入，写到的是下一个主人的块。',
    },
    source: useAfterFree,
  },
  {
    id: 'double-free',
    topic: 'mistakes',
    keywords: ['free', 'tcache', 'SIGABRT'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Double free', 'zh-CN': '重复释放' },
    shows: {
      en: 'Freeing a block twice is found by glibc, which aborts the program.',
      'zh-CN': '同一块释放两次，glibc 发现后终止程序。',
    },
    source: doubleFree,
  },
  {
    id: 'heap-overflow',
    topic: 'mistakes',
    keywords: ['chunks', 'top', 'SIGABRT'],
    profiles: ['debian-12'],
    title: { en: 'Heap overflow', 'zh-CN': '堆溢出' },
    shows: {
      en: 'Eight bytes too many damage the next chunk without a fault; a later malloc finds out.',
      'zh-CN': '多写八个字节毁了下一个 chunk，却没有段错误；后来的 malloc 才发现。',
    },
    source: heapOverflow,
  },
  {
    id: 'null-pointer',
    topic: 'mistakes',
    keywords: ['SIGSEGV', 'mappings'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A null pointer', 'zh-CN': '空指针' },
    shows: {
      en: 'Nothing is mapped at address 0, so that following a null pointer is a SIGSEGV.',
      'zh-CN': '地址 0 处没有映射，沿空指针走下去就是 SIGSEGV。',
    },
    source: nullPointer,
  },
]
