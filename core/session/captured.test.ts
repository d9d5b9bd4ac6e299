import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { processesJson } from '../proc/index.js'
import { findProfile } from '../profiles/index.js'
import { differences, type Capture, type Stop } from '../testing/captured.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const folder = new URL('../golden/vm/', import.meta.url)
const programs = readdirSync(folder).filter((name) => name.endsWith('.c'))
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** The state at each stop, a newline typed at each. */
function run(source: string, path: string, seed: number): Stop[] {
  const profile = findProfile('debian-12')!
  const compiled = compileFor({ profile, source, path, noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({ profile, program: compiled.program, seed, randomised: true })
  const stops: Stop[] = []
  for (;;) {
    const halt = simulation.run(1 << 22)
    if (halt.why === 'ended') return stops
    if (halt.why === 'budget') continue
    stops.push({ stdout: decodeUtf8(simulation.kernel.tty.output), processes: processesJson(simulation.kernel) })
    simulation.type(Uint8Array.of(10))
  }
}

describe.each(programs)('%s on debian-12 agrees with the real kernel at every stop', (name) => {
  const capture = JSON.parse(read(name.replace('.c', '.expected.json'))) as Capture

  it.each([1, 2, 3, 4, 5])('with addresses from seed %i', (seed) => {
    expect(differences(capture, run(read(name), name, seed))).toEqual([])
  })

  it('and the comparison would notice one page more', () => {
    const stops = run(read(name), name, 1)
    const last = stops[stops.length - 1].processes[0]
    const heap = last.maps.find((m) => m.name === '[heap]')!
    Object.assign(heap.smaps, { Rss: heap.smaps.Rss + 4 })
    expect(differences(capture, stops).join()).toContain('[heap] rw-p 132K: Rss:')
  })
})
