/**
 * Questions about C types and ways to make new ones. Qualifiers ride on the type objects: `const` where the contract
 * has it, and both `const` and `volatile` on every kind inside the front end (a qualified struct is a view of the
 * struct, so that it completes with it). Only assignments and messages look at them.
 */
import type {
  ArrayType,
  CType,
  FloatType,
  FunctionType,
  IntKind,
  IntType,
  Member,
  PointerType,
  RecordType,
  VoidType,
} from '../types.js'

interface IntInfo {
  readonly size: number
  readonly signed: boolean
  /** Conversion rank (C17 6.3.1.1). */
  readonly rank: number
  /** gcc's spelling. */
  readonly name: string
}

export const INT_INFO: Readonly<Record<IntKind, IntInfo>> = {
  bool: { size: 1, signed: false, rank: 0, name: '_Bool' },
  char: { size: 1, signed: true, rank: 1, name: 'char' },
  schar: { size: 1, signed: true, rank: 1, name: 'signed char' },
  uchar: { size: 1, signed: false, rank: 1, name: 'unsigned char' },
  short: { size: 2, signed: true, rank: 2, name: 'short int' },
  ushort: { size: 2, signed: false, rank: 2, name: 'short unsigned int' },
  int: { size: 4, signed: true, rank: 3, name: 'int' },
  uint: { size: 4, signed: false, rank: 3, name: 'unsigned int' },
  long: { size: 8, signed: true, rank: 4, name: 'long int' },
  ulong: { size: 8, signed: false, rank: 4, name: 'long unsigned int' },
  llong: { size: 8, signed: true, rank: 5, name: 'long long int' },
  ullong: { size: 8, signed: false, rank: 5, name: 'long long unsigned int' },
}

export const intType = (int: IntKind): IntType => ({ kind: 'int', int })
export const pointerTo = (to: CType): PointerType => ({ kind: 'pointer', to })
export const arrayOf = (of: CType, length: number | undefined): ArrayType => ({ kind: 'array', of, length })

export const VOID: VoidType = { kind: 'void' }
export const INT: IntType = intType('int')
export const UINT: IntType = intType('uint')
export const CHAR: IntType = intType('char')
export const LONG: IntType = intType('long')
export const ULONG: IntType = intType('ulong')
export const DOUBLE: FloatType = { kind: 'float', bits: 64 }
/** `__builtin_va_list`: a pointer to argument slots (libc/abi.ts). */
export const VA_LIST: PointerType = pointerTo(CHAR)

/** Type of an expression that is already reported as wrong: everything done with it stays quiet. */
export const ERROR_TYPE: IntType = { kind: 'int', int: 'int', enumTag: '<error>' }
export const isError = (type: CType): boolean => type === ERROR_TYPE

export const isInteger = (type: CType): type is IntType => type.kind === 'int'
export const isArithmetic = (type: CType): type is IntType | FloatType => type.kind === 'int' || type.kind === 'float'
export const isScalar = (type: CType): type is IntType | FloatType | PointerType =>
  isArithmetic(type) || type.kind === 'pointer'
export const isVoidPointer = (type: CType): boolean => type.kind === 'pointer' && type.to.kind === 'void'
export const isSigned = (type: IntType): boolean => INT_INFO[type.int].signed
export const isCharKind = (type: CType): boolean => type.kind === 'int' && /^[su]?char$/.test(type.int)

// ---- qualifiers ---------------------------------------------------------------------------------------------------

export interface Quals {
  readonly const?: boolean
  readonly volatile?: boolean
}
type Qualified = CType & Quals

interface RecordView extends RecordType, Quals {
  readonly base: RecordType
}

/** The struct or union itself, behind any qualified view of it. */
export const recordOf = (type: RecordType): RecordType => (type as Partial<RecordView>).base ?? type

export function qualsOf(type: CType): Quals {
  if (type.kind === 'array') return qualsOf(type.of)
  const { const: isConst, volatile } = type as Qualified
  return { ...(isConst ? { const: true } : {}), ...(volatile ? { volatile: true } : {}) }
}

export function withQuals<T extends CType>(type: T, quals: Quals): T
export function withQuals(type: CType, quals: Quals): CType {
  const now = qualsOf(type)
  const added = { ...now, ...(quals.const ? { const: true } : {}), ...(quals.volatile ? { volatile: true } : {}) }
  if ((added.const === now.const && added.volatile === now.volatile) || isError(type)) return type
  if (type.kind === 'array') return { ...type, of: withQuals(type.of, quals) }
  if (type.kind === 'function') return type
  return type.kind === 'record' ? viewOf(recordOf(type), added) : { ...type, ...added }
}

export function unqualified<T extends CType>(type: T): T
export function unqualified(type: CType): CType {
  const { const: isConst, volatile } = type as Qualified
  if (!isConst && !volatile) return type
  if (type.kind === 'record') return recordOf(type)
  const plain: Qualified & { const?: boolean; volatile?: boolean } = { ...type }
  delete plain.const
  delete plain.volatile
  return plain
}

function viewOf(base: RecordType, quals: Quals): RecordType {
  const view: RecordView = {
    kind: 'record',
    union: base.union,
    tag: base.tag,
    base,
    ...quals,
    get complete() {
      return base.complete
    },
    get members() {
      return base.members
    },
    get size() {
      return base.size
    },
    get align() {
      return base.align
    },
  }
  return view
}

// ---- size and completeness ----------------------------------------------------------------------------------------

/** Bytes; 0 for incomplete types, and 1 for void and functions as gcc's sizeof has it. */
export function sizeOf(type: CType): number {
  switch (type.kind) {
    case 'int': return INT_INFO[type.int].size
    case 'float': return type.bits === 80 ? 16 : type.bits / 8
    case 'pointer': return 8
    case 'array': return (type.length ?? 0) * sizeOf(type.of)
    case 'record': return type.size
    default: return 1
  } // prettier-ignore
}

export function alignOf(type: CType): number {
  if (type.kind === 'array') return alignOf(type.of)
  return type.kind === 'record' ? type.align : sizeOf(type)
}

export function isComplete(type: CType): boolean {
  if (type.kind === 'array') return type.length !== undefined && isComplete(type.of)
  if (type.kind === 'record') return type.complete
  return type.kind !== 'void'
}

// ---- compatibility ------------------------------------------------------------------------------------------------

/** C17 6.2.7; qualifiers of the types themselves are not looked at, those further in are. */
export function compatible(a: CType, b: CType): boolean {
  if (a === b || isError(a) || isError(b)) return true
  if (a.kind === 'int' && b.kind === 'int') return a.int === b.int
  if (a.kind === 'float' && b.kind === 'float') return a.bits === b.bits
  if (a.kind === 'pointer' && b.kind === 'pointer') return sameQualified(a.to, b.to)
  if (a.kind === 'array' && b.kind === 'array') return compatibleArrays(a, b)
  if (a.kind === 'record' && b.kind === 'record') return recordOf(a) === recordOf(b)
  if (a.kind === 'function' && b.kind === 'function') return compatibleFunctions(a, b)
  return a.kind === 'void' && b.kind === 'void'
}

function compatibleArrays(a: ArrayType, b: ArrayType): boolean {
  return (a.length === undefined || b.length === undefined || a.length === b.length) && compatible(a.of, b.of)
}

export function sameQualified(a: CType, b: CType): boolean {
  const p = qualsOf(a)
  const q = qualsOf(b)
  return p.const === q.const && p.volatile === q.volatile && compatible(a, b)
}

function compatibleFunctions(a: FunctionType, b: FunctionType): boolean {
  if (!compatible(a.returns, b.returns)) return false
  if (a.unprototyped || b.unprototyped) return true
  const sameCount = a.params.length === b.params.length && a.variadic === b.variadic
  return sameCount && a.params.every((p, i) => compatible(p.type, b.params[i].type))
}

/** What two compatible declarations say together: array lengths and prototypes are taken from where they are known. */
export function composite(a: CType, b: CType): CType {
  if (a.kind === 'array' && b.kind === 'array') return { ...a, of: composite(a.of, b.of), length: a.length ?? b.length }
  if (a.kind === 'pointer' && b.kind === 'pointer') return { ...a, to: composite(a.to, b.to) }
  if (a.kind === 'function' && b.kind === 'function') {
    if (a.unprototyped) return b
    return b.unprototyped
      ? a
      : { ...b, params: b.params.map((p, i) => ({ ...p, type: composite(a.params[i].type, p.type) })) }
  }
  return a
}

// ---- integers -----------------------------------------------------------------------------------------------------

export const bitsOf = (kind: IntKind): number => INT_INFO[kind].size * 8

/** The value as stored in an integer of the kind (two's complement; _Bool: not zero). */
export function wrap(value: bigint, kind: IntKind): bigint {
  if (kind === 'bool') return value === 0n ? 0n : 1n
  return INT_INFO[kind].signed ? BigInt.asIntN(bitsOf(kind), value) : BigInt.asUintN(bitsOf(kind), value)
}

// ---- members ------------------------------------------------------------------------------------------------------

/** The way to a member: through anonymous structs and unions to the member itself. */
export function findMember(type: RecordType, name: string): Member[] | undefined {
  for (const member of type.members) {
    if (member.name === name) return [member]
    if (member.name !== undefined || member.type.kind !== 'record') continue
    const inner = findMember(member.type, name)
    if (inner) return [member, ...inner]
  }
  return undefined
}

/** The type a parameter of the type has: arrays and functions become pointers (C17 6.7.6.3). */
export function adjustParameter(type: CType): CType {
  if (type.kind === 'array') return pointerTo(type.of)
  return type.kind === 'function' ? pointerTo(type) : type
}

/** Default argument promotion of a type: for arguments without a parameter. */
export function promotedKind(kind: IntKind): IntKind {
  return INT_INFO[kind].rank < INT_INFO.int.rank ? 'int' : kind
}
