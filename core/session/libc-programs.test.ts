import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

/** Programs and what they print on a real machine (core/golden/libc). */
const read = (name: string): string => readFileSync(new URL(`../golden/libc/${name}`, import.meta.url), 'utf8')
const PROGRAMS = ['getopt', 'divide']

const profile = findProfile('debian-12')!

function simulate(name: string, seed: number): Simulation {
  const compiled = compileFor({ profile, source: read(`${name}.c`), path: `${name}.c`, noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed, randomised: true })
}

/** Runs on, without input, until the program ends or stands still. */
function toEnd(simulation: Simulation, statements = 1 << 20): Simulation {
  while (simulation.run(statements).why === 'budget') continue
  return simulation
}

describe('programs that use more of the C library', () => {
  it.each(PROGRAMS)('%s prints what it prints on a real machine', (name) => {
    const simulation = toEnd(simulate(name, 1))
    expect(decodeUtf8(simulation.kernel.tty.output)).toBe(read(`${name}.out`))
    expect(simulation.halt).toEqual({ why: 'ended', code: 0, signal: 0 })
    assertInvariants(simulation.kernel)
  })

  it.each(PROGRAMS)('%s is the same run when it is halted all the time', (name) => {
    const whole = toEnd(simulate(name, 2))
    const halted = toEnd(simulate(name, 2), 97)
    expect(halted.kernel.trace.hash).toBe(whole.kernel.trace.hash)
    expect(decodeUtf8(halted.kernel.tty.output)).toBe(read(`${name}.out`))
  })

  it.each(PROGRAMS)('%s goes on from snapshots taken on the way', (name) => {
    const simulation = simulate(name, 3)
    for (let i = 0; i < 12; i++) {
      const halt = simulation.run(20)
      if (halt.why === 'ended') break
      const snapshot = simulation.kernel.registry.snapshot()
      simulation.run(200)
      simulation.kernel.registry.restore(snapshot)
      simulation.halt = halt
    }
    expect(decodeUtf8(toEnd(simulation).kernel.tty.output)).toBe(read(`${name}.out`))
  })
})
