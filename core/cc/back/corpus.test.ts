import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { debian12Pie } from '../../profiles/templates.js'
import { FlatMachine, type FlatOptions } from '../../testing/flat-cpu.js'
import { compile } from '../compile.js'

const folder = new URL('./corpus/', import.meta.url)
const programs = readdirSync(folder)
  .filter((file) => file.endsWith('.c'))
  .map((file) => file.slice(0, -2))

function machine(name: string, options: FlatOptions = {}): FlatMachine {
  const source = readFileSync(new URL(`${name}.c`, folder), 'utf8')
  const compiled = compile(source, { path: `${name}.c`, imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => `${d.span.line}: ${d.message}`).join('\n'))
  return new FlatMachine(compiled.program, options)
}

/** In the form corpus/capture.sh writes. A shell reports a signal as 128 + its number. */
function shown(flat: FlatMachine): string {
  const { stdout, exit, signal } = flat.run()
  return `${stdout}[exit ${signal ? 128 + signal : exit & 255}]\n`
}

describe('programs behave as when gcc -O0 compiled them', () => {
  it.each(programs)('%s', (name) => {
    const expected = readFileSync(new URL(`${name}.out`, folder), 'latin1')
    expect(shown(machine(name))).toBe(expected)
  })
})

describe('stopping at every statement changes nothing', () => {
  it.each(programs)('%s', (name) => {
    const atOnce = machine(name)
    const stepped = machine(name, { slice: 1, limit: 3_000_000 })
    expect(shown(stepped)).toBe(shown(atOnce))
    expect(stepped.cpu.contents()).toEqual(atOnce.cpu.contents())
  })
})

describe('losing the TLB at every stop changes nothing', () => {
  it.each(programs)('%s', (name) => {
    const flushing = machine(name, { slice: 13, limit: 3_000_000, onStop: ({ cpu }) => cpu.flushTlb() })
    const atOnce = machine(name)
    expect(shown(flushing)).toBe(shown(atOnce))
    expect(flushing.cpu.contents()).toEqual(atOnce.cpu.contents())
  })
})
