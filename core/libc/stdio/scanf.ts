/** The scanf family: one engine over a source of characters, a stream or a string. */
import type { VarArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { asLong, asUnsignedLong, parseInteger } from '../stdlib/parse-integer.js'
import { parseFloat64 } from '../stdlib/parse-float.js'
import { isSpace } from '../string/ctype.js'
import { readString } from '../string/scan.js'
import { latin1 } from '../text.js'
import { CallVarArgs, ListVarArgs } from './args.js'
import { bitsOf } from './print-number.js'
import { scanFloat, scanInteger, scanNil } from './scan-number.js'
import { readScanSpec, type ScanSpec } from './scan-spec.js'
import { EOF, type Stream } from './stream.js'
import { streamAt } from './streams.js'
import { keepingInput, keptInput, StreamSource, type CharSource } from './unfinished.js'

/** How a directive ended. */
type Outcome = 'matched' | 'assigned' | 'mismatch' | 'end'

const PERCENT = 37
const BASES: Readonly<Record<string, number>> = { d: 10, u: 10, i: 0, o: 8, x: 16, X: 16, p: 16 }

/**
 * Takes the format piece by piece, reading and storing as it goes.
 * @glibc __vfscanf_internal stdio-common/vfscanf-internal.c
 * Left out: `%m` allocation, numbered arguments, wide conversions, grouping, %f rounding straight to float.
 */
class Scanner {
  private done = 0
  constructor(
    private readonly rt: Runtime,
    private readonly source: CharSource,
    private readonly format: Uint8Array,
    private readonly args: VarArgs,
  ) {}

  /** @returns conversions stored, or EOF when the input ended before the first */
  run(): number {
    for (let at = 0; at < this.format.length;) {
      const spec = this.format[at] === PERCENT ? readScanSpec(this.format, at) : undefined
      if (this.format[at] === PERCENT && spec === undefined) break
      const outcome = spec ? this.convert(spec) : this.literal(this.format[at])
      if (outcome === 'assigned') this.done++
      if (outcome === 'end') return this.done === 0 ? EOF : this.done
      if (outcome === 'mismatch') break
      at = spec ? spec.end : at + 1
    }
    return this.done
  }

  /** White space in the format matches any amount of it, none included, and the end. */
  private literal(byte: number): Outcome {
    if (!isSpace(byte)) return this.expect(byte)
    this.skipSpace()
    return 'matched'
  }

  private expect(byte: number): Outcome {
    const c = this.source.get()
    if (c === byte) return 'matched'
    if (c === EOF) return 'end'
    this.source.back()
    return 'mismatch'
  }

  /** @returns false at the end of input */
  private skipSpace(): boolean {
    for (let c = this.source.get(); c !== EOF; c = this.source.get()) {
      if (isSpace(c)) continue
      this.source.back()
      return true
    }
    return false
  }

  private convert(spec: ScanSpec): Outcome {
    if (spec.type === 'n') {
      this.store(spec, BigInt(this.source.count))
      return 'matched'
    }
    const raw = spec.type === 'c' || spec.type === '['
    if (raw ? !this.peekable() : !this.skipSpace()) return 'end'
    if (spec.type === '%') return this.expect(PERCENT)
    if (spec.type in BASES) return this.integer(spec)
    if ('aAeEfFgG'.includes(spec.type)) return this.float(spec)
    return this.text(spec)
  }

  private peekable(): boolean {
    if (this.source.get() === EOF) return false
    this.source.back()
    return true
  }

  private address(): number {
    return Number(BigInt.asUintN(64, this.args.i64()))
  }

  // ---- numbers ----------------------------------------------------------------------------------------------------

  private integer(spec: ScanSpec): Outcome {
    const token = scanInteger(this.source, spec.width, BASES[spec.type])
    if (token === undefined) return spec.type === 'p' && this.nil(spec) ? this.assigned(spec) : 'mismatch'
    const parsed = parseInteger(latin1(token.text), token.base)
    const signed = spec.type === 'd' || spec.type === 'i'
    this.store(spec, (signed ? asLong(parsed) : asUnsignedLong(parsed)).value)
    return this.assigned(spec)
  }

  private nil(spec: ScanSpec): boolean {
    if (!scanNil(this.source, spec.width)) return false
    this.store(spec, 0n)
    return true
  }

  private store(spec: ScanSpec, value: bigint): void {
    if (spec.suppress) return
    const to = this.address()
    const bits = spec.type === 'p' ? 64 : bitsOf(spec.length)
    const word = Number(BigInt.asUintN(32, value))
    if (bits === 8) this.rt.mem.writeU8(to, word & 0xff)
    else if (bits === 16) this.rt.mem.writeU16(to, word & 0xffff)
    else if (bits === 32) this.rt.mem.writeU32(to, word)
    else this.rt.mem.writeU64(to, BigInt.asUintN(64, value))
  }

  private float(spec: ScanSpec): Outcome {
    const text = scanFloat(this.source, spec.width)
    if (text === undefined) return 'mismatch'
    const { value } = parseFloat64(text)
    if (spec.suppress) return 'matched'
    if (spec.length === '') this.rt.mem.writeF32(this.address(), value)
    else this.rt.mem.writeF64(this.address(), value)
    return 'assigned'
  }

  // ---- text -------------------------------------------------------------------------------------------------------

  private text(spec: ScanSpec): Outcome {
    switch (spec.type) {
      case 's':
        return this.collect(spec, (c) => !isSpace(c), spec.width, true)
      case '[':
        return this.collect(spec, (c) => spec.set?.has(c) ?? false, spec.width, true)
      case 'c':
        return this.collect(spec, () => true, spec.width === Infinity ? 1 : spec.width, false)
      default:
        return 'mismatch'
    }
  }

  private collect(spec: ScanSpec, wanted: (c: number) => boolean, width: number, terminate: boolean): Outcome {
    const bytes: number[] = []
    while (bytes.length < width) {
      const c = this.source.get()
      if (c === EOF) break
      if (!wanted(c)) {
        this.source.back()
        break
      }
      bytes.push(c)
    }
    if (bytes.length === 0) return 'mismatch'
    if (!spec.suppress) this.rt.mem.writeBytes(this.address(), Uint8Array.from(terminate ? [...bytes, 0] : bytes))
    return this.assigned(spec)
  }

  private assigned(spec: ScanSpec): Outcome {
    return spec.suppress ? 'matched' : 'assigned'
  }
}

/** Input from a string. */
class StringSource implements CharSource {
  count = 0
  constructor(private readonly bytes: Uint8Array) {}
  get(): number {
    return this.count < this.bytes.length ? this.bytes[this.count++] : EOF
  }
  back(): void {
    this.count--
  }
}

function scanStream(rt: Runtime, stream: Stream, format: number, args: VarArgs): number {
  const source = new StreamSource(stream, keptInput(rt, stream.address))
  return keepingInput(
    rt,
    stream.address,
    () => source.taken,
    () => {
      const result = new Scanner(rt, source, readString(rt.mem, format), args).run()
      source.finish()
      return result
    },
  )
}

const scanString = (rt: Runtime, s: number, format: number, args: VarArgs): number =>
  new Scanner(rt, new StringSource(readString(rt.mem, s)), readString(rt.mem, format), args).run()

export function scanfFunctions(rt: Runtime): FunctionTable {
  return {
    scanf: (a) => scanStream(rt, rt.streams[0], a.ptr(0), new CallVarArgs(a, 1)),
    vscanf: (a) => scanStream(rt, rt.streams[0], a.ptr(0), new ListVarArgs(rt.mem, a.ptr(1))),
    fscanf: (a) => scanStream(rt, streamAt(rt, a.ptr(0)), a.ptr(1), new CallVarArgs(a, 2)),
    vfscanf: (a) => scanStream(rt, streamAt(rt, a.ptr(0)), a.ptr(1), new ListVarArgs(rt.mem, a.ptr(2))),
    sscanf: (a) => scanString(rt, a.ptr(0), a.ptr(1), new CallVarArgs(a, 2)),
    vsscanf: (a) => scanString(rt, a.ptr(0), a.ptr(1), new ListVarArgs(rt.mem, a.ptr(2))),
  }
}
