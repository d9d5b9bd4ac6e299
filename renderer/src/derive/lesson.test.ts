import { lastStop } from '../../../core/words/index.js'
import { describe, expect, it } from 'vitest'
import type { Figures, LessonCue, LessonPart, LessonStep, LessonStop } from '../../../core/protocol/index.js'
import {
  addressOf,
  figureAt,
  filled,
  openQuestion,
  partsInSight,
  planTo,
  questionKey,
  sceneAt,
  SHOWN,
} from './lesson.js'

const cues = (...all: LessonCue[]): LessonPart => ({ kind: 'cues', cues: all })
const text: LessonPart = { kind: 'text', blocks: [] }
const ask: LessonPart = { kind: 'predict', question: [], options: [] }
const step = (...parts: LessonPart[]): LessonStep => ({ title: '', parts, claims: [], notes: [] })
const run = (stop: number): LessonCue => ({ cue: 'run', stop })

/** As the founding experiment is built. */
const STEPS = [
  step(text, cues({ cue: 'open', panel: 'source' }, run(1)), text),
  step(
    cues({ cue: 'highlight', from: 22, to: 22 }, { cue: 'open', panel: 'pmap' }),
    ask,
    cues(run(2), { cue: 'select', mapping: { newAtStop: 2 } }),
    text,
  ),
  step(cues({ cue: 'highlight', from: 28, to: 28 }), ask, cues(run(3)), text),
  step(cues(run(4), { cue: 'zoom', from: 1, to: 4 }), text),
]
const ANSWERED = { [questionKey(1, 1)]: 0, [questionKey(2, 1)]: SHOWN }

describe('what is in sight of a step', () => {
  it('ends at the question that stands open', () => {
    expect(partsInSight(STEPS[1]!, 1, {})).toBe(2)
    expect(openQuestion(STEPS[1]!, 1, {})).toEqual({ part: 1, question: ask })
  })
  it('is all of it once the question is answered, and stays so when one comes back', () => {
    expect(partsInSight(STEPS[1]!, 1, ANSWERED)).toBe(4)
    expect(openQuestion(STEPS[1]!, 1, ANSWERED)).toBeUndefined()
    expect(openQuestion(STEPS[0]!, 0, {})).toBeUndefined()
  })
})

describe('the scene of a step', () => {
  it('is that of the cues before the open question', () => {
    expect(sceneAt(STEPS, 1, {})).toEqual({
      stop: 1,
      panels: ['source', 'pmap'],
      front: 'pmap',
      mapping: undefined,
      lines: { from: 22, to: 22 },
      zoom: undefined,
    })
  })
  it('goes on behind the question when it is answered', () => {
    expect(sceneAt(STEPS, 1, ANSWERED)).toMatchObject({ stop: 2, mapping: { newAtStop: 2 } })
  })
  it('keeps stop, panels and mapping of the steps before, and has lines and zoom of its own', () => {
    expect(sceneAt(STEPS, 2, {})).toEqual({
      stop: 2,
      panels: ['source', 'pmap'],
      front: 'source',
      mapping: { newAtStop: 2 },
      lines: { from: 28, to: 28 },
      zoom: undefined,
    })
    expect(sceneAt(STEPS, 3, ANSWERED)).toMatchObject({
      stop: 4,
      panels: ['source', 'pmap', 'timeline'],
      lines: undefined,
      zoom: { from: 1, to: 4 },
    })
  })
  it('does not ask how one got there', () => {
    expect(sceneAt(STEPS, 3, {})).toEqual(sceneAt(STEPS, 3, ANSWERED))
  })
})

describe('the plan', () => {
  const scenes = STEPS.map((_, i) => sceneAt(STEPS, i, ANSWERED))
  const [first, second, third, fourth] = scenes as [
    (typeof scenes)[0],
    (typeof scenes)[0],
    (typeof scenes)[0],
    (typeof scenes)[0],
  ]

  it('of the first step runs to its stop', () => {
    expect(planTo(first, undefined, 0)).toEqual([
      { do: 'highlight', lines: undefined },
      { do: 'open', panel: 'source' },
      { do: 'go', stop: 1 },
      { do: 'select', mapping: undefined },
      { do: 'zoom', zoom: undefined },
    ])
  })
  it('forth does only what differs', () => {
    expect(planTo(second, first, 1)).toEqual([
      { do: 'highlight', lines: { from: 22, to: 22 } },
      { do: 'open', panel: 'pmap' },
      { do: 'go', stop: 2 },
      { do: 'select', mapping: { newAtStop: 2 } },
    ])
  })
  it('back is the plan to the step before', () => {
    expect(planTo(third, fourth, 4)).toEqual([
      { do: 'highlight', lines: { from: 28, to: 28 } },
      { do: 'open', panel: 'source' },
      { do: 'go', stop: 3 },
      { do: 'zoom', zoom: undefined },
    ])
    expect(planTo(first, second, 2)).toEqual([
      { do: 'highlight', lines: undefined },
      { do: 'open', panel: 'source' },
      { do: 'go', stop: 1 },
      { do: 'select', mapping: undefined },
    ])
  })
  it('brings a machine back that has been moved on, and nothing else', () => {
    expect(planTo(second, second, undefined)).toEqual([{ do: 'go', stop: 2 }])
    expect(planTo(second, second, 2)).toEqual([])
  })
})

describe('figures and addresses', () => {
  const stop = (rss: number, fresh?: string): LessonStop => ({
    figures: { rss } as Figures,
    heap: 'h',
    stack: 's',
    fresh,
  })
  const stops = [stop(1328), stop(1328, 'new'), stop(1344)]
  const rss = (at: number, since?: number) => ({ name: 'rss' as const, stop: at, since })

  it('a figure is not told before its stop is reached', () => {
    expect(figureAt(rss(2), stops, 1)).toBeUndefined()
    expect(figureAt(rss(2), stops, 2)).toBe(1328)
    expect(figureAt(rss(3, 2), stops, 3)).toBe(16)
    expect(figureAt(rss(4), stops, 4)).toBeUndefined()
  })
  it('answers and notes have theirs at once', () => {
    expect(
      filled(
        [
          { kind: 'text', text: 'by ' },
          { kind: 'figure', figure: rss(3, 2) },
        ],
        stops,
      ),
    ).toEqual([
      { kind: 'text', text: 'by ' },
      { kind: 'strong', text: '16' },
    ])
    expect(filled([{ kind: 'figure', figure: rss(9) }], stops)).toEqual([{ kind: 'strong', text: '…' }])
  })
  it('a mapping is found by name and by the stop it came with', () => {
    expect(addressOf('[heap]', 1, stops)).toBe('h')
    expect(addressOf('[stack]', 3, stops)).toBe('s')
    expect(addressOf({ newAtStop: 2 }, 3, stops)).toBe('new')
    expect(addressOf('[heap]', 0, stops)).toBeUndefined()
  })
  it('the last stop is the furthest a step runs to', () => expect(lastStop(STEPS)).toBe(4))
})
