/** Built-in programs about several processes. */
import type { BuiltinProgram } from '../protocol/index.js'
import forkCow from './fork-cow.c?raw'
import forkShared from './fork-shared.c?raw'
import orphan from './orphan.c?raw'
import pipe from './pipe.c?raw'
import sharedMemory from './shared-memory.c?raw'
import signals from './signals.c?raw'
import zombie from './zombie.c?raw'

export const processes: readonly BuiltinProgram[] = [
  {
    id: 'fork-cow',
    topic: 'processes',
    keywords: ['fork', 'COW', 'PSS'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'fork and copy on write', 'zh-CN': 'fork 与写时复制' },
    shows: {
      en: 'Both have full RSS and half of it as PSS; each page that one of them writes is copied.',
      'zh-CN': '两者 RSS 都是全额，PSS 各一半；谁写哪一页，就复制哪一页。',
    },
    source: forkCow,
  },
  {
    id: 'fork-shared',
    topic: 'processes',
    keywords: ['fork', 'MAP_SHARED'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'What fork shares', 'zh-CN': 'fork 共享什么' },
    shows: {
      en: 'The child writes to a shared and to a private mapping: the parent sees only the first.',
      'zh-CN': '子进程写共享映射和私有映射：父进程只看得到前者。',
    },
    source: forkShared,
  },
  {
    id: 'shared-memory',
    topic: 'processes',
    keywords: ['shm_open', 'MAP_SHARED', 'RssShmem'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Shared memory with a name', 'zh-CN': '有名字的共享内存' },
    shows: {
      en: 'What a process wrote is still there after its end, until the name is removed.',
      'zh-CN': '进程写下的内容在它结束后仍在，直到名字被删除。',
    },
    source: sharedMemory,
  },
  {
    id: 'pipe',
    topic: 'processes',
    keywords: ['pipe', 'fork'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A pipe', 'zh-CN': '管道' },
    shows: {
      en: 'Numbers go from one process to another through a buffer of the kernel.',
      'zh-CN': '数经由内核的缓冲区从一个进程到另一个进程。',
    },
    source: pipe,
  },
  {
    id: 'zombie',
    topic: 'processes',
    keywords: ['wait', 'ps'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A zombie', 'zh-CN': '僵尸进程' },
    shows: {
      en: 'A child that ended holds no memory but stays in the list until its parent waits for it.',
      'zh-CN': '结束了的子进程不占内存，但在父进程 wait 之前仍在进程表中。',
    },
    source: zombie,
  },
  {
    id: 'orphan',
    topic: 'processes',
    keywords: ['fork', 'wait'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'An orphan', 'zh-CN': '孤儿进程' },
    shows: {
      en: 'A process whose parent has ended gets another one: init.',
      'zh-CN': '父进程先结束的进程会得到新的父进程：init。',
    },
    source: orphan,
  },
  {
    id: 'signals',
    topic: 'processes',
    keywords: ['signals'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Signals', 'zh-CN': '信号' },
    shows: {
      en: 'A handler runs in between; while a signal is blocked it waits, and two become one.',
      'zh-CN': '处理函数插进来执行；被阻塞的信号等着，两个并成一个。',
    },
    source: signals,
  },
]
