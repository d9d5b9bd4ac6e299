import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
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
const captureOf = (name: string): Capture =>
  JSON.parse(
    gunzipSync(readFileSync(new URL(name.replace('.c', '.expected.json.gz'), folder))).toString('utf8'),
  ) as Capture
/** The founding experiment's kin, run with several layouts; the rest with one. */
const ELEMENTARY = ['p01-hello.c', 'p02-four-pages.c', 'p41-globals.c']

/** The state at each stop, a newline typed at each. */
function run(source: string, path: string, seed: number): Stop[] {
  const profile = findProfile('debian-12')!
  const compiled = compileFor({ profile, source, path, noPie: source.startsWith('// build: -no-pie') })
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

describe('programs on debian-12 agree with the real kernel at every stop', () => {
  it.each(programs)('%s', (name) => {
    expect(differences(captureOf(name), run(read(name), name, 1))).toEqual([])
  })

  it.each(ELEMENTARY)('%s whatever the addresses', (name) => {
    for (const seed of [2, 3, 4, 5]) expect(differences(captureOf(name), run(read(name), name, seed))).toEqual([])
  })

  it.each(ELEMENTARY)('and the comparison would notice one page more (%s)', (name) => {
    const stops = run(read(name), name, 1)
    const heap = stops[stops.length - 1].processes[0].maps.find((m) => m.name === '[heap]')!
    Object.assign(heap.smaps, { Rss: heap.smaps.Rss + 4 })
    expect(differences(captureOf(name), stops).join()).toContain('[heap] rw-p 132K: Rss:')
  })
})
