/** From a request to machines that run it: the profile set up as it says, the program compiled once, started at will. */
import { findProfile, type Profile } from '../profiles/index.js'
import type { Failure, LoadRequest, Reply } from '../protocol/index.js'
import { compileFor, toProtocol, type Compiled } from './compile.js'
import { setUp } from './machine.js'
import { Simulation } from './simulation.js'

/** What a machine is made from. */
export interface Prepared {
  readonly request: LoadRequest
  /** The request's, set up as it says. */
  readonly profile: Profile
  readonly compiled: Extract<Compiled, { ok: true }>
}

const fail = (error: Failure): { readonly ok: false; readonly error: Failure } => ({ ok: false, error })

/** @param noPie link to fixed addresses (gcc -no-pie) */
export function prepare(request: LoadRequest, noPie = false): Reply<Prepared> {
  const known = findProfile(request.profile)
  if (!known) return fail({ code: 'unknown-profile', message: `There is no profile "${request.profile}".` })
  const machine = setUp(known, request.machine)
  if (!machine.ok) return machine
  const profile = machine.value
  const compiled = compileFor({ profile, source: request.source, path: request.path, noPie })
  if (compiled.ok) return { ok: true, value: { request, profile, compiled } }
  const first = compiled.diagnostics.find((d) => d.severity === 'error')
  return fail({
    code: 'compile',
    message: first ? first.message : 'The program does not compile.',
    diagnostics: compiled.diagnostics.map(toProtocol),
  })
}

/** A machine on which the program has just been started. */
export function simulationFor({ request, profile, compiled: { program } }: Prepared): Simulation {
  const seed = request.seed ?? profile.defaultSeed
  const randomised = request.machine?.aslr ?? true
  return new Simulation({ profile, program, seed, randomised, findLeaks: true })
}
