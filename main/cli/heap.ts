/** `pagewalk heap` and `pagewalk leaks`: run to a stop, or to the end, and look at the heap there. */
import { basename } from 'node:path'
import {
  heapMapText,
  heapSources,
  leaksNow,
  leaksText,
  parseHeapCall,
  whatIfNow,
  whatIfText,
  type Simulation,
} from '../../core/session/index.js'
import { drive } from './drive.js'
import { load } from './run.js'
import { BrokenInput, UsageError, type HeapOptions } from './usage.js'

export function heap(options: HeapOptions): number {
  const call = options.whatIf === undefined ? undefined : parseHeapCall(options.whatIf)
  if (options.whatIf !== undefined && !call)
    throw new UsageError(`--what-if takes 'malloc SIZE', 'free ADDRESS' and the like, not '${options.whatIf}'`)
  lookAt(options, (simulation) => {
    if (!call) return heapMapText(heapSources(simulation), simulation.kernel.clock.now - simulation.startTime)
    const answer = whatIfNow(simulation, call)
    return answer ? whatIfText(call, answer) : ''
  })
  return 0
}

export function leaks(options: HeapOptions): number {
  const file = basename(options.file)
  if (options.at !== undefined) {
    lookAt(options, (simulation) => leaksText(leaksNow(simulation), file))
    return 0
  }
  const simulation = load(options, true)
  runToStop(simulation, options)
  process.stdout.write(leaksText(leaksNow(simulation), file))
  return 0
}

/** Prints what is to be seen at the stop asked for, or when the program ends, before its memory goes. */
function lookAt(options: HeapOptions, look: (simulation: Simulation) => string): void {
  const simulation = load(options)
  let text = ''
  if (options.at === undefined) simulation.beforeExit = () => (text = look(simulation))
  runToStop(simulation, options)
  process.stdout.write(options.at === undefined ? text : look(simulation))
}

function runToStop(simulation: Simulation, options: HeapOptions): void {
  const halt = drive(simulation, options, { stop: () => simulation.stops - 1 === options.at })
  if (halt.why === 'stuck') throw new BrokenInput(`nothing can go on: the program waits for ${halt.on}`)
  if (halt.why === 'ended' && options.at !== undefined)
    throw new BrokenInput(`the program ended after ${simulation.stops} stops: there is no stop ${options.at}`)
}
