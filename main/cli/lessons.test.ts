import { describe, expect, it } from 'vitest'
import { figureValue } from '../../core/words/index.js'
import { builtinLessons } from '../lessons/index.js'
import { figuresOf } from '../lessons/lesson.js'
import { figuresAtStops, lessonNamed, wrongClaims } from './lessons.js'

describe('the lessons that come with Pagewalk', () => {
  it.each(builtinLessons)('%s: every number it tells is the machine’s, and what it says of them holds', (id) => {
    const lesson = lessonNamed(id)
    const stops = figuresAtStops(lesson)
    expect(wrongClaims(lesson, stops)).toEqual([])
    for (const { steps } of Object.values(lesson.texts))
      for (const figure of steps.flatMap(figuresOf))
        expect(figureValue(figure, stops), JSON.stringify(figure)).toBeTypeOf('number')
  })

  it.each(builtinLessons)('%s: no two answers to a question read the same', (id) => {
    const lesson = lessonNamed(id)
    const stops = figuresAtStops(lesson)
    for (const { steps } of Object.values(lesson.texts))
      for (const part of steps.flatMap(({ parts }) => parts)) {
        if (part.kind !== 'predict') continue
        const read = part.options.map(({ spans }) =>
          spans.map((span) => (span.kind === 'figure' ? figureValue(span.figure, stops) : span.text)).join(''),
        )
        expect(new Set(read).size, read.join(' | ')).toBe(read.length)
      }
  })

  it.each(builtinLessons)('%s: each step but an introduction says what has to hold, and shows something', (id) => {
    for (const { title, claims, parts } of lessonNamed(id).texts.en.steps.slice(1)) {
      expect(claims.length, title).toBeGreaterThan(0)
      expect(parts.map(({ kind }) => kind)).toContain('cues')
    }
  })

  it('begin with the founding experiment, and its numbers are the article’s', () => {
    expect(builtinLessons[0]).toBe('founding-experiment')
    const stops = figuresAtStops(lessonNamed('founding-experiment'))
    expect(stops.map(({ majflt, minflt, rss, dirty }) => [majflt, minflt, rss, dirty])).toEqual([
      [0, 77, 1328, 80],
      [0, 77, 1328, 80],
      [0, 81, 1328, 80],
      [0, 85, 1344, 96],
    ])
  })
})
