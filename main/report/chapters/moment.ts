/** What moments are called and how the machine stood at them. */
import type { MomentFacts } from '../../../core/report/index.js'
import { signalName, timeText } from '../../../core/words/index.js'
import type { Say } from '../words/index.js'

/** "Stop 2, line 27", with its mark's name in front where it has one. */
export function momentName(moment: MomentFacts, say: Say): string {
  const name = placeName(moment, say)
  return moment.label === '' ? name : `${moment.label} (${name})`
}

/** Without the line: for narrow columns. */
export function shortName({ place, time, label }: MomentFacts, say: Say): string {
  if (label !== '') return label
  switch (place.at) {
    case 'main':
      return say('main')
    case 'stop':
      return say('stop', { stop: place.stop + 1 })
    case 'time':
      return say('at', { time: timeText(time) })
    case 'end':
      return say('end')
  }
}

function placeName(moment: MomentFacts, say: Say): string {
  const name = shortName({ ...moment, label: '' }, say)
  return moment.line > 0 && moment.place.at !== 'main' ? say('onLine', { moment: name, line: moment.line }) : name
}

type Standing = Pick<MomentFacts, 'state' | 'exit' | 'time' | 'statements'> &
  Partial<Pick<MomentFacts, 'line' | 'functionName'>>

/** How it stood, and when. */
export function standing(at: Standing, say: Say): string {
  const since = say('since', { time: timeText(at.time), statements: at.statements })
  return say('endAfter', { state: stateText(at, say), since })
}

function stateText({ state, exit, line = 0, functionName = '' }: Standing, say: Say): string {
  const where = { line, function: functionName }
  switch (state) {
    case 'ready':
      return say('stateReady', where)
    case 'waiting':
      return say('stateWaiting', where)
    case 'paused':
    case 'empty':
      return say('statePaused', where)
    case 'running':
      return say('stateRunning')
    case 'stuck':
      return say('stateStuck')
    case 'exited':
      return say('stateExited', { code: exit?.code ?? 0 })
    case 'killed':
      return say('stateKilled', { signal: signalName(exit?.signal ?? 0), message: exit?.message ?? '' })
  }
}

export const paragraphs = (text: string): readonly string[] =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
