/** What names mean where (C17 6.2.1): ordinary identifiers and tags, block by block. */
import type { FunctionSymbol, GlobalVar, LocalVar } from '../ast.js'
import type { Span } from '../source.js'
import type { CType, IntType, RecordType } from '../types.js'

export type Meaning =
  | { readonly kind: 'object'; readonly symbol: LocalVar | GlobalVar; readonly register: boolean; readonly span: Span }
  | { readonly kind: 'function'; readonly symbol: FunctionSymbol; readonly span: Span }
  | { readonly kind: 'typedef'; readonly type: CType; readonly span: Span }
  | { readonly kind: 'constant'; readonly value: bigint; readonly type: IntType; readonly span: Span }

export type Tag =
  | { readonly kind: 'record'; readonly type: RecordType; readonly span: Span; beingDefined: boolean }
  | { readonly kind: 'enum'; type: IntType; complete: boolean; readonly span: Span }

interface Scope {
  readonly names: Map<string, Meaning>
  readonly tags: Map<string, Tag>
}

const emptyScope = (): Scope => ({ names: new Map(), tags: new Map() })

export class Scopes {
  private readonly stack: Scope[] = [emptyScope()]

  get depth(): number {
    return this.stack.length
  }
  get atFileScope(): boolean {
    return this.stack.length === 1
  }

  push(): void {
    this.stack.push(emptyScope())
  }
  pop(): void {
    this.stack.pop()
  }
  /** Leaves every scope opened since the depth was read (after a syntax error). */
  unwind(depth: number): void {
    this.stack.length = depth
  }

  find(name: string): Meaning | undefined {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const meaning = this.stack[i].names.get(name)
      if (meaning) return meaning
    }
    return undefined
  }
  findHere(name: string): Meaning | undefined {
    return this.stack.at(-1)!.names.get(name)
  }
  declare(name: string, meaning: Meaning): void {
    this.stack.at(-1)!.names.set(name, meaning)
  }

  findTag(name: string): Tag | undefined {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const tag = this.stack[i].tags.get(name)
      if (tag) return tag
    }
    return undefined
  }
  findTagHere(name: string): Tag | undefined {
    return this.stack.at(-1)!.tags.get(name)
  }
  declareTag(name: string, tag: Tag): void {
    this.stack.at(-1)!.tags.set(name, tag)
  }

  /** Visible names, for "did you mean". */
  *visible(): Iterable<string> {
    for (const scope of this.stack) yield* scope.names.keys()
  }
}

export const includeNote = (name: string, header: string): { message: string } => ({
  message: `‘${name}’ is defined in header ‘<${header}>’; did you forget to ‘#include <${header}>’?`,
})

/** The visible name that is most like a misspelt one, if one is near. */
export function nearestName(wrong: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wrong.length / 3)) + 1
  for (const name of names) {
    if (name.length > 40 || Math.abs(name.length - wrong.length) >= bestDistance || name.startsWith('__builtin'))
      continue
    const distance = editDistance(wrong, name)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return wrong.length > 40 || wrong.length < 3 ? undefined : best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]
}
