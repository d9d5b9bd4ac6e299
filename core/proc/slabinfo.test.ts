import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TestMachine } from '../testing/machine.js'
import { readFile } from './files.js'

const golden = readFileSync(new URL('../golden/slab/slabinfo.txt', import.meta.url), 'utf8')

/** A line with every number replaced by its width's worth of 0, and runs of them by one. */
const shapeOf = (line: string): string => line.replace(/^\S+ +/, '').replace(/ *\d+/g, ' 0')

function text(machine: TestMachine): string {
  const read = readFile(machine.kernel, '/proc/slabinfo')
  return read.ok ? read.text : read.why
}

const geometryOf = (slabinfo: string): Map<string, readonly string[]> =>
  new Map(
    slabinfo
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => line.split(/\s+/))
      .map(([name, , , ...rest]) => [name, rest.slice(0, 3)]),
  )

const machine = new TestMachine()
const ours = geometryOf(text(machine))
const theirs = geometryOf(golden)

describe('/proc/slabinfo', () => {
  it('has the kernel\u2019s header and columns', () => {
    const mine = text(machine).split('\n')
    const real = golden.split('\n')
    expect(mine.slice(0, 2)).toEqual(real.slice(0, 2))
    const line = (lines: readonly string[]): string => lines.find((l) => l.startsWith('kmalloc-rcl-8k')) ?? ''
    expect(line(mine)).toBe(line(real))
    expect(shapeOf(mine[2])).toBe(shapeOf(real[2]))
  })

  it.each([...ours].map(([name]) => name))('%s has objects and slabs of the captured size', (name) => {
    expect(theirs.get(name)).toBeDefined()
    expect(ours.get(name)).toEqual(theirs.get(name))
  })

  it('keeps the order in which the caches were made, the youngest first', () => {
    const real = [...theirs.keys()].filter((name) => ours.has(name))
    expect([...ours.keys()]).toEqual(real)
  })

  it('counts the objects of the running program', () => {
    const { slab } = machine.kernel.parts.mm.objects
    const used = (name: string): number => slab.counts(slab.cache(name)).used
    expect(used('vm_area_struct')).toBe(machine.mm.vmas.size)
    expect(used('mm_struct')).toBe(1)
    expect(used('task_struct')).toBe(1)
  })
})
