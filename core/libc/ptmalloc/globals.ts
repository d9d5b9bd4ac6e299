/** Records whose fields are globals of a WebAssembly module: one place for what both sides read and write. */

export type Globals = Readonly<Record<string, WebAssembly.Global>>

/**
 * A record over new globals, and these under `prefix.field`. A field is a flag, an int if `ints` names it, else a size_t
 * or an address: one near 2^64 is a negative number here, and beyond 2^53 numbers are rounded.
 */
export function shared<T extends object>(
  prefix: string,
  fresh: T,
  ints: readonly (keyof T & string)[],
): { readonly record: T; readonly globals: Globals } {
  const record = {} as T
  const globals: Record<string, WebAssembly.Global> = {}
  for (const [name, value] of Object.entries(fresh) as [keyof T & string, number | boolean][]) {
    const field = typeof value === 'boolean' ? FLAG : ints.includes(name) ? INT : SIZE
    const global = new WebAssembly.Global({ value: field.type, mutable: true }, field.toGlobal(value))
    globals[`${prefix}.${name}`] = global
    Object.defineProperty(record, name, {
      enumerable: true,
      get: () => field.fromGlobal(global.value),
      set: (to: number | boolean) => {
        global.value = field.toGlobal(to)
      },
    })
  }
  return { record, globals }
}

interface Field {
  readonly type: WebAssembly.ValueType
  toGlobal(value: number | boolean): unknown
  fromGlobal(value: unknown): number | boolean
}

const FLAG: Field = { type: 'i32', toGlobal: Number, fromGlobal: (value) => value !== 0 }
const INT: Field = { type: 'i32', toGlobal: Number, fromGlobal: Number }
const SIZE: Field = {
  type: 'i64',
  toGlobal: (value) => BigInt.asIntN(64, BigInt(value)),
  fromGlobal: (value) => Number(BigInt.asIntN(64, value as bigint)),
}
