/** One scan of argv: the parts that short and long options share. */
import type { Runtime } from '../runtime.js'
import { readString } from '../string/scan.js'
import { HostBytes } from '../stdio/bytes.js'
import { latin1, textOf } from '../text.js'
import type { GetoptState } from './state.js'

const POINTER = 8
export const UNKNOWN = '?'.charCodeAt(0)

/** A call's arguments, and the variables it shares with the program: each access goes to user memory. */
export class Scan {
  readonly state: GetoptState
  /** The program's option string, without the character that chooses the order. */
  options: string

  constructor(
    readonly rt: Runtime,
    readonly argc: number,
    private readonly argv: number,
    options: number,
  ) {
    this.options = this.text(options)
    this.state = rt.state.getopt
  }

  get optind(): number {
    return this.rt.mem.readI32(this.rt.objects.getopt.optind)
  }
  set optind(value: number) {
    this.rt.mem.writeU32(this.rt.objects.getopt.optind, value)
  }
  set optarg(address: number) {
    this.rt.mem.writePtr(this.rt.objects.getopt.optarg, address)
  }

  text(address: number): string {
    return textOf(readString(this.rt.mem, address))
  }

  address(index: number): number {
    return this.rt.mem.readPtr(this.argv + index * POINTER)
  }

  argument(index: number): string {
    return this.text(this.address(index))
  }

  /** The argument at optind, and goes on to the next. */
  takeArgument(): number {
    const at = this.address(this.optind)
    this.optind += 1
    return at
  }

  /** A lone "-" is no option, nor is what does not begin with one. */
  isOption(index: number): boolean {
    const { mem } = this.rt
    const at = this.address(index)
    return mem.readU8(at) === 0x2d && mem.readU8(at + 1) !== 0
  }

  /** What stands for a missing argument: a colon at the head of the option string asks for one. */
  get missing(): number {
    return this.options.startsWith(':') ? ':'.charCodeAt(0) : UNKNOWN
  }

  /** The colon also means silence, as opterr = 0 does. */
  private get complains(): boolean {
    return !this.options.startsWith(':') && this.rt.mem.readI32(this.rt.objects.getopt.opterr) !== 0
  }

  /** To stderr, behind the program's name; each piece is a call of fprintf. */
  complain(...pieces: readonly string[]): void {
    if (!this.complains) return
    const [first, ...rest] = pieces
    for (const piece of [`${this.argument(0)}: ${first}`, ...rest]) {
      this.rt.touch('buffered_vfprintf')
      this.rt.streams[2].write(new HostBytes(latin1(piece)))
    }
  }

  /**
   * The options found since lie behind arguments that are none: the two groups change places in argv.
   * @glibc exchange posix/getopt.c
   */
  exchange(): void {
    const { mem } = this.rt
    const { firstPassed, lastPassed } = this.state
    const end = this.optind
    const indices = Array.from({ length: end - firstPassed }, (_, i) => firstPassed + i)
    const pointers = indices.map((index) => this.address(index))
    const passed = pointers.splice(0, lastPassed - firstPassed)
    for (const [i, pointer] of [...pointers, ...passed].entries())
      mem.writePtr(this.argv + (firstPassed + i) * POINTER, pointer)
    this.state.firstPassed += end - lastPassed
    this.state.lastPassed = end
  }
}
