/**
 * C types under LP64 (System V x86-64 ABI): sizes in bytes. Types are compared by structure except struct and union,
 * which are compared by identity.
 */
export type IntKind =
  'bool' | 'char' | 'schar' | 'uchar' | 'short' | 'ushort' | 'int' | 'uint' | 'long' | 'ulong' | 'llong' | 'ullong'

export interface VoidType {
  readonly kind: 'void'
}
/** Integer types; an enum has its underlying integer kind and its tag for messages. */
export interface IntType {
  readonly kind: 'int'
  readonly int: IntKind
  readonly enumTag?: string
  readonly const?: boolean
}
/** `long double` is computed as double (stated in the compiler's notes) but has size 16. */
export interface FloatType {
  readonly kind: 'float'
  readonly bits: 32 | 64 | 80
  readonly const?: boolean
}
export interface PointerType {
  readonly kind: 'pointer'
  readonly to: CType
  readonly const?: boolean
}
export interface ArrayType {
  readonly kind: 'array'
  readonly of: CType
  /** Elements; undefined while incomplete (`int a[]` before its initializer). No variable length arrays. */
  readonly length: number | undefined
}
export interface Param {
  readonly name: string | undefined
  readonly type: CType
}
export interface FunctionType {
  readonly kind: 'function'
  readonly returns: CType
  readonly params: readonly Param[]
  readonly variadic: boolean
  /** `int f()` before C23: arguments are not checked. */
  readonly unprototyped?: boolean
}
export interface Member {
  /** undefined for an anonymous struct or union member (its members are also looked up directly). */
  readonly name: string | undefined
  readonly type: CType
  readonly offset: number
  /** Bit-field: position inside the storage unit of `type` at `offset`. */
  readonly bits?: { readonly offset: number; readonly width: number }
}
/** Struct or union; members, size and align are filled in when the type is completed. */
export interface RecordType {
  readonly kind: 'record'
  readonly union: boolean
  readonly tag: string | undefined
  complete: boolean
  members: Member[]
  size: number
  align: number
}
export type CType = VoidType | IntType | FloatType | PointerType | ArrayType | FunctionType | RecordType
