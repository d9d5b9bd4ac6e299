import fc from 'fast-check'
import { expect, it } from 'vitest'
import { base64Bytes } from './base64.js'

it('bytes come back as they went', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base64Bytes(Buffer.from(bytes).toString('base64'))).toEqual(new Uint8Array(bytes))
    }),
  )
})
