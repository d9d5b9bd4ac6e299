/**
 * A lesson as the window is to show it: parsed, checked, and without any markup of its author's in it. The texts come
 * from Markdown (lessons/README.md); every number in them that the machine can tell is a {@link FigureRef}.
 */
import type { FigureName, Figures } from './programs.js'

/** Kinds of panels a lesson may bring to the front. */
export const LESSON_PANELS = [
  'source',
  'terminal',
  'ps',
  'pmap',
  'smaps',
  'story',
  'heap',
  'space',
  'layers',
  'physical',
  'slab',
  'timeline',
] as const
export type LessonPanel = (typeof LESSON_PANELS)[number]

/** A figure at a stop (from 1), or what it changed by since an earlier one. */
export interface FigureRef {
  readonly name: FigureName
  readonly stop: number
  /** The stop that is subtracted; undefined: the figure itself. */
  readonly since: number | undefined
}

export type LessonSpan =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'figure'; readonly figure: FigureRef }

export type LessonBlock =
  | { readonly kind: 'paragraph'; readonly spans: readonly LessonSpan[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly LessonSpan[])[] }
  | { readonly kind: 'code'; readonly text: string }

export type LessonCue =
  /** Runs to that stop, from 1. */
  | { readonly cue: 'run'; readonly stop: number }
  | { readonly cue: 'open'; readonly panel: LessonPanel }
  /** A mapping: by its name, or the one that is there since a stop and was not before. */
  | { readonly cue: 'select'; readonly mapping: '[heap]' | '[stack]' | { readonly newAtStop: number } }
  /** Lines of the program, from 1, both included. */
  | { readonly cue: 'highlight'; readonly from: number; readonly to: number }
  /** The timeline from one stop to a later one; 0 is the beginning of main. */
  | { readonly cue: 'zoom'; readonly from: number; readonly to: number }

/** What comes behind a question is shown, and done, when it has been answered. */
export type LessonPart =
  | { readonly kind: 'text'; readonly blocks: readonly LessonBlock[] }
  | { readonly kind: 'cues'; readonly cues: readonly LessonCue[] }
  | {
      readonly kind: 'predict'
      readonly question: readonly LessonSpan[]
      readonly options: readonly { readonly right: boolean; readonly spans: readonly LessonSpan[] }[]
    }

/** What the text takes for granted; a test holds it against the machine. */
export interface LessonClaim {
  readonly left: FigureRef | number
  readonly relation: '=' | '<' | '>' | '<=' | '>='
  readonly right: FigureRef | number
  /** As written. */
  readonly text: string
  readonly line: number
}

export interface LessonStep {
  readonly title: string
  readonly parts: readonly LessonPart[]
  readonly claims: readonly LessonClaim[]
  /** For whoever presents it: paragraphs that the audience does not see. */
  readonly notes: readonly (readonly LessonSpan[])[]
}

export interface LessonText {
  readonly title: string
  readonly summary: string
  readonly steps: readonly LessonStep[]
}

export interface Lesson {
  readonly id: string
  /** Minutes it takes. */
  readonly minutes: number
  readonly program: { readonly name: string; readonly source: string }
  readonly profile: string
  readonly seed: number | undefined
  readonly texts: Readonly<Record<'en' | 'zh-CN', LessonText>>
}

/** Something an author has to mend; `core/words` says it in both languages. */
export interface LessonProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly kind: LessonProblemKind
  /** What its sentences (`core/words`) have in braces; pieces of the file are short and quoted. */
  readonly values: LessonValues
}

export type LessonValues = Readonly<Record<string, string | number>> & {
  readonly why?: LessonWhy
  readonly help?: LessonKey
}

/** What can be wrong with a lesson. */
export type LessonProblemKind =
  | 'is-link'
  | 'unreadable'
  | 'not-a-file'
  | 'file-too-large'
  | 'not-text'
  | 'bad-name'
  | 'missing-file'
  | 'text-too-large'
  | 'too-many-lines'
  | 'long-line'
  | 'invisible'
  | 'no-front-matter'
  | 'no-key-line'
  | 'no-key'
  | 'key-twice'
  | 'key-missing'
  | 'wrong-value'
  | 'no-program'
  | 'no-machine'
  | 'other-language'
  | 'no-step'
  | 'empty-step'
  | 'before-step'
  | 'no-heading'
  | 'long-title'
  | 'marked-title'
  | 'too-many-steps'
  | 'too-many-notes'
  | 'too-many-parts'
  | 'open-block'
  | 'no-block'
  | 'no-question'
  | 'answers'
  | 'not-one-right'
  | 'html'
  | 'entity'
  | 'link'
  | 'open-figure'
  | 'open-code'
  | 'open-strong'
  | 'figure'
  | 'claim'
  | 'no-cue'
  | 'no-stop'
  | 'passed-stop'
  | 'no-panel'
  | 'no-mapping'
  | 'unreached-stop'
  | 'no-line'
  | 'not-one-line'
  | 'lines-reversed'
  | 'no-range'
  | 'other-key'
  | 'other-steps'
  | 'other-cues'
  | 'other-answer'
  | 'other-notes'
  | 'other-figures'
  | 'other-claims'

/** Why a value, a figure or a claim is none. */
export type LessonWhy =
  | 'empty'
  | 'longer'
  | 'no-number'
  | 'less'
  | 'more'
  | 'other-format'
  | 'neither-language'
  | 'names-no-program'
  | 'names-no-machine'
  | 'no-figure'
  | 'unknown-figure'
  | 'not-run'
  | 'plus-and-range'
  | 'before-first'
  | 'beyond-last'
  | 'backwards'
  | 'no-claim'

/** A key of the front matter. */
export type LessonKey = 'format' | 'language' | 'title' | 'summary' | 'program' | 'profile' | 'seed' | 'minutes'

/** What was seen at a stop of a lesson's program, with Enter pressed at each stop before it. */
export interface LessonStop {
  readonly figures: Figures
  /** Start addresses, 16 hex digits as pmap prints them, of what `select` may name; undefined: there is none. */
  readonly heap: string | undefined
  readonly stack: string | undefined
  /** The first mapping that was not there at the stop before. */
  readonly fresh: string | undefined
}
