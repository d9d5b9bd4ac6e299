/** Two lessons for component tests, on the fake simulation's one program. Not part of the application. */
import type { FigureRef, Lesson, LessonSpan, LessonStep, LessonText } from '../../../core/protocol/index.js'
import { MMAP_DEMO } from './fake-simulation.js'

const words = (text: string): LessonSpan => ({ kind: 'text', text })
const figure = (name: FigureRef['name'], stop: number, since?: number): LessonSpan => ({
  kind: 'figure',
  figure: { name, stop, since },
})
const paragraph = (...spans: LessonSpan[]) => ({
  kind: 'text' as const,
  blocks: [{ kind: 'paragraph' as const, spans }],
})

const steps: readonly LessonStep[] = [
  {
    title: 'Before mmap',
    parts: [
      {
        kind: 'cues',
        cues: [
          { cue: 'open', panel: 'source' },
          { cue: 'run', stop: 1 },
        ],
      },
      paragraph(words('There were '), figure('minflt', 1), words(' faults.')),
    ],
    claims: [],
    notes: [[words('Ask who knows ps.')], [words('There are '), figure('rss', 4), words(' kB at the end.')]],
  },
  {
    title: 'Reading',
    parts: [
      {
        kind: 'cues',
        cues: [
          { cue: 'highlight', from: 21, to: 21 },
          { cue: 'open', panel: 'pmap' },
        ],
      },
      {
        kind: 'predict',
        question: [words('Does RSS grow?')],
        options: [
          { right: false, spans: [words('Yes')] },
          { right: true, spans: [words('No, but there are '), figure('minflt', 3, 2), words(' faults')] },
        ],
      },
      {
        kind: 'cues',
        cues: [
          { cue: 'run', stop: 3 },
          { cue: 'select', mapping: { newAtStop: 2 } },
        ],
      },
      paragraph(words('RSS is '), figure('rss', 3), words(' kB.')),
    ],
    claims: [],
    notes: [],
  },
  {
    title: 'Writing',
    parts: [
      {
        kind: 'cues',
        cues: [
          { cue: 'run', stop: 4 },
          { cue: 'zoom', from: 2, to: 4 },
        ],
      },
      paragraph(words('RSS has grown by '), figure('rss', 4, 3), words(' kB.')),
    ],
    claims: [],
    notes: [],
  },
]

const lesson = (id: string, title: string): Lesson => {
  const text: LessonText = { title, summary: `What ${title} is about.`, steps }
  return {
    id,
    minutes: 5,
    program: { name: 'lesson.c', source: `${MMAP_DEMO}/* lesson */\n` },
    profile: 'ubuntu-16.04',
    seed: 13070,
    texts: { en: text, 'zh-CN': { ...text, title: `课程：${title}` } },
  }
}

export const FAKE_LESSONS: readonly Lesson[] = [lesson('first', 'The first'), lesson('second', 'The second')]
