import { describe, expect, it } from 'vitest'
import { keyTarget, presenterKey, type KeyTarget } from './presenter-keys.js'

const press = (
  key: string,
  target: KeyTarget = 'page',
  held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => presenterKey({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }, target)
const move = (to: string) => ({ do: 'move', move: to })

describe('the keys of a presentation', () => {
  it('are a clicker’s', () => {
    expect(press('PageDown')).toEqual(move('next'))
    expect(press('PageUp')).toEqual(move('back'))
    expect(press('.')).toEqual(move('black'))
    expect(press('b')).toEqual(move('black'))
    expect(press('Escape')).toEqual(move('leave'))
  })
  it('are those of a keyboard, too', () => {
    expect(press('ArrowRight')).toEqual(move('next'))
    expect(press('ArrowLeft')).toEqual(move('back'))
    expect(press(' ')).toEqual(move('next'))
    expect(press(' ', 'page', { shiftKey: true })).toEqual(move('back'))
    expect(press('n')).toEqual({ do: 'notes' })
    expect(press('2')).toEqual({ do: 'answer', option: 1 })
  })
  it('leave to a table, a button and a text what they live on, but never the clicker’s two', () => {
    expect(press('ArrowRight', 'arrows')).toBeUndefined()
    expect(press(' ', 'button')).toBeUndefined()
    for (const key of ['.', 'b', '1', 'n', 'Escape', ' ', 'ArrowLeft']) expect(press(key, 'text'), key).toBeUndefined()
    for (const target of ['text', 'button', 'arrows'] as const) expect(press('PageDown', target)).toEqual(move('next'))
  })
  it('leave the rest alone', () => {
    for (const key of ['ArrowUp', 'Tab', 'Enter', 'F5', 'x']) expect(press(key), key).toBeUndefined()
    expect(press('ArrowLeft', 'page', { altKey: true })).toBeUndefined()
    expect(press('PageDown', 'page', { ctrlKey: true })).toBeUndefined()
  })
})

it('what has the focus is told by its place', () => {
  document.body.innerHTML =
    '<p id="p"></p><div role="grid"><button id="cell"></button></div><button id="b"></button><input id="i" />'
  const at = (id: string) => keyTarget(document.getElementById(id))
  expect([at('p'), at('cell'), at('b'), at('i'), keyTarget(null)]).toEqual(['page', 'arrows', 'button', 'text', 'page'])
})
