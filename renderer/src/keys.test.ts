import { expect, it } from 'vitest'
import { commandFor } from './keys.js'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey', boolean>> = {}) =>
  commandFor({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...held })

it('has the keys of the menu', () => {
  expect(press('F5')).toBe('run')
  expect(press('F10')).toBe('step')
  expect(press('F6')).toBe('pause')
  expect(press('F5', { ctrlKey: true, shiftKey: true })).toBe('restart')
})
it('goes back and forth in the run', () => {
  expect(press('F10', { ctrlKey: true })).toBe('line-before')
  expect(press('ArrowLeft', { altKey: true })).toBe('stop-before')
  expect(press('ArrowRight', { altKey: true })).toBe('stop-after')
  expect(press('End', { altKey: true })).toBe('end')
  expect(press('ArrowLeft')).toBeUndefined()
})
it('leaves everything else alone', () => {
  expect(press('F5', { ctrlKey: true })).toBeUndefined()
  expect(press('F10', { shiftKey: true })).toBeUndefined()
  expect(press('F5', { altKey: true })).toBeUndefined()
  expect(press('a')).toBeUndefined()
})
