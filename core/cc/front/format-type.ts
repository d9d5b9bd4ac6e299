/** Types as gcc's messages spell them: ‘long unsigned int’, ‘char * const’, ‘int (*)[3]’, ‘int(char *)’. */
import type { CType, FunctionType } from '../types.js'
import { INT_INFO, qualsOf } from './types.js'

const MAX_DEPTH = 40

export function formatType(type: CType): string {
  return declare(type, '', 0)
}

/** Puts the base type before and the derivations around `inner`, as a declaration would. */
function declare(type: CType, inner: string, depth: number): string {
  if (depth > MAX_DEPTH) return `...${inner}`
  switch (type.kind) {
    case 'pointer':
      return declarePointer(type.to, qualifiers(type), inner, depth)
    case 'array':
      return declare(type.of, `${inner}[${type.length ?? ''}]`, depth + 1)
    case 'function':
      return declare(type.returns, `${inner}(${parameters(type, depth)})`, depth + 1)
    default: {
      const quals = qualifiers(type)
      return `${quals}${quals && ' '}${baseName(type)}${/^\(?\*/.test(inner) ? ' ' : ''}${inner}`
    }
  }
}

function declarePointer(to: CType, quals: string, inner: string, depth: number): string {
  const star = `*${quals && ` ${quals}`}${inner.startsWith('(*') ? ' ' : ''}${inner}`
  return declare(to, to.kind === 'array' || to.kind === 'function' ? `(${star})` : star, depth + 1)
}

const qualifiers = (type: CType): string => {
  if (type.kind === 'array') return ''
  const quals = qualsOf(type)
  return [quals.const ? 'const' : '', quals.volatile ? 'volatile' : ''].filter(Boolean).join(' ')
}

function parameters(type: FunctionType, depth: number): string {
  if (type.unprototyped) return ''
  if (type.params.length === 0) return type.variadic ? '...' : 'void'
  const list = type.params.map((p) => declare(p.type, '', depth + 1))
  return [...list, ...(type.variadic ? ['...'] : [])].join(', ')
}

function baseName(type: CType): string {
  switch (type.kind) {
    case 'void':
      return 'void'
    case 'int':
      return type.enumTag === undefined ? INT_INFO[type.int].name : `enum ${type.enumTag || '<anonymous>'}`
    case 'float':
      return { 32: 'float', 64: 'double', 80: 'long double' }[type.bits]
    case 'record':
      return `${type.union ? 'union' : 'struct'} ${type.tag ?? '<anonymous>'}`
    default:
      return '?'
  }
}
