/** A few programs for the gallery behind the fake bridge. Not part of the application. */
import type { BuiltinProgram, ProgramTopic } from '../../../core/protocol/index.js'
import { MMAP_DEMO } from './fake-simulation.js'

const program = (id: string, topic: ProgramTopic, keywords: string[], en: string, zh: string): BuiltinProgram => ({
  id,
  topic,
  keywords,
  profiles: id === 'bins-reuse' ? ['debian-12'] : ['ubuntu-16.04', 'debian-12'],
  title: { en, 'zh-CN': zh },
  shows: { en: `What ${en} is about.`, 'zh-CN': `关于${zh}。` },
  source: MMAP_DEMO,
})

export const FAKE_PROGRAMS: readonly BuiltinProgram[] = [
  program('mmap-demo', 'pages', ['mmap', 'zero page'], 'The founding experiment', '经典实验'),
  program('zero-page', 'pages', ['zero page', 'COW'], 'The zero page', '零页'),
  program('bins-reuse', 'heap', ['tcache', 'free'], 'Freed blocks come back', '释放的块又回来'),
  program('fork-cow', 'processes', ['fork', 'COW', 'PSS'], 'fork and copy on write', 'fork 与写时复制'),
]
