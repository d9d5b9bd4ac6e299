import { describe, expect, it } from 'vitest'
import type { StoryFault, StoryMark, StoryRow } from '../../../core/protocol/index.js'
import { asShown, codeAt, faultLook, pageOf, sameGroup } from './story.js'

const row = (change: Partial<StoryRow>): StoryRow =>
  ({ kind: 'fault', stop: 1, line: 20, functionName: 'main', ...change }) as StoryRow

describe('rows of the story', () => {
  it('share a heading when line, function and stop are the same', () => {
    expect(sameGroup(row({}), row({}))).toBe(true)
    expect(sameGroup(row({}), row({ line: 21 }))).toBe(false)
    expect(sameGroup(row({}), row({ stop: 2 }))).toBe(false)
    expect(sameGroup(row({}), row({ functionName: 'f' }))).toBe(false)
    expect(sameGroup(row({ kind: 'stop' }), row({}))).toBe(false)
  })

  it('look like the page the fault left behind', () => {
    const look = (action: StoryFault['action']) => faultLook(row({ action }) as StoryFault)?.token
    expect([look('ZeroPage'), look('AnonPage'), look('FileMap'), look('Bad')]).toEqual([
      'zero',
      'anon-dirty',
      'file-clean',
      undefined,
    ])
  })

  it('count stops from 1, as the rest of the window does', () =>
    expect((asShown(row({ kind: 'stop', value: 0 })) as StoryMark).value).toBe(1))
})

it('a page is named by the address it begins at', () => expect(pageOf(0x7f2f565ebabc)).toBe('00007f2f565eb000'))

it('a line of the source is quoted without its indent', () => {
  expect(codeAt('int main()\n{\n    p[i] = i;\n}', 3)).toBe('p[i] = i;')
  expect(codeAt('', 9)).toBe('')
})
