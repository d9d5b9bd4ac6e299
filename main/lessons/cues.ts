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
import { fault, quote, type Fault } from './problems.js'

/** @param here the stop run to so far, 0 before the first */
export function parseCue(text: string, here: number, source: string): LessonCue | Fault {
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
      return fault('no-cue', { name: quote(word) })
  }
}

function run(argument: string, here: number): LessonCue | Fault {
  const stop = /^\d{1,3}$/.test(argument) ? Number(argument) : 0
  if (stop < 1 || stop > LAST_STOP) return fault('no-stop', { text: quote(argument), last: LAST_STOP })
  if (stop <= here) return fault('passed-stop', { stop, here })
  return { cue: 'run', stop }
}

function open(argument: string): LessonCue | Fault {
  const panels: readonly string[] = LESSON_PANELS
  if (!panels.includes(argument)) return fault('no-panel', { name: quote(argument), panels: panels.join(', ') })
  return { cue: 'open', panel: argument as LessonPanel }
}

function select(argument: string, here: number): LessonCue | Fault {
  if (argument === '[heap]' || argument === '[stack]') return { cue: 'select', mapping: argument }
  const stop = Number(/^new@(\d{1,3})$/.exec(argument)?.[1] ?? 0)
  if (stop < 1) return fault('no-mapping', { text: quote(argument) })
  if (stop > here) return fault('unreached-stop', { stop })
  return { cue: 'select', mapping: { newAtStop: stop } }
}

function highlight(argument: string, source: string): LessonCue | Fault {
  const found = /^"([^"]+)"(?: to "([^"]+)")?$/.exec(argument)
  if (!found) return fault('no-line', { text: quote(argument) })
  const [, first = '', last = first] = found
  const lines = source.split('\n')
  const [from, to] = [first, last].map((text) => lines.flatMap((line, i) => (line.includes(text) ? [i + 1] : [])))
  const wrong = from?.length !== 1 ? ([first, from] as const) : to?.length !== 1 ? ([last, to] as const) : undefined
  if (wrong) return fault('not-one-line', { text: quote(wrong[0]), count: wrong[1]?.length ?? 0 })
  if (to![0]! < from![0]!) return fault('lines-reversed')
  return { cue: 'highlight', from: from![0]!, to: to![0]! }
}

function zoom(argument: string, here: number): LessonCue | Fault {
  const found = /^(\d{1,3})\.\.(\d{1,3})$/.exec(argument)
  const [from, to] = [Number(found?.[1]), Number(found?.[2])]
  if (!found || from >= to) return fault('no-range', { text: quote(argument) })
  if (to > here) return fault('unreached-stop', { stop: to })
  return { cue: 'zoom', from, to }
}
