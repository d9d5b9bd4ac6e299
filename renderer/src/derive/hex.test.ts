import { expect, it } from 'vitest'
import { addressText, hexText, pointerText, stripZeros, userAddress } from './hex.js'

it('writes numbers as frames and as pmap’s addresses', () => {
  expect(hexText(1309709)).toBe('0x13fc0d')
  expect(addressText(0x1d10000)).toBe('0000000001d10000')
})
it('writes addresses shorter, and 0 as a digit', () => {
  expect(stripZeros('00007f2f565eb000')).toBe('7f2f565eb000')
  expect(stripZeros('0000')).toBe('0')
  expect(pointerText('0000000001d10000')).toBe('0x1d10000')
  expect(userAddress('0000000001d10000')).toBe('000001d10000')
})
