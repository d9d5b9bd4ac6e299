/** Expressions of #if and #elif (C17 6.10.1): 64-bit integers, names that are no macros count as 0. */
import type { Span } from '../source.js'
import { charValue, parseNumber } from './literal.js'
import { isPunct, type Problem, type Token } from './token.js'

interface Value {
  readonly value: bigint
  readonly unsigned: boolean
}

class ConditionError extends Error {}

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['*', 10], ['/', 10], ['%', 10], ['+', 9], ['-', 9], ['<<', 8], ['>>', 8], ['<', 7], ['>', 7], ['<=', 7], ['>=', 7],
  ['==', 6], ['!=', 6], ['&', 5], ['^', 4], ['|', 3], ['&&', 2], ['||', 1],
]) // prettier-ignore
const MAX_DEPTH = 200

/** The condition's truth; what is wrong with it is told to `complain`. */
export function evaluateCondition(
  tokens: readonly Token[],
  at: Span,
  complain: (span: Span, message: string) => void,
): boolean {
  const parser = new ConditionParser(tokens)
  try {
    return parser.whole() !== 0n
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    complain(parser.current?.span ?? at, error.message)
    return false
  }
}

class ConditionParser {
  private position = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token | undefined {
    return this.tokens[this.position]
  }

  whole(): bigint {
    if (this.tokens.length === 0) throw new ConditionError('#if with no expression')
    const value = this.ternary(true)
    const rest = this.current
    if (!rest) return value.value
    if (isPunct(rest, ')')) throw new ConditionError("missing '(' in expression")
    throw new ConditionError(`missing binary operator before token "${rest.text}"`)
  }

  private take(text: string): boolean {
    const token = this.current
    if (!token || !isPunct(token, text)) return false
    this.position++
    return true
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new ConditionError('#if expression is nested too deeply')
    const result = parse()
    this.depth--
    return result
  }

  /** `live` is false where the value is not used: `0 && 1 / 0` is fine. */
  private ternary(live: boolean): Value {
    const condition = this.binary(1, live)
    if (!this.take('?')) return condition
    const yes = this.nested(() => this.ternary(live && condition.value !== 0n))
    if (!this.take(':')) throw new ConditionError("'?' without following ':'")
    const no = this.nested(() => this.ternary(live && condition.value === 0n))
    const unsigned = yes.unsigned || no.unsigned
    return make(condition.value !== 0n ? yes.value : no.value, unsigned)
  }

  private binary(level: number, live: boolean): Value {
    let left = this.unary(live)
    for (;;) {
      const token = this.current
      const precedence = token?.kind === 'punct' ? PRECEDENCE.get(token.text) : undefined
      if (!token || precedence === undefined || precedence < level) return left
      this.position++
      const op = token.text
      const rightLive = live && !(op === '&&' && left.value === 0n) && !(op === '||' && left.value !== 0n)
      const right = this.nested(() => this.binary(precedence + 1, rightLive))
      if ((op === '/' || op === '%') && right.value === 0n) {
        if (rightLive) throw new ConditionError('division by zero in #if')
        left = make(0n, left.unsigned)
      } else left = apply(op, left, right)
    }
  }

  private unary(live: boolean): Value {
    const token = this.current
    if (!token) throw new ConditionError('#if expression ends too early')
    this.position++
    if (token.kind === 'punct') return this.prefix(token, live)
    if (token.kind === 'ident') return make(0n, false)
    const problems: Problem[] = []
    if (token.kind === 'number') return this.number(token)
    if (token.kind === 'char') {
      const { value } = charValue(token.text, problems)
      return make(value, false)
    }
    this.position--
    throw new ConditionError(`token "${token.text}" is not valid in preprocessor expressions`)
  }

  private number(token: Token): Value {
    const number = parseNumber(token.text)
    if (number.kind === 'int' && number.problem?.severity !== 'error') return make(number.value, /^u/.test(number.int))
    this.position--
    const words = number.kind === 'float' ? 'floating constant in preprocessor expression' : number.problem!.message
    throw new ConditionError(words)
  }

  private prefix(token: Token, live: boolean): Value {
    if (token.text === '(') {
      const value = this.nested(() => this.ternary(live))
      if (!this.take(')')) throw new ConditionError("missing ')' in expression")
      return value
    }
    if (!'-+!~'.includes(token.text)) {
      this.position--
      throw new ConditionError(`token "${token.text}" is not valid in preprocessor expressions`)
    }
    const operand = this.nested(() => this.unary(live))
    if (token.text === '-') return make(-operand.value, operand.unsigned)
    if (token.text === '~') return make(~operand.value, operand.unsigned)
    return token.text === '!' ? make(operand.value === 0n ? 1n : 0n, false) : operand
  }
}

function make(value: bigint, unsigned: boolean): Value {
  return { value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), unsigned }
}

function apply(op: string, left: Value, right: Value): Value {
  const unsigned = left.unsigned || right.unsigned
  const a = make(left.value, unsigned).value
  const b = make(right.value, unsigned).value
  const truth = (value: boolean): Value => make(value ? 1n : 0n, false)
  switch (op) {
    case '*': return make(a * b, unsigned)
    case '/': return make(a / b, unsigned)
    case '%': return make(a % b, unsigned)
    case '+': return make(a + b, unsigned)
    case '-': return make(a - b, unsigned)
    case '<<': return make(left.value << BigInt.asUintN(6, right.value), left.unsigned)
    case '>>': return make(left.value >> BigInt.asUintN(6, right.value), left.unsigned)
    case '<': return truth(a < b)
    case '>': return truth(a > b)
    case '<=': return truth(a <= b)
    case '>=': return truth(a >= b)
    case '==': return truth(a === b)
    case '!=': return truth(a !== b)
    case '&': return make(a & b, unsigned)
    case '^': return make(a ^ b, unsigned)
    case '|': return make(a | b, unsigned)
    case '&&': return truth(left.value !== 0n && right.value !== 0n)
    default: return truth(left.value !== 0n || right.value !== 0n)
  } // prettier-ignore
}
