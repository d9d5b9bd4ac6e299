/** The conversion specifications of printf(3), taken apart. */

export type LengthModifier = '' | 'hh' | 'h' | 'l' | 'll' | 'L' | 'j' | 'z' | 't'

/** Width or precision: a number, `*`, or `*n$` (number of the argument). */
export type Amount = number | { readonly argument: number | undefined }

export interface Flags {
  left: boolean
  plus: boolean
  space: boolean
  alternate: boolean
  zero: boolean
  group: boolean
}

export interface Conversion {
  /** Position of the `%` and of what follows the specification. */
  readonly start: number
  readonly end: number
  /** n of `%n$`. */
  readonly argument: number | undefined
  readonly flags: Flags
  readonly width: Amount | undefined
  readonly precision: Amount | undefined
  readonly length: LengthModifier
  /** The conversion character, '' when the format ends before it. */
  readonly type: string
}

const INT_MAX = 0x7fff_ffff
const LENGTHS: Readonly<Record<string, LengthModifier>> = {
  h: 'h',
  l: 'l',
  q: 'll',
  L: 'L',
  j: 'j',
  z: 'z',
  Z: 'z',
  t: 't',
}
const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  '-': 'left',
  '+': 'plus',
  ' ': 'space',
  '#': 'alternate',
  '0': 'zero',
  "'": 'group',
}

class SpecReader {
  constructor(
    private readonly format: Uint8Array,
    public at: number,
  ) {}

  peek(): string {
    return this.at < this.format.length ? String.fromCharCode(this.format[this.at]) : ''
  }

  take(ch: string): boolean {
    if (this.peek() !== ch) return false
    this.at++
    return true
  }

  digits(): number | undefined {
    let value: number | undefined
    for (let ch = this.peek(); ch >= '0' && ch <= '9'; ch = this.peek()) {
      value = (value ?? 0) * 10 + Number(ch)
      this.at++
    }
    return value
  }

  /** `n$`, or nothing consumed. */
  position(): number | undefined {
    const start = this.at
    const n = this.digits()
    if (n !== undefined && n > 0 && this.take('$')) return n
    this.at = start
    return undefined
  }

  flags(): Flags {
    const flags = { left: false, plus: false, space: false, alternate: false, zero: false, group: false }
    for (let name = this.flagName(); name !== undefined; name = this.flagName()) {
      if (name !== 'I') flags[name] = true
      this.at++
    }
    return flags
  }

  /** `I` (locale's digits) changes nothing in the C locale. */
  private flagName(): keyof Flags | 'I' | undefined {
    const ch = this.peek()
    return ch === 'I' ? 'I' : FLAG_NAMES[ch]
  }

  amount(): Amount | undefined {
    return this.take('*') ? { argument: this.position() } : this.digits()
  }

  length(): LengthModifier {
    const length = LENGTHS[this.peek()]
    if (length === undefined) return ''
    this.at++
    if (length === 'h' && this.take('h')) return 'hh'
    if (length === 'l' && this.take('l')) return 'll'
    return length
  }
}

/** Reads the specification whose `%` stands at `start`. */
export function readConversion(format: Uint8Array, start: number): Conversion {
  const reader = new SpecReader(format, start + 1)
  const argument = reader.position()
  const flags = reader.flags()
  const width = reader.amount()
  const precision = reader.take('.') ? (reader.amount() ?? 0) : undefined
  const length = reader.length()
  const type = reader.peek()
  return { start, end: reader.at + (type === '' ? 0 : 1), argument, flags, width, precision, length, type }
}

/** Width or precision that does not fit an int: EOVERFLOW. */
export const tooLarge = (amount: number): boolean => amount > INT_MAX
