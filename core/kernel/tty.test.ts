import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../base/index.js'
import { Tty } from './tty.js'

/** What reads of at most `limit` bytes give, until one would have to wait. */
function reads(tty: Tty, limit = 4096): string[] {
  const lines: string[] = []
  while (tty.readable) lines.push(decodeUtf8(tty.readLine(limit)))
  return lines
}

function typed(...texts: string[]): { tty: Tty; interrupts: () => number } {
  let count = 0
  const tty = new Tty(() => count++)
  for (const text of texts) tty.type(encodeUtf8(text))
  return { tty, interrupts: () => count }
}

describe('Ctrl+D on the terminal', () => {
  it('is the end of file at the beginning of a line, for one read', () => {
    const { tty } = typed('a\n\u0004b\n')
    expect(reads(tty)).toEqual(['a\n', '', 'b\n'])
    tty.type(encodeUtf8('c\n'))
    expect(reads(tty)).toEqual(['c\n'])
  })

  it('ends a line that has begun without a character', () => {
    expect(reads(typed('ab\u0004c\n').tty)).toEqual(['ab', 'c\n'])
  })

  it('is no second end for a read that took the line to its last byte', () => {
    expect(reads(typed('abcd\u0004e\n').tty, 2)).toEqual(['ab', 'cd', 'e\n'])
  })

  it('is not echoed', () => {
    expect(decodeUtf8(typed('ab\u0004').tty.screen)).toBe('ab')
  })
})

describe('Ctrl+C on the terminal', () => {
  it('interrupts, drops what nobody has read, and is echoed as ^C', () => {
    const { tty, interrupts } = typed('a\n\u0004b\u0003c\n')
    expect(interrupts()).toBe(1)
    expect(reads(tty)).toEqual(['c\n'])
    expect(decodeUtf8(tty.screen)).toBe('a\nb^Cc\n')
  })

  it('gives a read nothing', () => {
    expect(reads(typed('\u0003').tty)).toEqual([])
  })
})

it('a terminal is taken back with the ends that stand in its queue', () => {
  const { tty } = typed('a\u0004\u0004')
  const { tty: again } = typed()
  again.load(tty.save())
  expect(reads(again)).toEqual(['a', ''])
})
