/** Readers over variable arguments: the slots behind the named ones, or a va_list in user memory. */
import type { UserMemory } from '../../kernel/uapi/index.js'
import type { CallArgs, VarArgs } from '../abi.js'

const bitsToDouble = (bits: bigint): number => new Float64Array(new BigInt64Array([bits]).buffer)[0]

/** The variable part of the call itself, from slot `first` on. */
export class CallVarArgs implements VarArgs {
  constructor(
    private readonly args: CallArgs,
    private next: number,
  ) {}
  i64(): bigint {
    return this.args.i64(this.next++)
  }
  f64(): number {
    return this.args.f64(this.next++)
  }
}

/** A va_list: a pointer to 8-byte slots. */
export class ListVarArgs implements VarArgs {
  constructor(
    private readonly mem: UserMemory,
    private next: number,
  ) {}
  i64(): bigint {
    const value = BigInt.asIntN(64, this.mem.readU64(this.next))
    this.next += 8
    return value
  }
  f64(): number {
    return bitsToDouble(this.i64())
  }
}

/** Arguments by number, for `%2$d`: all slots look alike, so reading up to the one wanted is enough. */
export class NumberedArgs {
  private readonly seen: bigint[] = []
  constructor(private readonly args: VarArgs) {}
  get(number: number): bigint {
    while (this.seen.length < number) this.seen.push(this.args.i64())
    return this.seen[number - 1]
  }
}
