import { describe, expect, it } from 'vitest'
import { FakeUser, type Arg } from '../../testing/fake-user.js'
import golden from './printf.golden.json'

/** printf.golden.json: what glibc 2.36 printed, captured by capture-printf.sh. */
interface GoldenCase {
  readonly format: string
  /** For %m. */
  readonly errno: number
  readonly args: readonly { readonly i?: string; readonly s?: string; readonly f?: string }[]
  readonly result: number
  readonly output: string
}

const argOf = (arg: GoldenCase['args'][number]): Arg => {
  if (arg.s !== undefined) return arg.s
  return arg.f !== undefined ? BigInt(`0x${arg.f}`) : BigInt(arg.i ?? 0)
}

describe('printf', () => {
  const cases = golden as readonly GoldenCase[]

  it(`formats ${cases.length} captured cases as glibc does`, () => {
    const user = new FakeUser()
    const buffer = user.space(1 << 14)
    for (const { format, errno, args, result, output } of cases) {
      user.errno = errno
      const answer = user.call('snprintf', buffer, 1 << 14, format, ...args.map(argOf))
      const bytes = user.mem.readBytes(buffer, Math.max(0, answer))
      const shown = { format, args, result: answer, output: String.fromCharCode(...bytes) }
      expect(shown).toEqual({ format, args, result, output })
    }
  })
})
