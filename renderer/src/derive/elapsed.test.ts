import { expect, it } from 'vitest'
import { elapsed } from './elapsed.js'

it('the time of a presentation is read off like a stopwatch', () => {
  expect([0, 7_999, 247_000, 3_720_000].map(elapsed)).toEqual(['0:00', '0:07', '4:07', '1:02:00'])
})
