/**
 * Initializers (C17 6.7.9): braces, designators and left-out braces are resolved into one entry per scalar, string or
 * whole struct. local-init and static-init make stores or bytes of them.
 */
import type { Expr, LValue } from '../ast.js'
import type { Span } from '../source.js'
import type { ArrayType, CType, Member, RecordType } from '../types.js'
import { convertAssigned } from './convert.js'
import { MAX_OBJECT_SIZE } from './declarator.js'
import { formatType } from './format-type.js'
import { ELEMENT_SIZE } from './literal.js'
import { isPoison, rvalue, type Operand } from './operand.js'
import { parseAssignment, parseConstant } from './parse-expr.js'
import { intConst, type Parser } from './parser.js'
import { readStrings, type StringValue } from './strings.js'
import { isIdent, isPunct, join } from './token.js'
import {
  arrayOf,
  compatible,
  findMember,
  isCharKind,
  isComplete,
  isError,
  isScalar,
  LONG,
  pointerTo,
  sizeOf,
} from './types.js'

/** A part of the object: the way to it from the whole. */
export interface Place {
  readonly parent: Place | undefined
  readonly step: Member | number | undefined
  readonly type: CType
  readonly offset: number
}

export type Entry =
  | { readonly kind: 'value'; readonly place: Place; readonly value: Expr }
  /** Elements of a string literal, cut to the array and without the zeros behind. */
  | {
      readonly kind: 'string'
      readonly place: Place
      readonly units: readonly number[]
      readonly elementSize: number
      readonly span: Span
    }

export interface Initializer {
  readonly entries: readonly Entry[]
  /** The object's type, now with its length. */
  readonly type: CType
  readonly span: Span
  /** Some part may have no entry. */
  readonly partial: boolean
}

/** Reads what stands behind `=`. `name` is for messages. */
export function parseInitializer(p: Parser, type: CType, name: string): Initializer {
  return new InitializerReader(p, name).read(type)
}

/** The lvalue of a place inside an object. */
export function lvalueOf(place: Place, whole: LValue): LValue {
  const { parent, step, type } = place
  const { span } = whole
  if (parent === undefined || step === undefined) return whole
  const object = lvalueOf(parent, whole)
  if (typeof step !== 'number') return { kind: 'member', object, member: step, type, span }
  const pointer: Expr = { kind: 'addr', of: object, type: pointerTo(type), span }
  if (step === 0) return { kind: 'deref', pointer, type, span }
  const index = intConst(BigInt(step), LONG, span)
  const element: Expr = {
    kind: 'ptradd',
    pointer,
    index,
    subtract: false,
    scale: sizeOf(type),
    type: pointer.type,
    span,
  }
  return { kind: 'deref', pointer: element, type, span }
}

class InitializerReader {
  private readonly entries = new Map<string, Entry>()
  /** An expression that has been read before it was known which part of the object it is for. */
  private pending: Operand | undefined
  private designated = false
  private braced = false
  /** Elements of the whole, when its length comes from the initializer. */
  private length = 0

  constructor(
    private readonly p: Parser,
    private readonly name: string,
  ) {}

  read(type: CType): Initializer {
    const { p } = this
    const start = p.token.span
    const root: Place = { parent: undefined, step: undefined, type, offset: 0 }
    if (p.at('{')) this.inBraces(root)
    else if (this.takesString(type)) this.string(root)
    else this.whole(root)
    const complete = type.kind === 'array' && type.length === undefined ? arrayOf(type.of, this.length) : type
    const entries = [...this.entries.values()]
    return { entries, type: complete, span: join(start, p.previous.span), partial: this.isPartial(entries, complete) }
  }

  private isPartial(entries: readonly Entry[], type: CType): boolean {
    if (this.designated) return true
    if (!this.braced) return entries.some((e) => e.kind === 'string')
    let bytes = 0
    for (const entry of entries) {
      if (entry.kind === 'string') return true
      if (typeof entry.place.step === 'object' && entry.place.step.bits) return true
      bytes += sizeOf(entry.place.type)
    }
    return bytes !== sizeOf(type)
  }

  /** `T x = expression`. */
  private whole(place: Place): void {
    const { type } = place
    const operand = this.take()
    if (isPoison(operand) || isError(type)) return
    if (type.kind === 'array') return this.p.error(operand.span, 'invalid-initializer', 'invalid initializer')
    this.store(place, rvalue(this.p, operand))
  }

  // ---- one part of the object -------------------------------------------------------------------------------------

  /** An initializer inside braces, for the given part. */
  private part(place: Place): void {
    const { p } = this
    const { type } = place
    if (!this.pending && p.at('{')) {
      if (isScalar(type)) p.warn(p.token.span, 'scalar-braces', 'braces around scalar initializer')
      return this.inBraces(place)
    }
    if (this.takesString(type)) return this.string(place)
    if (type.kind === 'record' && p.token.kind !== 'string') {
      const operand = (this.pending ??= this.parseOperand())
      if (isPoison(operand) || (operand.type.kind === 'record' && compatible(operand.type, type))) {
        this.store(place, rvalue(p, this.take()))
        return
      }
    }
    if (type.kind === 'array' || type.kind === 'record') p.nested(() => this.children(place, false, false))
    else this.store(place, rvalue(p, this.take()))
  }

  private parseOperand(): Operand {
    return this.p.separately(() => this.p.nested(() => parseAssignment(this.p)))
  }

  private take(): Operand {
    const operand = this.pending ?? this.parseOperand()
    this.pending = undefined
    return operand
  }

  private store(place: Place, value: Expr): void {
    const converted = convertAssigned(this.p, value, place.type, { kind: 'init' })
    if (!isPoison(converted)) this.add(place, { kind: 'value', place, value: converted })
  }

  /** A later entry for the same part replaces the earlier one. */
  private add(place: Place, entry: Entry): void {
    const bit = typeof place.step === 'object' ? (place.step.bits?.offset ?? -1) : -1
    const key = `${place.offset}:${sizeOf(place.type)}:${bit}`
    this.entries.delete(key)
    this.entries.set(key, entry)
  }

  // ---- strings ----------------------------------------------------------------------------------------------------

  private takesString(type: CType): boolean {
    if (type.kind !== 'array' || type.of.kind !== 'int') return false
    if (this.pending) return false
    const { p } = this
    if (p.token.kind !== 'string') return false
    let ahead = 1
    while (p.peek(ahead).kind === 'string') ahead++
    return [',', ';', '}'].some((text) => isPunct(p.peek(ahead), text)) || p.peek(ahead).kind === 'eof'
  }

  private string(place: Place): void {
    const { p } = this
    const type = place.type as ArrayType
    const value = readStrings(p)
    const elementSize = ELEMENT_SIZE[value.encoding]
    if (value.encoding === 'narrow' ? !isCharKind(type.of) : isCharKind(type.of) || sizeOf(type.of) !== elementSize) {
      const message =
        value.encoding === 'narrow'
          ? 'wide character array initialized from non-wide string'
          : 'array of inappropriate type initialized from string constant'
      return p.error(value.span, 'invalid-initializer', message)
    }
    this.addString(place, type, value, elementSize)
  }

  private addString(place: Place, type: ArrayType, value: StringValue, elementSize: number): void {
    const { units, span } = value
    if (place.parent === undefined) this.length = Math.max(this.length, units.length + 1)
    const room = type.length ?? units.length + 1
    if (units.length > room)
      this.p.warn(span, 'excess-initializer', `initializer-string for array of ‘${formatType(type.of)}’ is too long`)
    this.add(place, { kind: 'string', place, units: units.slice(0, room), elementSize, span })
  }

  // ---- braces -----------------------------------------------------------------------------------------------------

  private inBraces(place: Place): void {
    const { p } = this
    const open = p.next()
    this.braced = true
    if (this.designated) this.forget(place)
    const { type } = place
    p.nested(() => {
      if (this.takesString(type)) {
        this.string(place)
        this.dropExcess('array')
      } else if (p.at('}')) {
        if (type.kind !== 'array' && type.kind !== 'record' && !isError(type))
          p.error(open.span, 'empty-initializer', 'empty scalar initializer')
      } else if (type.kind === 'array' || type.kind === 'record') this.children(place, true, false)
      else {
        this.part(place)
        this.dropExcess('scalar')
      }
    })
    if (type.kind === 'record' && !type.complete)
      p.error(open.span, 'incomplete-type', `invalid use of undefined type ‘${formatType(type)}’`)
    p.expect('}')
  }

  /** A second braced initializer for a part starts from zero. */
  private forget(place: Place): void {
    const end = place.offset + sizeOf(place.type)
    for (const [key, entry] of this.entries) {
      if (entry.place.offset >= place.offset && entry.place.offset < end) this.entries.delete(key)
    }
  }

  /** Initializers nobody wants: gcc warns and forgets them. */
  private dropExcess(what: string): void {
    const { p } = this
    while (p.take(',') && !p.at('}')) this.dropOne(what)
  }

  private dropOne(what: string): void {
    const { p } = this
    const start = p.token.span
    if (!this.pending && p.at('{'))
      new InitializerReader(p, this.name).read(arrayOf({ kind: 'int', int: 'char' }, undefined))
    else rvalue(p, this.take())
    const near = { message: `(near initialization for ‘${this.name}’)`, span: start }
    p.warn(start, 'excess-initializer', `excess elements in ${what} initializer`, [near])
  }

  // ---- the parts of an array or struct ----------------------------------------------------------------------------

  /**
   * Goes through the parts in order. Inside braces of their own (`own`) until those close; otherwise until there are
   * no more parts. `designator`: a designator for this level stands first.
   */
  private children(place: Place, own: boolean, designator: boolean): void {
    const { p } = this
    const type = place.type as ArrayType | RecordType
    const count = partsOf(type)
    let atDesignator = designator
    for (let index = 0; ;) {
      if (atDesignator || (own && this.startsDesignator())) {
        const found = this.designator(place, type)
        index = found === undefined ? count : found + 1
      } else if (index >= count) {
        if (!own) return
        this.excess(type)
      } else this.part(this.child(place, type, index++))
      atDesignator = false
      if (type.kind === 'record' && type.union && index > 0) index = count
      if (own ? !p.take(',') || p.at('}') : !this.continueWithoutBraces(index < count)) return
    }
  }

  private excess(type: ArrayType | RecordType): void {
    const last = type.kind === 'record' ? type.members.at(-1) : undefined
    if (last && isFlexible(last.type)) this.refuseFlexible()
    this.dropOne(type.kind === 'array' ? 'array' : type.union ? 'union' : 'struct')
  }

  private refuseFlexible(): never {
    return this.p.unsupported(
      this.p.token.span,
      'flexible-initializer',
      'initializing a flexible array member is not supported here',
    )
  }

  private startsDesignator(): boolean {
    return !this.pending && (this.p.at('.') || this.p.at('['))
  }

  /** Without braces of its own a level ends at the brace around it, at a designator, or when it is full. */
  private continueWithoutBraces(roomLeft: boolean): boolean {
    const { p } = this
    const next = p.peek()
    if (!roomLeft || !p.at(',') || ['}', '.', '['].some((text) => isPunct(next, text))) return false
    p.next()
    return true
  }

  private child(place: Place, type: ArrayType | RecordType, index: number): Place {
    if (type.kind === 'array') {
      if (place.parent === undefined) this.length = Math.max(this.length, index + 1)
      return { parent: place, step: index, type: type.of, offset: place.offset + index * sizeOf(type.of) }
    }
    const member = type.members[index]
    return { parent: place, step: member, type: member.type, offset: place.offset + member.offset }
  }

  /** Reads `.name` or `[index]`, what follows it, and its initializer; gives the part's index at this level. */
  private designator(place: Place, type: ArrayType | RecordType): number | undefined {
    const { p } = this
    this.designated = true
    const index = type.kind === 'array' ? this.arrayDesignator(type) : this.memberDesignator(type)
    if (index === undefined) {
      this.finishDesignator(undefined)
      return undefined
    }
    if (type.kind === 'record' && isFlexible(type.members[index].type)) this.refuseFlexible()
    const child = this.child(place, type, index)
    // An anonymous member's name is still to be read one level further in.
    const further = type.kind === 'record' && type.members[index].name === undefined
    if (further || p.at('.') || p.at('[')) {
      if (child.type.kind === 'array' || child.type.kind === 'record') p.nested(() => this.children(child, false, true))
      else
        p.syntaxError(
          p.token.span,
          'designator',
          `${p.at('[') ? 'array index' : 'field name'} not in ${p.at('[') ? 'array' : 'record or union'} initializer`,
        )
    } else this.finishDesignator(child)
    return index
  }

  private finishDesignator(child: Place | undefined): void {
    const { p } = this
    while (!child && (p.at('.') || p.at('['))) {
      while (!p.at('=') && !p.at('}') && !p.at(';') && !p.atEnd) p.next()
    }
    p.expect('=')
    if (child) this.part(child)
    else rvalue(p, this.take())
  }

  private arrayDesignator(type: ArrayType): number | undefined {
    const { p } = this
    if (!p.at('[')) p.syntaxError(p.token.span, 'designator', 'field name not in record or union initializer')
    p.next()
    const constant = parseConstant(p, 'designator', 'nonconstant array index in initializer')
    if (p.at('...'))
      p.unsupported(p.token.span, 'range-designator', 'range designators (‘[first ... last]’) are not supported here')
    p.expect(']')
    if (!constant) return undefined
    const { value, expr } = constant
    const limit = BigInt(type.length ?? Math.floor(MAX_OBJECT_SIZE / Math.max(1, sizeOf(type.of))))
    if (value >= 0n && value < limit) return Number(value)
    p.error(expr.span, 'designator', 'array index in initializer exceeds array bounds')
    return undefined
  }

  private memberDesignator(type: RecordType): number | undefined {
    const { p } = this
    if (!p.at('.')) p.syntaxError(p.token.span, 'designator', 'array index in non-array initializer')
    const name = p.peek()
    if (!isIdent(name)) {
      p.next()
      p.expected('identifier')
    }
    const first = findMember(type, name.text)?.[0]
    // The way into an anonymous member: the name is read there.
    if (first?.name === undefined && first) return type.members.indexOf(first)
    p.next()
    p.next()
    if (first) return type.members.indexOf(first)
    p.error(name.span, 'no-member', `‘${formatType(type)}’ has no member named ‘${name.text}’`)
    return undefined
  }
}

const isFlexible = (type: CType): boolean => type.kind === 'array' && type.length === undefined

function partsOf(type: ArrayType | RecordType): number {
  if (type.kind === 'array') return type.length ?? Infinity
  const { members } = type
  const last = members.at(-1)
  return last && isFlexible(last.type) && isComplete(type) ? members.length - 1 : members.length
}
