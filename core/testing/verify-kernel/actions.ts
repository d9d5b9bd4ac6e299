/**
 * What a random program does, each kind of action with how it is drawn and how it is written down. To add one, make a
 * `kind` and put it into the list of its file. An action names areas, pages and files by number, taken modulo what there
 * is, so that a program from which actions are struck out is a program still: that is what makes them shrink (shrink.ts).
 */
import fc from 'fast-check'
import type { Draft } from './draft.js'

export interface Action {
  readonly name: string
  /** Adds its lines and returns what it did, or undefined if there was nothing to do. */
  readonly write: (draft: Draft) => string | undefined
  /** What a child or a thread does in it, and the same action with other such lines. */
  readonly inner?: { readonly actions: readonly Action[]; readonly replaced: (actions: readonly Action[]) => Action }
}

export interface Kind {
  readonly weight: number
  readonly arbitrary: fc.Arbitrary<Action>
}

export function kind<T>(
  name: string,
  weight: number,
  drawn: fc.Arbitrary<T>,
  write: (draft: Draft, drawn: T) => string | undefined,
): Kind {
  return { weight, arbitrary: drawn.map((value) => ({ name, write: (draft) => write(draft, value) })) }
}

/** The actions that what was drawn has in it, and the same with others in their place. */
export interface InnerActions<T> {
  readonly of: (drawn: T) => readonly Action[]
  readonly put: (drawn: T, actions: readonly Action[]) => T
}

/** A kind whose action has actions of a child or a thread in it. */
export function outerKind<T>(
  name: string,
  weight: number,
  drawn: fc.Arbitrary<T>,
  inner: InnerActions<T>,
  write: (draft: Draft, drawn: T) => string | undefined,
): Kind {
  const action = (value: T): Action => ({
    name,
    write: (draft) => write(draft, value),
    inner: { actions: inner.of(value), replaced: (actions) => action(inner.put(value, actions)) },
  })
  return { weight, arbitrary: drawn.map(action) }
}

/** Stops of a program: what is done between two. */
export interface RandomProgram {
  readonly groups: readonly (readonly Action[])[]
}

export const nat = (max: number): fc.Arbitrary<number> => fc.nat(max)
export const pick = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
export const fromTo = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

/** Lengths in pages at which something changes: the hole below ld.so, fault-around, tables, huge pages. */
export const LENGTHS = [1, 2, 3, 4, 8, 9, 10, 16, 17, 25, 31, 40, 64, 100, 200] as const
export const LONG = [511, 512, 513, 600, 1024, 1100] as const

/** A range of an area: which, from which page, how many. */
export const range = fc.record({ area: nat(30), from: nat(1200), count: fc.oneof(fromTo(1, 12), fromTo(1, 600)) })
export type Range = typeof range extends fc.Arbitrary<infer T> ? T : never

/** "a, pages 3 to 7". */
export const pagesText = (name: string, from: number, to: number): string => `${name}, pages ${from} to ${to - 1}`
