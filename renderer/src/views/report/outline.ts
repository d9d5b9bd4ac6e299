/** The chapters a report will have, for its dialog: the order of main/report's, without the machine. */
import type { ReportPart } from '../../../../core/protocol/index.js'
import type { Choosable } from './report.js'

export type OutlineEntry =
  | { readonly kind: 'part'; readonly part: ReportPart }
  | { readonly kind: 'notes' }
  | { readonly kind: 'moment'; readonly chosen: Choosable; readonly parts: readonly ReportPart[] }

/** Told at each moment. */
const PER_MOMENT: readonly ReportPart[] = ['changes', 'story', 'ps', 'pmap', 'heap']
const BEFORE: readonly ReportPart[] = ['timeline', 'readings']
const BEHIND: readonly ReportPart[] = ['smaps', 'terminal', 'source', 'reproduce']

export function outlineOf(
  moments: readonly Choosable[],
  parts: ReadonlySet<ReportPart>,
  hasNotes: boolean,
): readonly OutlineEntry[] {
  const wanted = (all: readonly ReportPart[]): readonly OutlineEntry[] =>
    all.filter((part) => parts.has(part)).map((part) => ({ kind: 'part', part }))
  return [
    ...(hasNotes ? [{ kind: 'notes' as const }] : []),
    ...wanted(BEFORE),
    ...moments.map((chosen, i) => ({
      kind: 'moment' as const,
      chosen,
      // The first has nothing before it.
      parts: PER_MOMENT.filter((part) => parts.has(part) && (part !== 'changes' || i > 0)),
    })),
    ...wanted(BEHIND),
  ]
}
