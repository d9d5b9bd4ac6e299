/** The lessons that come with Pagewalk, in the order in which they build on each other. */
import callocIsFastEn from '../../lessons/calloc-is-fast/en.md?raw'
import callocIsFastZh from '../../lessons/calloc-is-fast/zh-CN.md?raw'
import forkAndPssEn from '../../lessons/fork-and-pss/en.md?raw'
import forkAndPssZh from '../../lessons/fork-and-pss/zh-CN.md?raw'
import foundingExperimentEn from '../../lessons/founding-experiment/en.md?raw'
import foundingExperimentZh from '../../lessons/founding-experiment/zh-CN.md?raw'
import freeKeepsRssEn from '../../lessons/free-keeps-rss/en.md?raw'
import freeKeepsRssZh from '../../lessons/free-keeps-rss/zh-CN.md?raw'
import mmapThresholdEn from '../../lessons/mmap-threshold/en.md?raw'
import mmapThresholdZh from '../../lessons/mmap-threshold/zh-CN.md?raw'
import rssAndVszEn from '../../lessons/rss-and-vsz/en.md?raw'
import rssAndVszZh from '../../lessons/rss-and-vsz/zh-CN.md?raw'
import { parseLesson, type ParsedLesson } from './lesson.js'

const BUILTIN: readonly (readonly [id: string, en: string, zh: string])[] = [
  ['founding-experiment', foundingExperimentEn, foundingExperimentZh],
  ['rss-and-vsz', rssAndVszEn, rssAndVszZh],
  ['free-keeps-rss', freeKeepsRssEn, freeKeepsRssZh],
  ['mmap-threshold', mmapThresholdEn, mmapThresholdZh],
  ['fork-and-pss', forkAndPssEn, forkAndPssZh],
  ['calloc-is-fast', callocIsFastEn, callocIsFastZh],
]

export const builtinLessons: readonly string[] = BUILTIN.map(([id]) => id)

/** Through the same parser as any other: what ours may not do, nobody's may. */
export function builtinLesson(id: string): ParsedLesson | undefined {
  const found = BUILTIN.find(([each]) => each === id)
  return found && parseLesson(id, { 'en.md': found[1], 'zh-CN.md': found[2] })
}
