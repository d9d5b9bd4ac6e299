/**
 * Cues: what the window does while a lesson is read. One a line:
 *
 *   run 2                         to the program's second stop
 *   open pmap                     brings a panel to the front
 *   select [heap]                 a mapping by name, or `select new@2`: the one that came with stop 2
 *   highlight "p[i] = i"          the one line of the program that has this text; `"first" to "last"` for several
 *   zoom 1..3                     the timeline from the first stop to the third; 0 is the beginning of main
 */
import { LESSON_PANELS, type LessonCue, type LessonPanel } from '../../core/protocol/index.js'
import { LAST_STOP } from './figure-ref.js'
import { quote } from './problems.js'

export interface CueFailure {
  readonly what: string
  readonly remedy: string
}

/** @param here the stop run to so far, 0 before the first */
export function parseCue(text: string, here: number, source: string): LessonCue | CueFailure {
  const [word = ''] = text.split(' ')
  const argument = text.slice(word.length).trim()
  switch (word) {
    case 'run':
      return run(argument, here)
    case 'open':
      return open(argument)
    case 'select':
      return select(argument, here)
    case 'highlight':
      return highlight(argument, source)
    case 'zoom':
      return zoom(argument, here)
    default:
      return { what: `there is no cue ${quote(word)}`, remedy: 'use run, open, select, highlight or zoom' }
  }
}

function run(argument: string, here: number): LessonCue | CueFailure {
  const stop = /^\d{1,3}$/.test(argument) ? Number(argument) : 0
  if (stop < 1 || stop > LAST_STOP)
    return { what: `${quote(argument)} is no stop`, remedy: `write run and a number from 1 to ${LAST_STOP}` }
  if (stop <= here)
    return {
      what: `stop ${stop} has been passed: the program is at ${here}`,
      remedy: 'name a later stop, programs run forward',
    }
  return { cue: 'run', stop }
}

function open(argument: string): LessonCue | CueFailure {
  const panels: readonly string[] = LESSON_PANELS
  if (!panels.includes(argument))
    return { what: `there is no panel ${quote(argument)}`, remedy: `use one of ${panels.join(', ')}` }
  return { cue: 'open', panel: argument as LessonPanel }
}

function select(argument: string, here: number): LessonCue | CueFailure {
  if (argument === '[heap]' || argument === '[stack]') return { cue: 'select', mapping: argument }
  const stop = Number(/^new@(\d{1,3})$/.exec(argument)?.[1] ?? 0)
  if (stop < 1) return { what: `${quote(argument)} names no mapping`, remedy: 'write [heap], [stack] or new@STOP' }
  if (stop > here) return { what: `stop ${stop} has not been reached`, remedy: 'put a run cue before it' }
  return { cue: 'select', mapping: { newAtStop: stop } }
}

function highlight(argument: string, source: string): LessonCue | CueFailure {
  const found = /^"([^"]+)"(?: to "([^"]+)")?$/.exec(argument)
  if (!found) return { what: `${quote(argument)} is no part of a line`, remedy: 'write highlight "part of the line"' }
  const [, first = '', last = first] = found
  const lines = source.split('\n')
  const [from, to] = [first, last].map((text) => lines.flatMap((line, i) => (line.includes(text) ? [i + 1] : [])))
  const wrong = from?.length !== 1 ? ([first, from] as const) : to?.length !== 1 ? ([last, to] as const) : undefined
  if (wrong)
    return {
      what: `${quote(wrong[0])} is in ${wrong[1]?.length ?? 0} lines of the program`,
      remedy: 'quote a part that one line alone has',
    }
  if (to![0]! < from![0]!)
    return { what: 'the last line comes before the first', remedy: 'write them in the program’s order' }
  return { cue: 'highlight', from: from![0]!, to: to![0]! }
}

function zoom(argument: string, here: number): LessonCue | CueFailure {
  const found = /^(\d{1,3})\.\.(\d{1,3})$/.exec(argument)
  const [from, to] = [Number(found?.[1]), Number(found?.[2])]
  if (!found || from >= to)
    return { what: `${quote(argument)} is no part of the run`, remedy: 'write two stops, zoom 1..3, the earlier first' }
  if (to > here) return { what: `stop ${to} has not been reached`, remedy: 'put a run cue before it' }
  return { cue: 'zoom', from, to }
}
