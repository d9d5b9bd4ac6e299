import { expect, it } from 'vitest'
import { commandFor, isUndo } from './keys.js'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey', boolean>> = {}) =>
  commandFor({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...held })

it('has the keys of the menu', () => {
  expect(press('F5')).toEqual({ type: 'run' })
  expect(press('F10')).toEqual({ type: 'step' })
  expect(press('F6')).toEqual({ type: 'pause' })
  expect(press('F5', { ctrlKey: true, shiftKey: true })).toEqual({ type: 'restart' })
  expect(press('3', { ctrlKey: true })).toEqual({ type: 'show', part: 'story' })
  expect(press('9', { ctrlKey: true })).toEqual({ type: 'show', part: 'physical' })
  expect(press('F7')).toEqual({ type: 'show', part: 'slab' })
  expect(press('e', { ctrlKey: true })).toEqual({ type: 'report' })
})
it('goes back and forth in the run', () => {
  expect(press('F10', { ctrlKey: true })).toEqual({ type: 'line-before' })
  expect(press('ArrowLeft', { altKey: true })).toEqual({ type: 'stop-before' })
  expect(press('ArrowLeft', { altKey: true, shiftKey: true })).toEqual({ type: 'event-before' })
  expect(press('ArrowRight', { altKey: true, shiftKey: true })).toEqual({ type: 'event-after' })
  expect(press('B', { ctrlKey: true, shiftKey: true })).toEqual({ type: 'mark' })
  expect(press('ArrowRight', { altKey: true })).toEqual({ type: 'stop-after' })
  expect(press('End', { altKey: true })).toEqual({ type: 'end' })
  expect(press('ArrowLeft')).toBeUndefined()
})
it('goes through a lesson, and presents it', () => {
  expect(press('l', { ctrlKey: true, shiftKey: true })).toEqual({ type: 'lessons' })
  expect(press('PageDown', { altKey: true })).toEqual({ type: 'presenter', move: 'next' })
  expect(press('PageUp', { altKey: true })).toEqual({ type: 'presenter', move: 'back' })
  expect(press('F5', { shiftKey: true })).toEqual({ type: 'present' })
  expect(press('PageDown')).toBeUndefined()
})
it('takes back what was done last', () => {
  const held = { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }
  expect(isUndo({ ...held, key: 'z', ctrlKey: true })).toBe(true)
  expect(isUndo({ ...held, key: 'z', metaKey: true })).toBe(true)
  expect(isUndo({ ...held, key: 'Z', ctrlKey: true, shiftKey: true })).toBe(false)
  expect(isUndo({ ...held, key: 'z' })).toBe(false)
})
it('leaves everything else alone', () => {
  expect(press('F5', { ctrlKey: true })).toBeUndefined()
  expect(press('F10', { shiftKey: true })).toBeUndefined()
  expect(press('F5', { altKey: true })).toBeUndefined()
  expect(press('a')).toBeUndefined()
  expect(press('3')).toBeUndefined()
  expect(press('F7', { ctrlKey: true })).toBeUndefined()
  expect(press('0', { ctrlKey: true })).toBeUndefined()
})
