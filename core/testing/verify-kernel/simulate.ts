/** A program on the simulated machine, a newline typed at each stop. */
import { boot, type Kernel } from '../../kernel/index.js'
import { decodeUtf8, encodeUtf8 } from '../../base/index.js'
import { processesJson } from '../../proc/index.js'
import type { Profile } from '../../profiles/index.js'
import { compileFor, Simulation } from '../../session/index.js'
import { Tracepoint } from '../../trace/index.js'
import type { Stop } from '../captured.js'
import { accountViolations, missingAfterExit } from '../accounts.js'
import { violations } from '../invariants.js'

export interface SimulatedStop extends Stop {
  /** Addresses of the faults since the stop before, those of populating and of bad accesses included, by process. */
  readonly faults: ReadonlyMap<number, readonly number[]>
}

export interface SimulatedRun {
  readonly stops: readonly SimulatedStop[]
  readonly end: { readonly code: number; readonly signal: number; readonly stdout: string }
  /** Invariants that did not hold at a stop, with the stop's number. Empty unless they were asked for. */
  readonly broken: readonly string[]
}

export interface SimulateOptions {
  readonly profile: Profile
  readonly source: string
  readonly path: string
  readonly seed: number
  readonly randomised?: boolean
  readonly checkInvariants?: boolean
}

const STATEMENTS = 1 << 22
const NEWLINE = encodeUtf8('\n')

/** Throws when the program does not compile, and when all its tasks wait and nothing that is typed would wake one. */
export function simulate({
  profile,
  source,
  path,
  seed,
  randomised = true,
  checkInvariants = false,
}: SimulateOptions): SimulatedRun {
  const compiled = compileFor({ profile, source, path, noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({ profile, program: compiled.program, seed, randomised })
  const { kernel } = simulation
  const stops: SimulatedStop[] = []
  let faults = new Map<number, number[]>()
  kernel.trace.observe((point) => {
    if (point !== Tracepoint.PageFault) return
    const [{ data }] = kernel.trace.recent(1)
    const { tgid } = kernel.current.group
    const ofProcess = faults.get(tgid) ?? []
    ofProcess.push(data[0])
    faults.set(tgid, ofProcess)
  })
  const broken: string[] = []
  for (;;) {
    const halt = simulation.run(STATEMENTS)
    if (halt.why === 'budget') continue
    if (halt.why === 'stuck') throw new Error(`stop ${stops.length}: nothing can go on: all wait, one for ${halt.on}`)
    if (checkInvariants)
      broken.push(...[...violations(kernel), ...accountViolations(kernel)].map((v) => `stop ${stops.length}: ${v}`))
    const stdout = decodeUtf8(kernel.tty.output)
    if (halt.why === 'ended' && checkInvariants)
      broken.push(...afterTheLast(kernel, boot(profile, seed)).map((v) => `after the end: ${v}`))
    if (halt.why === 'ended') return { stops, broken, end: { code: halt.code, signal: halt.signal, stdout } }
    stops.push({ stdout, processes: processesJson(kernel), faults })
    faults = new Map()
    simulation.type(NEWLINE)
  }
}

/** Children that the program left behind end, too. */
function afterTheLast(kernel: Kernel, afterBoot: Kernel): readonly string[] {
  for (const task of kernel.tasks.processes) if (!task.group.dead) kernel.exit(task, 0, 0)
  return missingAfterExit(kernel, afterBoot)
}
