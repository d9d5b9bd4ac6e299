import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import golden from './getopt.golden.json'

const FUNCTIONS = ['getopt', 'getopt_long', 'getopt_long_only']

/** The options of capture-getopt.c; true stands for the address of the flag. */
const LONGS: readonly (readonly [string, number, boolean, number])[] = [
  ['verbose', 0, false, 118],
  ['version', 0, false, 86],
  ['output', 1, false, 111],
  ['color', 2, false, 99],
  ['quiet', 0, true, 7],
  ['silent', 0, true, 7],
  ['sile', 1, false, 300],
  ['a', 0, false, 65],
  ['same-one', 0, false, 5],
  ['same-two', 0, false, 5],
]

class Program {
  readonly user = new FakeUser({ terminal: false })
  private readonly flag = this.user.space(4)
  private readonly index = this.user.space(4)
  private readonly longs = this.user.space(32 * (LONGS.length + 1))
  private readonly argv = this.user.space(8 * 32)

  constructor() {
    LONGS.forEach(([name, hasArgument, flagged, value], i) => {
      const at = this.longs + 32 * i
      this.user.mem.writePtr(at, this.user.string(name))
      this.user.mem.writeU32(at + 8, hasArgument)
      this.user.mem.writePtr(at + 16, flagged ? this.flag : 0)
      this.user.mem.writeU32(at + 24, value)
    })
  }

  private variable(name: string): number {
    return this.user.libc.objectAddress(name)!
  }
  private set(name: string, value: number): void {
    this.user.mem.writeU32(this.variable(name), value)
  }

  /** One call, as the capture prints it. */
  private call(kind: number, argc: number, options: string): (number | string | null)[] {
    const { mem } = this.user
    mem.writeU32(this.index, 99)
    mem.writeU32(this.flag, 0)
    const more = kind === 0 ? [] : [this.longs, this.index]
    const answer = this.user.call(FUNCTIONS[kind], argc, this.argv, this.user.string(options), ...more)
    const optarg = mem.readPtr(this.variable('optarg'))
    const [optind, optopt] = ['optind', 'optopt'].map((name) => mem.readI32(this.variable(name)))
    const text = optarg === 0 ? null : this.user.text(optarg)
    return [answer, optind, optopt, text, mem.readI32(this.index), mem.readI32(this.flag)]
  }

  scan({ kind, options, line, silent }: (typeof golden)[number]): unknown {
    const { user } = this
    if (silent === 2) user.call('setenv', 'POSIXLY_CORRECT', '1', 1)
    const args = ['./prog', ...line.split(' ').filter((word) => word !== '')]
    args.forEach((word, i) => user.mem.writePtr(this.argv + 8 * i, user.string(word === '@' ? '' : word)))
    this.set('optind', 0)
    this.set('opterr', silent === 0 ? 1 : 0)
    this.set('optopt', 63)
    user.mem.writePtr(this.variable('optarg'), 0)
    const before = user.output(2).length
    const calls = []
    do calls.push(this.call(kind, args.length, options))
    while (calls[calls.length - 1][0] !== -1 && calls.length < 20)
    const argv = args.map((_, i) => user.text(user.mem.readPtr(this.argv + 8 * i)))
    return { kind, options, line, silent, calls, argv, stderr: user.output(2).slice(before) }
  }
}

describe('getopt, getopt_long and getopt_long_only', () => {
  it(`answer, permute argv and complain as glibc does on ${golden.length} command lines`, () => {
    const program = new Program()
    for (const expected of golden) expect(program.scan(expected)).toEqual(expected)
  })

  it('begin with optind 1, opterr 1 and optopt "?", and without an argument', () => {
    const { mem, libc } = new FakeUser()
    const values = ['optind', 'opterr', 'optopt', 'optarg'].map((name) => mem.readI32(libc.objectAddress(name)!))
    expect(values).toEqual([1, 1, 63, 0])
  })

  it('go on from a snapshot in the middle of a group', () => {
    const user = new FakeUser()
    const argv = user.space(24)
    user.mem.writePtr(argv, user.string('./prog'))
    user.mem.writePtr(argv + 8, user.string('-ab'))
    expect(user.call('getopt', 2, argv, 'ab')).toBe('a'.charCodeAt(0))
    const again = user.makeLibc()
    again.restore(JSON.parse(JSON.stringify(user.libc.save())))
    expect(again.functions.get('getopt')!(user.args([2, argv, 'ab']))).toBe('b'.charCodeAt(0))
  })
})
