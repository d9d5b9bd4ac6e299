import { expect, it } from 'vitest'
import { smapsBlock } from './smaps-text.js'

const TEXT = `00400000-00401000 r-xp 00000000 08:01 1 /test
Size:                  4 kB
VmFlags: rd ex
7f2f565eb000-7f2f565ef000 rw-p 00000000 00:00 0
Size:                 16 kB
VmFlags: rd wr
`

it('finds a mapping by the address that pmap writes, leading zeros or not', () => {
  expect(smapsBlock(TEXT, '0000000000400000')).toEqual({ from: 0, to: 3 })
  expect(smapsBlock(TEXT, '00007f2f565eb000')).toEqual({ from: 3, to: 6 })
})
it('finds nothing where there is nothing', () => expect(smapsBlock(TEXT, '0000000000401000')).toBeUndefined())
