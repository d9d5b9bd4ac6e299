import { describe, expect, it } from 'vitest'
import { formatTime, signalName, signed, tidy, timeText, timeUnit } from './quantity.js'

describe('virtual time', () => {
  it('is written in the largest unit that leaves a number of at least 1', () => {
    expect(timeText(0)).toBe('0 ns')
    expect(timeText(999)).toBe('999 ns')
    expect(timeText(341_210)).toBe('341.2 µs')
    expect(timeText(1_204_000)).toBe('1.204 ms')
    expect(timeText(12_040_000_000)).toBe('12.04 s')
  })
  it('keeps one unit along an axis', () => {
    const unit = timeUnit(2_000_000)
    expect(formatTime(500_000, unit)).toEqual({ value: '0.500', unit: 'ms' })
  })
  it('shows no digits after the point from a thousand on', () => {
    expect(timeText(4_000_000_000_000)).toBe('4000 s')
  })
})

describe('changes', () => {
  it('carry their sign, the minus as wide as a digit', () => {
    expect(signed(16)).toBe('+16')
    expect(signed(-16)).toBe('−16')
    expect(signed(0)).toBe('+0')
  })
  it('lose the noise of binary fractions', () => expect(tidy(0.1 + 0.2)).toBe(0.3))
})

it('knows signals by the names that kill -l prints', () => {
  expect(signalName(11)).toBe('SIGSEGV')
  expect(signalName(42)).toBe('signal 42')
})
