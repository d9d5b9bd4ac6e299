/** Built-in programs about files in memory. */
import type { BuiltinProgram } from '../protocol/index.js'
import filePrivate from './file-private.c?raw'
import fileShared from './file-shared.c?raw'
import memfd from './memfd.c?raw'
import pastTheEnd from './past-the-end.c?raw'
import readMmap from './read-mmap.c?raw'

export const files: readonly BuiltinProgram[] = [
  {
    id: 'file-private',
    topic: 'files',
    keywords: ['MAP_PRIVATE', 'COW', 'page cache'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A private mapping of a file', 'zh-CN': '文件的私有映射' },
    shows: {
      en: 'Written pages become copies: they move from RssFile to RssAnon, and the file does not change.',
      'zh-CN': '写过的页成了副本：从 RssFile 移到 RssAnon，文件不变。',
    },
    source: filePrivate,
  },
  {
    id: 'file-shared',
    topic: 'files',
    keywords: ['MAP_SHARED', 'msync', 'page cache'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'A shared mapping of a file', 'zh-CN': '文件的共享映射' },
    shows: {
      en: 'A write to memory is a write to the file; msync brings it to the disk and makes the pages clean.',
      'zh-CN': '写内存就是写文件；msync 把它写到磁盘，页就变干净。',
    },
    source: fileShared,
  },
  {
    id: 'read-mmap',
    topic: 'files',
    keywords: ['page cache', 'read', 'mmap'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'read and mmap', 'zh-CN': 'read 与 mmap' },
    shows: {
      en: 'read makes a copy of what is in the page cache, mmap shows the page cache itself.',
      'zh-CN': 'read 复制页缓存里的内容，mmap 展示的就是页缓存本身。',
    },
    source: readMmap,
  },
  {
    id: 'past-the-end',
    topic: 'files',
    keywords: ['SIGBUS', 'mmap', 'signals'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Past the end of the file', 'zh-CN': '越过文件末尾' },
    shows: {
      en: 'A page of the mapping that the file does not have: SIGBUS, not SIGSEGV.',
      'zh-CN': '映射里有、文件里没有的页：是 SIGBUS，而不是 SIGSEGV。',
    },
    source: pastTheEnd,
  },
  {
    id: 'memfd',
    topic: 'files',
    keywords: ['memfd', 'RssShmem', 'MAP_SHARED'],
    profiles: ['debian-12', 'ubuntu-16.04'],
    title: { en: 'Two views of the same pages', 'zh-CN': '同一些页的两个窗口' },
    shows: {
      en: 'The same memory mapped twice counts twice in RSS, and once in PSS.',
      'zh-CN': '同一块内存映射两次，RSS 算两份，PSS 只算一份。',
    },
    source: memfd,
  },
]
