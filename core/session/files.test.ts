import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

/** Programs and what they print on a real machine's terminal (core/golden/libc). */
const read = (name: string): string => readFileSync(new URL(`../golden/libc/${name}`, import.meta.url), 'utf8')
const profile = findProfile('debian-12')!

function simulate(source: string): Simulation {
  const compiled = compileFor({ profile, source, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: false })
}

function toEnd(simulation: Simulation, statements = 1 << 20): Simulation {
  while (simulation.run(statements).why === 'budget');
  return simulation
}

const outputOf = (simulation: Simulation): string => decodeUtf8(simulation.kernel.tty.output)

describe('files of stdio', () => {
  it('hold what they hold on a real machine, and their blocks lie where they lie there', () => {
    const simulation = toEnd(simulate(read('files.c')))
    expect(outputOf(simulation)).toBe(read('files.out'))
    expect(simulation.halt).toEqual({ why: 'ended', code: 0, signal: 0 })
    assertInvariants(simulation.kernel)
  })

  it('are the same after a restore on the way', { timeout: 60_000 }, () => {
    const whole = toEnd(simulate(read('files.c')))
    const simulation = simulate(read('files.c'))
    for (let i = 0; i < 12; i++) {
      const halt = simulation.run(400)
      if (halt.why === 'ended') break
      const snapshot = simulation.kernel.registry.snapshot()
      simulation.run(300)
      simulation.kernel.registry.restore(snapshot)
      simulation.halt = halt
    }
    toEnd(simulation)
    expect(outputOf(simulation)).toBe(outputOf(whole))
    expect(simulation.kernel.trace.hash).toBe(whole.kernel.trace.hash)
  })
})
