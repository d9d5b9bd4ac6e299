/**
 * The typed program: what the front end (lexer, preprocessor, parser, checker) hands to the back end. Everything C
 * leaves implicit is explicit here: every conversion is a Convert node, array and function designators have decayed,
 * operands of arithmetic have one common type, names are resolved to symbols, initializers are flattened to stores.
 * So the back end needs no knowledge of C's rules, only of what each node does.
 */
import type { Diagnostic, Span } from './source.js'
import type { CType, FunctionType, Member } from './types.js'

/** A named object or function. Identity is the reference. */
export type Symbol = LocalVar | GlobalVar | FunctionSymbol

/** A parameter or automatic variable; lives in the frame. */
export interface LocalVar {
  readonly kind: 'local'
  readonly name: string
  readonly type: CType
  readonly span: Span
  readonly param: boolean
  /** From `__attribute__((aligned(n)))` or `_Alignas`, when more than the type's own. */
  readonly align?: number
  /** Its address is taken somewhere, so anything may change it: gcc then reads it in its turn, not late. */
  addressTaken?: boolean
}

/** A variable with static storage: file scope, or `static` inside a function. */
export interface GlobalVar {
  readonly kind: 'global'
  readonly name: string
  readonly type: CType
  readonly span: Span
  /** Only declared (`extern`): provided by libc, e.g. `stdout`, `environ`, `optarg`. */
  readonly external: boolean
  readonly readonly: boolean
  /** Declared `static`: known to this file only, and placed behind the others in .bss. */
  internal?: boolean
  /** The function whose `static` variable it is. */
  inFunction?: FunctionSymbol
  /** As in {@link LocalVar}. */
  readonly align?: number
  /** Initial bytes with relocations; undefined means zero (.bss). Set when the unit is complete. */
  init: StaticInit | undefined
}

export interface StaticInit {
  /** sizeof(type) bytes. */
  readonly bytes: Uint8Array
  /** 8-byte addresses to be filled in: symbol (or string literal) + addend at `offset`. */
  readonly relocs: readonly {
    readonly offset: number
    readonly target: Symbol | StringLiteral
    readonly addend: number
  }[]
}

/** One entry of .rodata; equal literals are shared. Bytes include the terminating NUL. */
export interface StringLiteral {
  readonly kind: 'string'
  readonly bytes: Uint8Array
}

export interface FunctionSymbol {
  readonly kind: 'function'
  readonly name: string
  readonly type: FunctionType
  readonly span: Span
  /** Declared `static`: other units do not see it. */
  internal?: boolean
  /** Body in this program; undefined for a function of libc. */
  body: FunctionBody | undefined
}

export interface FunctionBody {
  readonly params: readonly LocalVar[]
  /** All automatic variables incl. parameters, in order of declaration. Block scopes do not share space (as gcc -O0). */
  readonly locals: readonly LocalVar[]
  readonly block: Block
  /** Closing brace: where stepping stands before the function returns. */
  readonly end: Span
}

/** One translation unit: a program, or a part of libc that is written in C. */
export interface LibraryUnit {
  readonly file: string
  /** Functions with bodies, in source order. */
  readonly functions: readonly FunctionSymbol[]
  readonly globals: readonly GlobalVar[]
  readonly strings: readonly StringLiteral[]
  /** libc functions that are called or whose address is taken. */
  readonly libcFunctions: readonly FunctionSymbol[]
  readonly warnings: readonly Diagnostic[]
}

export interface Unit extends LibraryUnit {
  readonly main: FunctionSymbol
}

// ---- statements ---------------------------------------------------------------------------------------------------

export interface Block {
  readonly kind: 'block'
  readonly body: readonly Stmt[]
  readonly span: Span
}
export interface ExprStmt {
  readonly kind: 'expr'
  readonly expr: Expr
  readonly span: Span
}
/** A declaration with initializer, already lowered to assignments (`fill` first zeroes the whole object). */
export interface InitStmt {
  readonly kind: 'init'
  readonly var: LocalVar
  readonly zeroFirst: boolean
  readonly stores: readonly Expr[]
  readonly span: Span
}
export interface IfStmt {
  readonly kind: 'if'
  readonly cond: Expr
  readonly then: Stmt
  readonly else: Stmt | undefined
  readonly span: Span
}
/** while, do-while and for. `init` runs once; `testFirst` is false for do-while; `continue` goes to `step`. */
export interface LoopStmt {
  readonly kind: 'loop'
  readonly init: Stmt | undefined
  readonly cond: Expr | undefined
  readonly step: Expr | undefined
  readonly testFirst: boolean
  readonly body: Stmt
  readonly span: Span
}
export interface SwitchStmt {
  readonly kind: 'switch'
  /** Promoted integer. */
  readonly value: Expr
  readonly body: Stmt
  readonly cases: readonly { readonly value: bigint; readonly label: CaseLabel }[]
  readonly default: CaseLabel | undefined
  readonly span: Span
}
/** Marks the place of a case or default label inside the body of its switch. */
export interface CaseLabel {
  readonly kind: 'case'
  readonly span: Span
}
export interface BreakStmt {
  readonly kind: 'break'
  readonly span: Span
}
export interface ContinueStmt {
  readonly kind: 'continue'
  readonly span: Span
}
export interface ReturnStmt {
  readonly kind: 'return'
  /** Already converted to the function's return type. */
  readonly value: Expr | undefined
  readonly span: Span
}
export interface LabelStmt {
  readonly kind: 'label'
  readonly name: string
  readonly span: Span
}
export interface GotoStmt {
  readonly kind: 'goto'
  readonly target: LabelStmt
  readonly span: Span
}
export type Stmt =
  | Block
  | ExprStmt
  | InitStmt
  | IfStmt
  | LoopStmt
  | SwitchStmt
  | CaseLabel
  | BreakStmt
  | ContinueStmt
  | ReturnStmt
  | LabelStmt
  | GotoStmt

// ---- expressions --------------------------------------------------------------------------------------------------

interface ExprBase {
  /** Type of the value (an lvalue node has the object's type). */
  readonly type: CType
  readonly span: Span
}
/** Integer, bool, enum, char or pointer constant; two's complement value in the type's range (pointers unsigned). */
export interface IntConst extends ExprBase {
  readonly kind: 'int'
  readonly value: bigint
}
export interface FloatConst extends ExprBase {
  readonly kind: 'float'
  readonly value: number
}

// Lvalues: they denote an object; the value is only taken by Load, the address by AddressOf.
export interface VarRef extends ExprBase {
  readonly kind: 'var'
  readonly symbol: LocalVar | GlobalVar
}
export interface StringRef extends ExprBase {
  readonly kind: 'stringref'
  readonly literal: StringLiteral
}
export interface Deref extends ExprBase {
  readonly kind: 'deref'
  readonly pointer: Expr
}
export interface MemberRef extends ExprBase {
  readonly kind: 'member'
  readonly object: LValue
  readonly member: Member
}
/** A compound literal's or a function call's unnamed object. */
export interface TempRef extends ExprBase {
  readonly kind: 'temp'
  /** Frame slot, one per occurrence. */
  readonly slot: LocalVar
  /** Evaluated before the object is used: fills the slot. */
  readonly fill: readonly Expr[]
  readonly zeroFirst: boolean
}
export type LValue = VarRef | StringRef | Deref | MemberRef | TempRef

/** Value of an object. Records are also loaded: their "value" is consumed only by Assign, Call arguments, Return, Comma, Cond. */
export interface Load extends ExprBase {
  readonly kind: 'load'
  readonly from: LValue
}
/** Address of an object as a pointer; also what an array becomes when it decays. */
export interface AddressOf extends ExprBase {
  readonly kind: 'addr'
  readonly of: LValue
}
export interface FunctionAddress extends ExprBase {
  readonly kind: 'funcaddr'
  readonly symbol: FunctionSymbol
}
/** Both operands have the result's type (shifts: the right one may be any integer type). */
export interface Arithmetic extends ExprBase {
  readonly kind: 'arith'
  readonly op: '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>'
  readonly left: Expr
  readonly right: Expr
}
/** Pointer + integer * sizeof(element); the index is a long. */
export interface PointerAdd extends ExprBase {
  readonly kind: 'ptradd'
  readonly pointer: Expr
  readonly index: Expr
  readonly subtract: boolean
  /** sizeof(*pointer); 1 for void*. */
  readonly scale: number
}
/** (left - right) / scale, a long. */
export interface PointerDiff extends ExprBase {
  readonly kind: 'ptrdiff'
  readonly left: Expr
  readonly right: Expr
  readonly scale: number
}
/** Operands share one type (integer, float or pointer); result int 0 or 1. Signedness follows the operands' type. */
export interface Compare extends ExprBase {
  readonly kind: 'compare'
  readonly op: '==' | '!=' | '<' | '<=' | '>' | '>='
  readonly left: Expr
  readonly right: Expr
}
/** `-x`, `~x` on the promoted type. */
export interface Unary extends ExprBase {
  readonly kind: 'unary'
  readonly op: '-' | '~'
  readonly operand: Expr
}
/** `!x` and conditions: scalar operand, int 0 or 1. */
export interface LogicalNot extends ExprBase {
  readonly kind: 'not'
  readonly operand: Expr
}
/** `&&` and `||`: scalar operands, short circuit, int 0 or 1. */
export interface Logical extends ExprBase {
  readonly kind: 'logical'
  readonly op: '&&' | '||'
  readonly left: Expr
  readonly right: Expr
}
/** `c ? a : b`; both branches already converted to the result's type (or both void). */
export interface Conditional extends ExprBase {
  readonly kind: 'cond'
  readonly cond: Expr
  readonly then: Expr
  readonly else: Expr
}
export interface Comma extends ExprBase {
  readonly kind: 'comma'
  readonly left: Expr
  readonly right: Expr
}
/** Conversion between scalar types (to bool: != 0), or to void. Pointer <-> pointer conversions are Convert too. */
export interface Convert extends ExprBase {
  readonly kind: 'convert'
  readonly operand: Expr
}
/** Stores `value` (already of the object's type) and yields it. Records are copied. */
export interface Assign extends ExprBase {
  readonly kind: 'assign'
  readonly target: LValue
  readonly value: Expr
}
/**
 * `a op= b`, `++a`, `a--`: the target's address is computed once. `value` computes the new value of the object's type
 * from the old one, which appears in it as an OldValue node. Yields the new value, or the old one if `yieldsOld`.
 */
export interface Update extends ExprBase {
  readonly kind: 'update'
  readonly target: LValue
  readonly value: Expr
  readonly yieldsOld: boolean
}
/** The old value of the innermost enclosing Update's target. */
export interface OldValue extends ExprBase {
  readonly kind: 'old'
}
export interface Call extends ExprBase {
  readonly kind: 'call'
  /** A function of the program or of libc, or a pointer to one. */
  readonly callee: FunctionSymbol | Expr
  readonly signature: FunctionType
  /** Converted to the parameters' types, default promotions done for the rest. */
  readonly args: readonly Expr[]
}
/** va_start(ap, last), va_arg(ap, T), va_end(ap), va_copy(d, s). `ap` is an lvalue of type va_list (char * here). */
export interface VaStart extends ExprBase {
  readonly kind: 'va_start'
  readonly list: LValue
}
export interface VaArg extends ExprBase {
  readonly kind: 'va_arg'
  readonly list: LValue
}
export type Expr =
  | IntConst
  | FloatConst
  | Load
  | AddressOf
  | FunctionAddress
  | Arithmetic
  | PointerAdd
  | PointerDiff
  | Compare
  | Unary
  | LogicalNot
  | Logical
  | Conditional
  | Comma
  | Convert
  | Assign
  | Update
  | OldValue
  | Call
  | VaStart
  | VaArg
