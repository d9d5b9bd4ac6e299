import { describe, expect, it } from 'vitest'
import { BadTrace, findProfile, freshHeap, MallocReplay, replayMallocTrace } from './index.js'

const profile = findProfile('debian-12')!
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const replay = (text: string): string => replayMallocTrace(profile, bytes(text))

describe('a trace', () => {
  it('gives a line for each operation, in order; comments and empty lines do not count', () => {
    expect(replay('# begin\n\n  m 0 24\r\nf 0\nm\t1 0\n  t 0')).toBe(
      '0 heap+0x2a0 usable=24\n1 free\n2 heap+0x2a0 usable=24\n3 trim=1\n',
    )
  })

  it('may ask for any size: what cannot be is NULL', () => {
    expect(replay('m 0 18446744073709551615\nm 1 9223372036854775807\nc 2 4294967296 4294967296\na 3 64 -1\n')).toBe(
      '0 NULL\n1 NULL\n2 NULL\n3 NULL\n',
    )
    expect(replay('m 0 10000000000\nm 1 3000000000\n')).toBe(
      '0 mmap+0x10 usable=10000003056\n1 mmap+0x10 usable=3000000496\n',
    )
  })

  it('is told where it is wrong', () => {
    const wrong = (text: string) => () => replay(`m 0 24\n\n${text}\n`)
    expect(wrong('m 1')).toThrow(new BadTrace('line 3: something is missing'))
    expect(wrong('m 1 x')).toThrow(new BadTrace('line 3: a number is expected'))
    expect(wrong('m 1 2x')).toThrow(new BadTrace('line 3: a number is expected'))
    expect(wrong('m 1048576 8')).toThrow(new BadTrace('line 3: ids go up to 1048575'))
    expect(wrong('z 1')).toThrow(new BadTrace("line 3: unknown operation 'z'"))
    expect(wrong('o M_NONE 1')).toThrow(new BadTrace("line 3: unknown mallopt parameter 'M_NONE'"))
  })

  it('comes in pieces if it is long, and nothing is lost between them', () => {
    const { pool, host } = freshHeap(profile)
    const pieces: string[] = []
    const trace = Array.from({ length: 20_000 }, (_, i) => (i % 2 ? 'f 7' : `m 7 ${i % 100}`)).join('\n')
    new MallocReplay(pool, host).run(bytes(trace), (piece) => pieces.push(new TextDecoder().decode(piece)))
    expect(pieces.length).toBeGreaterThan(1)
    const lines = pieces.join('').trimEnd().split('\n')
    expect(lines.map((line) => parseInt(line))).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
  })
})
