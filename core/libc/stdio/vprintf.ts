/** The engine of the printf family. */
import { Errno } from '../../kernel/uapi/index.js'
import type { VarArgs } from '../abi.js'
import type { Runtime } from '../runtime.js'
import { boundedLength } from '../string/scan.js'
import { errorText } from '../string/messages.js'
import { latin1 } from '../text.js'
import { NumberedArgs } from './args.js'
import { HostBytes, UserBytes } from './bytes.js'
import { readConversion, tooLarge, type Amount, type Conversion } from './format-spec.js'
import { printFloat } from './print-float.js'
import { pad, printPointer, printSigned, printUnsigned, type Spec } from './print-number.js'
import type { Sink } from './sink.js'

const PERCENT = 37
const NULL_TEXT = '(null)'
const INT_MAX = 0x7fff_ffff

/** Ends the formatting with -1; errno is set. */
const FAILED = Symbol('failed')

/**
 * Literal text and conversions one after the other into a sink, each as its own piece: that decides where a
 * line-buffered stream splits its writes.
 * @glibc __vfprintf_internal stdio-common/vfprintf-internal.c
 * Left out: locales (grouping, decimal point), registered conversions, _FORTIFY_SOURCE checks. 2.37 and later collect
 * in a printf_buffer and may split writes differently.
 * @returns the number of bytes produced, or -1
 */
export function vprintf(rt: Runtime, sink: Sink, format: number, args: VarArgs): number {
  rt.touch('vfprintf')
  // _IO_cleanup_region_start and _end leave the chain as it was.
  const chain = rt.ctx.threadPointer() + rt.tls.cleanup
  rt.mem.writePtr(chain, rt.mem.readPtr(chain))
  return new Printer(rt, sink, format, args).run()
}

class Printer {
  private count = 0
  private nextArgument = 1
  private readonly args: NumberedArgs
  private readonly text: Uint8Array

  constructor(
    private readonly rt: Runtime,
    private readonly sink: Sink,
    private readonly format: number,
    args: VarArgs,
  ) {
    this.args = new NumberedArgs(args)
    this.text = rt.mem.readBytes(format, rt.mem.stringLength(format))
  }

  run(): number {
    for (let at = 0; at < this.text.length;) {
      const percent = this.text.indexOf(PERCENT, at)
      const end = percent < 0 ? this.text.length : percent
      if (!this.user(this.format + at, end - at)) return -1
      if (percent < 0) break
      const conversion = readConversion(this.text, percent)
      if (this.convert(conversion) === FAILED) return -1
      at = conversion.end
    }
    return this.count > INT_MAX ? this.rt.fail(Errno.EOVERFLOW) : this.count
  }

  // ---- output -----------------------------------------------------------------------------------------------------

  private user(address: number, length: number): boolean {
    this.count += length
    return length === 0 || this.sink.write(new UserBytes(address, length))
  }

  private host(text: string): boolean {
    this.count += text.length
    return text === '' || this.sink.write(new HostBytes(latin1(text)))
  }

  // ---- conversions ------------------------------------------------------------------------------------------------

  private argument(position?: number): bigint {
    return this.args.get(position ?? this.nextArgument++)
  }

  private amount(amount: Amount | undefined): number | undefined {
    if (typeof amount !== 'object') return amount
    return Number(BigInt.asIntN(32, this.argument(amount.argument)))
  }

  private resolve(c: Conversion): Spec {
    const width = this.amount(c.width) ?? 0
    const precision = this.amount(c.precision)
    const flags = width < 0 ? { ...c.flags, left: true } : c.flags
    return {
      flags,
      width: Math.abs(width),
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      length: c.length,
      type: c.type,
    }
  }

  private convert(c: Conversion): boolean | typeof FAILED {
    if (c.type === '') return this.failed(Errno.EINVAL)
    const spec = this.resolve(c)
    if (tooLarge(spec.width) || tooLarge(spec.precision ?? 0)) return this.failed(Errno.EOVERFLOW)
    const done = this.dispatch(spec, c)
    return done === true ? true : FAILED
  }

  private failed(errno: number): typeof FAILED {
    this.rt.fail(errno)
    return FAILED
  }

  private dispatch(spec: Spec, c: Conversion): boolean | typeof FAILED {
    switch (spec.type) {
      case '%':
        return this.host('%')
      case 'd':
      case 'i':
        return this.host(printSigned(this.argument(c.argument), spec))
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return this.host(printUnsigned(this.argument(c.argument), spec))
      case 'p':
        return this.host(printPointer(this.argument(c.argument), spec))
      case 'm':
        return this.host(this.errnoText(spec))
      case 'n':
        return this.storeCount(Number(this.argument(c.argument)), spec)
      default:
        return this.dispatchText(spec, c)
    }
  }

  private dispatchText(spec: Spec, c: Conversion): boolean | typeof FAILED {
    if ('eEfFgGaA'.includes(spec.type)) return this.host(printFloat(this.argument(c.argument), spec))
    const wide = spec.length === 'l' || spec.length === 'll'
    if (spec.type === 'c' && !wide) return this.host(this.character(this.argument(c.argument), spec))
    if (spec.type === 's' && !wide) return this.string(Number(this.argument(c.argument)), spec)
    if (spec.type === 'c' || spec.type === 'C') return this.wideCharacter(this.argument(c.argument), spec)
    if (spec.type === 's' || spec.type === 'S') return this.wideString(Number(this.argument(c.argument)), spec)
    return this.host(unknownText(spec, c))
  }

  private character(slot: bigint, spec: Spec): string {
    return pad(spec, '', String.fromCharCode(Number(slot & 0xffn)), false)
  }

  private errnoText(spec: Spec): string {
    const text = errorText(this.rt.mem.readI32(this.rt.errnoAddress))
    return pad(spec, '', text.slice(0, spec.precision ?? text.length), false)
  }

  private string(address: number, spec: Spec): boolean {
    if (address === 0) return this.host(nullText(spec))
    this.rt.touch(spec.precision === undefined ? 'strlen' : 'strnlen')
    const length =
      spec.precision === undefined
        ? this.rt.mem.stringLength(address)
        : boundedLength(this.rt.mem, address, spec.precision)
    const blanks = ' '.repeat(Math.max(0, spec.width - length))
    if (spec.flags.left) return this.user(address, length) && this.host(blanks)
    return this.host(blanks) && this.user(address, length)
  }

  private wideCharacter(slot: bigint, spec: Spec): boolean | typeof FAILED {
    const code = Number(BigInt.asUintN(32, slot))
    return code > 127 ? this.failed(84 /* EILSEQ */) : this.host(pad(spec, '', String.fromCharCode(code), false))
  }

  /** In the C locale a wide string can hold ASCII only. */
  private wideString(address: number, spec: Spec): boolean | typeof FAILED {
    if (address === 0) return this.host(nullText(spec))
    let text = ''
    for (let at = address; text.length < (spec.precision ?? Infinity); at += 4) {
      const code = this.rt.mem.readU32(at)
      if (code === 0) break
      if (code > 127) return this.failed(84 /* EILSEQ */)
      text += String.fromCharCode(code)
    }
    return this.host(pad(spec, '', text, false))
  }

  private storeCount(address: number, spec: Spec): boolean {
    const { mem } = this.rt
    if (spec.length === 'hh') mem.writeU8(address, this.count)
    else if (spec.length === 'h') mem.writeU16(address, this.count)
    else if (spec.length === '') mem.writeU32(address, this.count)
    else mem.writeU64(address, BigInt(this.count))
    return true
  }
}

/** A precision too small for "(null)" gives nothing at all. */
function nullText(spec: Spec): string {
  const fits = spec.precision === undefined || spec.precision >= NULL_TEXT.length
  return pad(spec, '', fits ? NULL_TEXT : '', false)
}

/** A conversion that does not exist is printed as it was understood. */
function unknownText(spec: Spec, c: Conversion): string {
  const { flags } = spec
  const marks = [
    flags.alternate ? '#' : '',
    flags.group ? "'" : '',
    flags.plus ? '+' : flags.space ? ' ' : '',
    flags.left ? '-' : '',
    flags.zero && !flags.left ? '0' : '',
  ]
  const width = spec.width !== 0 ? String(spec.width) : ''
  const precision = c.precision === undefined ? '' : `.${spec.precision ?? ''}`
  return `%${marks.join('')}${width}${precision}${c.type}`
}
