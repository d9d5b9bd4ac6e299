import { describe, expect, it } from 'vitest'
import { ByteLog } from './byte-log.js'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const text = (log: ByteLog): string => String.fromCharCode(...log.bytes)

describe('a log of bytes', () => {
  it('keeps everything unless it is told how much', () => {
    const log = new ByteLog()
    for (let i = 0; i < 1000; i++) log.push(bytes('abc'))
    expect([log.start, log.length, text(log)]).toEqual([0, 3000, 'abc'.repeat(1000)])
  })

  it('has the last bytes of what was written, and knows their place in the whole', () => {
    const log = new ByteLog(4)
    const all = 'abcdefghijklmnopqrstuvwxyz'
    for (const letter of all) {
      log.push(bytes(letter))
      expect(text(log)).toBe(all.slice(log.start, log.length))
      expect(log.length - log.start).toBeLessThanOrEqual(8)
      expect(log.length - log.start).toBeGreaterThanOrEqual(Math.min(4, log.length))
    }
    expect(log.length).toBe(26)
  })

  it('takes a piece larger than what it keeps', () => {
    const log = new ByteLog(4)
    log.push(bytes('ab'))
    log.push(bytes('0123456789'))
    expect([log.start, log.length, text(log)]).toEqual([8, 12, '6789'])
  })

  it('is put back as it was', () => {
    const [log, other] = [new ByteLog(4), new ByteLog(4)]
    log.push(bytes('0123456789'))
    other.replace([...log.bytes], log.start)
    expect([other.start, other.length, text(other)]).toEqual([6, 10, '6789'])
  })
})
