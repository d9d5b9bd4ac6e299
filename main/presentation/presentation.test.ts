import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Presenting, PresenterView } from '../../preload/contract.js'
import { Presentation } from './presentation.js'
import { presenterMove, presenting as schema } from './schema.js'

const STEP: Presenting = {
  lesson: 'mmap',
  title: 'Reading',
  step: 2,
  steps: 4,
  next: 'Writing',
  notes: [[{ kind: 'text', text: 'Ask first.' }]],
  answer: undefined,
  black: false,
  begun: 1_700_000_000_000,
}

function begin({ screens = 1, full = false } = {}) {
  const log: string[] = []
  const told: PresenterView[] = []
  let fullScreen = full
  let close: (() => void) | undefined
  const presentation = new Presentation({
    stage: () => ({
      isFullScreen: () => fullScreen,
      setFullScreen(on) {
        fullScreen = on
        log.push(on ? 'full' : 'window')
      },
    }),
    openNotes(closed) {
      log.push('open notes')
      close = closed
      return {
        tell: (view) => told.push(view),
        bringToFront: () => log.push('front'),
        close() {
          log.push('close notes')
          closed()
        },
      }
    },
    hasOtherScreen: () => screens > 1,
    look: () => ({ theme: 'dark', contrast: 'system', locale: 'en' }),
  })
  return { presentation, log, told, closeNotes: () => close?.() }
}

let world: ReturnType<typeof begin>
beforeEach(() => (world = begin()))

describe('a presentation', () => {
  it('takes the full screen once, and gives it back', () => {
    world.presentation.set(STEP)
    world.presentation.set({ ...STEP, step: 3 })
    expect(world.log).toEqual(['full'])
    world.presentation.set(undefined)
    expect(world.log).toEqual(['full', 'window'])
  })

  it('leaves a window on the full screen that was there before', () => {
    world = begin({ full: true })
    world.presentation.set(STEP)
    world.presentation.set(undefined)
    expect(world.log).toEqual(['full', 'full'])
  })

  it('opens the notes by itself where there is another screen, else when it is asked to', () => {
    world.presentation.set(STEP)
    world.presentation.showNotes()
    world.presentation.showNotes()
    expect(world.log).toEqual(['full', 'open notes', 'front'])
    world = begin({ screens: 2 })
    world.presentation.set(STEP)
    expect(world.log).toEqual(['full', 'open notes'])
  })

  it('tells the notes every step, and closes them at the end', () => {
    world = begin({ screens: 2 })
    world.presentation.set(STEP)
    world.presentation.set({ ...STEP, black: true })
    expect(world.told.map((view) => view.presenting?.black)).toEqual([false, true])
    world.presentation.set(undefined)
    expect(world.log.at(-1)).toBe('close notes')
  })

  it('goes on without notes that were closed, and opens them again', () => {
    world = begin({ screens: 2 })
    world.presentation.set(STEP)
    world.closeNotes()
    world.presentation.set({ ...STEP, step: 3 })
    world.presentation.showNotes()
    expect(world.log).toEqual(['full', 'open notes', 'open notes'])
  })

  it('has no notes to show before it has begun', () => {
    world.presentation.showNotes()
    expect(world.log).toEqual([])
    expect(world.presentation.view).toEqual({ presenting: undefined, theme: 'dark', contrast: 'system', locale: 'en' })
  })
})

describe('what a page may say of it', () => {
  it('is a step, or its end', () => {
    expect(v.is(schema, STEP)).toBe(true)
    expect(v.is(schema, undefined)).toBe(true)
    expect(v.is(presenterMove, 'next')).toBe(true)
  })
  it.each<[string, object]>([
    ['HTML instead of words', { notes: ['<b>'] }],
    ['more than a window shows', { title: 'x'.repeat(300) }],
    ['a kind of words nobody has', { notes: [[{ kind: 'html', text: 'x' }]] }],
    ['no number', { step: '2' }],
    ['no time', { begun: Number.NaN }],
    ['more than it is asked for', { more: true }],
  ])('is refused when it is %s', (_what, wrong) => {
    expect(v.is(schema, { ...STEP, ...wrong })).toBe(false)
    expect(v.is(presenterMove, 'quit')).toBe(false)
  })
})
