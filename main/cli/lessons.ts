/** `pagewalk lessons`: lists the built-in lessons, or checks one and prints it with the numbers its program gives. */
import { compileFor, findProfile, formatDiagnostic, LessonStops, Simulation } from '../../core/session/index.js'
import type {
  Figures,
  Lesson,
  LessonBlock,
  LessonCue,
  LessonPart,
  LessonSpan,
  LessonText,
} from '../../core/protocol/index.js'
import { claimHolds, figureValue, lastStop } from '../../core/words/index.js'
import { builtinLesson, builtinLessons, problemText, readLesson } from '../lessons/index.js'
import { STATEMENTS } from './drive.js'
import { BrokenInput, type LessonsOptions } from './usage.js'

/** Exit status 1 when the lesson is broken or claims what is not so. */
export function lessons({ which, language }: LessonsOptions): number {
  if (which === undefined) {
    process.stdout.write(builtinLessons.map((id) => listed(id, language)).join(''))
    return 0
  }
  const lesson = lessonNamed(which)
  const stops = figuresAtStops(lesson)
  process.stdout.write(textOf(lesson.texts[language], stops))
  const wrong = wrongClaims(lesson, stops)
  for (const text of wrong) process.stderr.write(`pagewalk: ${text}\n`)
  return wrong.length > 0 ? 1 : 0
}

function listed(id: string, language: LessonsOptions['language']): string {
  const { title, summary } = lessonNamed(id).texts[language]
  return `${id}\n  ${title}\n  ${summary}\n`
}

export function lessonNamed(which: string): Lesson {
  const parsed = builtinLesson(which) ?? readLesson(which)
  if (parsed.ok) return parsed.lesson
  throw new BrokenInput(parsed.problems.map((problem) => `${problemText(problem)}\n`).join(''))
}

/** Figures at the program's first stop, its second, and so on, as far as the lesson goes. */
export function figuresAtStops({ id, program, profile: profileId, seed, texts }: Lesson): readonly Figures[] {
  const profile = findProfile(profileId)!
  const compiled = compileFor({ profile, source: program.source, path: program.name, noPie: false })
  if (!compiled.ok)
    throw new BrokenInput(compiled.diagnostics.map((d) => `${formatDiagnostic(d, program.source)}\n`).join(''))
  const start = { profile, program: compiled.program, seed: seed ?? profile.defaultSeed, randomised: true }
  const lessonStops = new LessonStops(new Simulation(start))
  const last = lastStop(texts.en.steps)
  while (!lessonStops.advance(last, STATEMENTS));
  const { stops } = lessonStops
  if (stops.length < last)
    throw new BrokenInput(
      `${id}: the lesson goes to stop ${last}, its program (${program.name}) comes to ${stops.length}`,
    )
  return stops.map(({ figures }) => figures)
}

export function wrongClaims({ id, texts }: Lesson, stops: readonly Figures[]): readonly string[] {
  return texts.en.steps
    .flatMap(({ claims }) => claims)
    .filter((claim) => claimHolds(claim, stops) !== true)
    .map(({ line, left, right, text }) => {
      const values = [left, right].map((side) => (typeof side === 'number' ? side : figureValue(side, stops)))
      return `${id}/en.md:${line}: '${text}' does not hold (${values.join(' and ')}); mend the text or the claim`
    })
}

// ---- as text --------------------------------------------------------------------------------------------------------

function textOf({ title: heading, summary, steps }: LessonText, stops: readonly Figures[]): string {
  const body = steps.map(
    ({ title, parts, notes }) =>
      `\n## ${title}\n${parts.map((part) => partText(part, stops)).join('')}${notes.map((note) => `\n> ${spansText(note, stops)}\n`).join('')}`,
  )
  return `# ${heading}\n\n${summary}\n${body.join('')}`
}

function partText(part: LessonPart, stops: readonly Figures[]): string {
  if (part.kind === 'cues') return `\n[${part.cues.map(cueText).join('; ')}]\n`
  if (part.kind === 'text') return part.blocks.map((block) => `\n${blockText(block, stops)}\n`).join('')
  const options = part.options.map(({ right, spans }) => `  ${right ? '(x)' : '( )'} ${spansText(spans, stops)}\n`)
  return `\n? ${spansText(part.question, stops)}\n${options.join('')}`
}

function cueText(cue: LessonCue): string {
  switch (cue.cue) {
    case 'run':
      return `run to stop ${cue.stop}`
    case 'open':
      return `open ${cue.panel}`
    case 'select':
      return `select ${typeof cue.mapping === 'string' ? cue.mapping : `what is new at stop ${cue.mapping.newAtStop}`}`
    case 'highlight':
      return cue.from === cue.to ? `line ${cue.from}` : `lines ${cue.from}-${cue.to}`
    case 'zoom':
      return `zoom from stop ${cue.from} to ${cue.to}`
  }
}

function blockText(block: LessonBlock, stops: readonly Figures[]): string {
  if (block.kind === 'code') return block.text.replace(/^/gm, '    ')
  if (block.kind === 'paragraph') return spansText(block.spans, stops)
  return block.items.map((item) => `- ${spansText(item, stops)}`).join('\n')
}

const spansText = (spans: readonly LessonSpan[], stops: readonly Figures[]): string =>
  spans.map((span) => (span.kind === 'figure' ? String(figureValue(span.figure, stops) ?? '?') : span.text)).join('')
