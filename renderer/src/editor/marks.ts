/** What the window draws into the source: where the program stands, and where the compiler objects. */
import { StateEffect, StateField, RangeSet, type Extension, type Range, type Text } from '@codemirror/state'
import { Decoration, EditorView, GutterMarker, gutter, type DecorationSet } from '@codemirror/view'

/** Where the program stands. Lines and columns from 1, endColumn exclusive. */
export interface Standing {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}
export interface Squiggle {
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

export const setStanding = StateEffect.define<Standing | undefined>()
/** A line that another view speaks of, from 1. */
export const setChosenLine = StateEffect.define<number | undefined>()
/** Lines that a lesson speaks of, from 1, both included. */
export const setLessonLines = StateEffect.define<{ readonly from: number; readonly to: number } | undefined>()
export const setSquiggles = StateEffect.define<readonly Squiggle[]>()

interface StandingMarks {
  readonly lines: DecorationSet
  readonly gutter: RangeSet<GutterMarker>
}
const NOWHERE: StandingMarks = { lines: Decoration.none, gutter: RangeSet.empty as RangeSet<GutterMarker> }

class Arrow extends GutterMarker {
  override toDOM(): HTMLElement {
    const arrow = document.createElement('span')
    arrow.className = 'cm-standing-arrow'
    arrow.textContent = '▶'
    return arrow
  }
}
const arrow = new Arrow()

function marksFor(doc: Text, at: Standing): StandingMarks {
  if (at.line < 1 || at.line > doc.lines) return NOWHERE
  const line = doc.line(at.line)
  const ranges: Range<Decoration>[] = [Decoration.line({ class: 'cm-standing' }).range(line.from)]
  const end = doc.line(Math.min(doc.lines, Math.max(at.line, at.endLine)))
  const from = Math.min(line.to, line.from + at.column - 1)
  const to = Math.min(end.to, end.from + at.endColumn - 1)
  if (from < to) ranges.push(Decoration.mark({ class: 'cm-statement' }).range(from, to))
  return { lines: Decoration.set(ranges), gutter: RangeSet.of([arrow.range(line.from)]) }
}

const standing = StateField.define<StandingMarks>({
  create: () => NOWHERE,
  update(marks, transaction) {
    let next = marks
    if (transaction.docChanged)
      next = { lines: marks.lines.map(transaction.changes), gutter: marks.gutter.map(transaction.changes) }
    for (const effect of transaction.effects)
      if (effect.is(setStanding)) next = effect.value ? marksFor(transaction.state.doc, effect.value) : NOWHERE
    return next
  },
  provide: (field) => EditorView.decorations.from(field, (marks) => marks.lines),
})

const chosen = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setChosenLine)) {
        const { doc } = transaction.state
        const at = effect.value
        const there = at !== undefined && at >= 1 && at <= doc.lines
        next = there
          ? Decoration.set(Decoration.line({ class: 'cm-chosen' }).range(doc.line(at).from))
          : Decoration.none
      }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

const lessonLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setLessonLines))
        next = effect.value ? linesFrom(transaction.state.doc, effect.value) : Decoration.none
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** A frame around the lines: its first has the upper edge, its last the lower one. */
function linesFrom(doc: Text, { from, to }: { readonly from: number; readonly to: number }): DecorationSet {
  const end = Math.min(to, doc.lines)
  const ranges: Range<Decoration>[] = []
  for (let at = Math.max(1, from); at <= end; at++) {
    const edges = `${at === from ? ' cm-lesson--first' : ''}${at === end ? ' cm-lesson--last' : ''}`
    ranges.push(Decoration.line({ class: `cm-lesson${edges}` }).range(doc.line(at).from))
  }
  return Decoration.set(ranges)
}

const squiggles = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setSquiggles))
        next = Decoration.set(
          effect.value
            .filter((s) => s.from < s.to && s.to <= transaction.state.doc.length)
            .map((s) =>
              Decoration.mark({
                class: `cm-squiggle cm-squiggle--${s.severity}`,
                attributes: { title: s.message },
              }).range(s.from, s.to),
            ),
          true,
        )
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

export const marks: Extension = [
  standing,
  chosen,
  lessonLines,
  squiggles,
  gutter({
    class: 'cm-standing-gutter',
    markers: (view) => view.state.field(standing).gutter,
    initialSpacer: () => arrow,
  }),
]
