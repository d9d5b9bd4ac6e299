/**
 * Text addresses: what return addresses and function pointers hold.
 *
 *   bias + textBase + 8 p              code point p of the program; one more for the place main returns to
 *   libc's text:  library + 8 q        code point codePoints + 1 + q, of the library units linked to the program
 */
import { CODE_POINT_BYTES, type CompiledProgram } from '../program.js'

export class TextMap {
  readonly #start: number
  readonly #points: number
  readonly #library: number
  readonly #libraryPoints: number

  /** @param library where libc's text has room for the units, see {@link ExternalAddresses} */
  constructor(
    program: Pick<CompiledProgram, 'textBase' | 'codePoints' | 'libraryPoints'>,
    bias: number,
    library: number,
  ) {
    this.#start = bias + program.textBase
    this.#points = program.codePoints + 1
    this.#library = library
    this.#libraryPoints = program.libraryPoints
  }

  addressOf(codePoint: number): number {
    return codePoint < this.#points
      ? this.#start + codePoint * CODE_POINT_BYTES
      : this.#library + (codePoint - this.#points) * CODE_POINT_BYTES
  }

  /** Undefined for an address where no code begins. */
  codePointAt(address: number): number | undefined {
    const own = within(address - this.#start, this.#points)
    if (own !== undefined) return own
    const unit = within(address - this.#library, this.#libraryPoints)
    return unit === undefined ? undefined : this.#points + unit
  }
}

function within(distance: number, points: number): number | undefined {
  const fits = distance >= 0 && distance < points * CODE_POINT_BYTES && distance % CODE_POINT_BYTES === 0
  return fits ? distance / CODE_POINT_BYTES : undefined
}
