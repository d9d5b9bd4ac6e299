/** Built-in programs about threads. */
import type { BuiltinProgram } from '../protocol/index.js'
import threadArenas from './thread-arenas.c?raw'
import threadMemory from './thread-memory.c?raw'
import threadStacks from './thread-stacks.c?raw'

export const threads: readonly BuiltinProgram[] = [
  {
    id: 'thread-stacks',
    topic: 'threads',
    keywords: ['threads', 'VSZ', 'stack'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Stacks of threads', 'zh-CN': '线程的栈' },
    shows: {
      en: 'Each thread adds 8 MiB to VSZ and a few kB to RSS.',
      'zh-CN': '每个线程让 VSZ 多 8 MiB，RSS 只多几 kB。',
    },
    source: threadStacks,
  },
  {
    id: 'thread-memory',
    topic: 'threads',
    keywords: ['threads', 'faults', 'RSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'One memory for all threads', 'zh-CN': '线程共用一份内存' },
    shows: {
      en: 'What a thread maps and writes, the others find without a fault of their own.',
      'zh-CN': '一个线程映射并写好的内存，别的线程不必再缺页就能用。',
    },
    source: threadMemory,
  },
  {
    id: 'thread-arenas',
    topic: 'threads',
    keywords: ['threads', 'arenas', 'malloc', 'VSZ'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Arenas of threads', 'zh-CN': '线程的 arena' },
    shows: {
      en: 'The first malloc in a thread reserves 64 MiB of addresses for an arena of its own.',
      'zh-CN': '线程里第一次 malloc 就为自己的 arena 预留 64 MiB 地址。',
    },
    source: threadArenas,
  },
]
