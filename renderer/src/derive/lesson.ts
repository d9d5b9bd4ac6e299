/**
 * A lesson as pure functions: what of a step is in sight, what the window shall show there, and what has to be done so
 * that it does. A scene says everything and depends on nothing that went before: going back is the scene before.
 */
import type {
  FigureRef,
  LessonCue,
  LessonPanel,
  LessonPart,
  LessonSpan,
  LessonStep,
  LessonStop,
} from '../../../core/protocol/index.js'
import { cuesOf, figureValue } from '../../../core/words/index.js'

/** The option chosen of each question, by step and part; SHOWN when the answer was shown without one. */
export type Answers = Readonly<Record<string, number>>
export const SHOWN = -1
export const questionKey = (step: number, part: number): string => `${step}.${part}`

type Question = Extract<LessonPart, { kind: 'predict' }>
type Range = { readonly from: number; readonly to: number }
type MappingName = Extract<LessonCue, { cue: 'select' }>['mapping']

/** How many parts of the step are in sight: all up to the first question that stands open, and this one. */
export function partsInSight({ parts }: LessonStep, index: number, answers: Answers): number {
  const open = parts.findIndex(({ kind }, i) => kind === 'predict' && answers[questionKey(index, i)] === undefined)
  return open < 0 ? parts.length : open + 1
}

/** The question that stands open in the step. */
export function openQuestion(
  step: LessonStep,
  index: number,
  answers: Answers,
): { readonly part: number; readonly question: Question } | undefined {
  const part = partsInSight(step, index, answers) - 1
  const last = step.parts[part]
  if (last?.kind !== 'predict' || answers[questionKey(index, part)] !== undefined) return undefined
  return { part, question: last }
}

export interface Scene {
  /** The stop the program stands at; 0 is the beginning of main. */
  readonly stop: number
  /** What the step is about, in order: a presentation shows nothing else. */
  readonly panels: readonly LessonPanel[]
  /** The one that the step came to last; undefined: it opens none. */
  readonly front: LessonPanel | undefined
  readonly mapping: MappingName | undefined
  /** Lines of the program, from 1. */
  readonly lines: Range | undefined
  /** Stops that the timeline reaches from and to. */
  readonly zoom: Range | undefined
}

/** Where a lesson begins, before its first step. */
const BEGINNING: Scene = {
  stop: 0,
  panels: ['source'],
  front: undefined,
  mapping: undefined,
  lines: undefined,
  zoom: undefined,
}

export function sceneAt(steps: readonly LessonStep[], index: number, answers: Answers): Scene {
  return steps.slice(0, index + 1).reduce((before, { parts }, i) => {
    const step = steps[i]!
    const count = i === index ? partsInSight(step, i, answers) : parts.length
    return sceneOfStep(before, cuesOf(parts.slice(0, count)))
  }, BEGINNING)
}

/** Stop, panels and mapping stay from step to step until others come; lines and zoom are the step's own. */
function sceneOfStep(before: Scene, cues: readonly LessonCue[]): Scene {
  const last = <C extends LessonCue['cue']>(cue: C) =>
    cues.findLast((each): each is Extract<LessonCue, { cue: C }> => each.cue === cue)
  const opened = [...new Set(cues.flatMap((cue) => (cue.cue === 'open' ? [cue.panel] : [])))]
  const panels = opened.length > 0 ? opened : before.panels
  const lines = last('highlight')
  const zoom = last('zoom')
  const front = cues.findLast(({ cue }) => cue === 'open' || cue === 'highlight' || cue === 'zoom')
  return {
    stop: last('run')?.stop ?? before.stop,
    panels: [
      ...(lines && !panels.includes('source') ? (['source'] as const) : []),
      ...panels,
      ...(zoom && !panels.includes('timeline') ? (['timeline'] as const) : []),
    ],
    front: front && panelOf(front),
    mapping: last('select')?.mapping ?? before.mapping,
    lines: lines && { from: lines.from, to: lines.to },
    zoom: zoom && { from: zoom.from, to: zoom.to },
  }
}

const panelOf = (cue: LessonCue): LessonPanel =>
  cue.cue === 'open' ? cue.panel : cue.cue === 'zoom' ? 'timeline' : 'source'

export type LessonAction =
  | { readonly do: 'open'; readonly panel: LessonPanel }
  | { readonly do: 'go'; readonly stop: number }
  | { readonly do: 'select'; readonly mapping: MappingName | undefined }
  | { readonly do: 'highlight'; readonly lines: Range | undefined }
  | { readonly do: 'zoom'; readonly zoom: Range | undefined }

/**
 * What to do, in order, so that the window shows the scene.
 * @param shown the scene it showed last; undefined: none
 * @param stop where the program stands; undefined: at no stop
 */
export function planTo(scene: Scene, shown: Scene | undefined, stop: number | undefined): readonly LessonAction[] {
  const differs = (of: (s: Scene) => unknown): boolean =>
    shown === undefined || JSON.stringify(of(shown)) !== JSON.stringify(of(scene))
  const plan: LessonAction[] = []
  if (differs(({ lines }) => lines)) plan.push({ do: 'highlight', lines: scene.lines })
  if (scene.front !== undefined && differs(({ front }) => front)) plan.push({ do: 'open', panel: scene.front })
  if (scene.stop !== stop) plan.push({ do: 'go', stop: scene.stop })
  if (differs(({ mapping }) => mapping)) plan.push({ do: 'select', mapping: scene.mapping })
  if (differs(({ zoom }) => zoom)) plan.push({ do: 'zoom', zoom: scene.zoom })
  return plan
}

/** The start of the mapping that a select cue names, 16 hex digits; undefined: the program has no such mapping there. */
export function addressOf(name: MappingName, stop: number, stops: readonly LessonStop[]): string | undefined {
  if (typeof name === 'object') return stops[name.newAtStop - 1]?.fresh
  return name === '[heap]' ? stops[stop - 1]?.heap : stops[stop - 1]?.stack
}

/** A figure's number; undefined while the stops it speaks of are not known, or not yet `reached`. */
export function figureAt(figure: FigureRef, stops: readonly LessonStop[], reached: number): number | undefined {
  if (figure.stop > reached) return undefined
  return figureValue(
    figure,
    stops.map((stop) => stop.figures),
  )
}

export const UNKNOWN_FIGURE = '…'

/** Words with their figures filled in. */
export function filled(
  spans: readonly LessonSpan[],
  stops: readonly LessonStop[],
): { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }[] {
  return spans.map((span) =>
    span.kind === 'figure'
      ? { kind: 'strong', text: String(figureAt(span.figure, stops, Infinity) ?? UNKNOWN_FIGURE) }
      : span,
  )
}
