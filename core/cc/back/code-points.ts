/** Numbers the places where execution can start or stop, in source order: text addresses grow as in a real program. */
import type { Span } from '../source.js'
import type { Label, LoweredFunction } from './ir.js'

export interface CodePoint {
  readonly span: Span
  readonly name: string
  /** The function's first. */
  readonly entry: boolean
}

/** A function's places in order, its entry first. */
export function pointsOf({ entry, operations }: LoweredFunction): readonly Label[] {
  const labels = operations.flatMap((o) => (o.op === 'label' || o.op === 'statement' ? [o.label] : []))
  return [entry, ...labels.filter((label) => label.point)]
}

export function numberCodePoints(functions: readonly LoweredFunction[], first: number): readonly CodePoint[] {
  const points: CodePoint[] = []
  for (const f of functions) {
    for (const label of pointsOf(f)) {
      label.codePoint = first + points.length
      points.push({ span: label.span, name: f.symbol.name, entry: label === f.entry })
    }
  }
  return points
}
