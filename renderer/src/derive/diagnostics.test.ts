import { describe, expect, it } from 'vitest'
import type { ProtocolDiagnostic } from '../../../core/protocol/index.js'
import { diagnosticSpan, excerpt } from './diagnostics.js'

const at = (line: number, column: number, endColumn: number): ProtocolDiagnostic => ({
  ...{ severity: 'error', code: 'x', message: 'no', file: 'a.c' },
  ...{ line, column, endColumn },
})
const SOURCE = 'int main()\n{\n\tfoo(1)\n}\n'
const underlined = (d: ProtocolDiagnostic) => {
  const { from, to } = diagnosticSpan(SOURCE, d)
  return SOURCE.slice(from, to)
}

describe('the caret line', () => {
  it('stands under the span, with the tabs of the line above', () => {
    expect(excerpt(SOURCE, at(3, 2, 5))).toEqual({ code: '\tfoo(1)', caret: '\t^~~' })
  })
  it('is one caret where the span is empty or past the end', () => {
    expect(excerpt(SOURCE, at(3, 8, 9)).caret).toBe('\t      ^')
    expect(excerpt(SOURCE, at(9, 1, 1))).toEqual({ code: '', caret: '^' })
  })
  it('does not run on past its line', () => expect(excerpt(SOURCE, at(1, 5, 90)).caret).toBe('    ^~~~~~'))
})

describe('the squiggle', () => {
  it('covers the span', () => expect(underlined(at(3, 2, 5))).toBe('foo'))
  it('takes the character before when the place is the end of the line', () =>
    expect(underlined(at(3, 8, 9))).toBe(')'))
  it('is empty on an empty line rather than on another one', () => expect(underlined(at(5, 1, 2))).toBe(''))
})
