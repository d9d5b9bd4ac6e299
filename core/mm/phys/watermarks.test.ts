import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { minFreeKbytes, pcpLimits, watermarksOf } from './index.js'

/** /proc/zoneinfo of a real machine with 2 CPUs and min_free_kbytes 67584: see golden/slab/README.md. */
const golden = readFileSync(new URL('../../golden/slab/zoneinfo.txt', import.meta.url), 'utf8')

const zones = ['DMA', 'DMA32', 'Normal'].map((name) => {
  const text = golden.slice(golden.search(new RegExp(`zone +${name}\\n`))).split('start_pfn')[0]
  const number = (field: string): number => Number(new RegExp(`${field}:? +(\\d+)`).exec(text)?.[1])
  const protection = /protection: \(([^)]*)\)/.exec(text)?.[1].split(', ').map(Number)
  const names = ['min', 'low', 'high', 'promo', 'managed', 'batch', 'high_min', 'high_max'] as const
  return {
    name,
    protection,
    ...(Object.fromEntries(names.map((n) => [n, number(n)])) as Record<(typeof names)[number], number>),
  }
})
const managed = zones.map((zone) => zone.managed)
const rules = { hugePages: true, scaleFactor: 10 }

describe('the watermarks of a real machine', () => {
  it('begin with min_free_kbytes, which khugepaged raises', () => {
    expect(minFreeKbytes(managed, rules)).toBe(67584)
    expect(minFreeKbytes([0, 262144, 0], { hugePages: false, scaleFactor: 10 })).toBe(4096)
  })

  it.each(zones.map((zone, index) => [zone.name, zone, index] as const))('are met in zone %s', (_name, zone, index) => {
    const marks = watermarksOf(managed, rules)[index]
    const { min, low, high, promo } = zone
    expect(marks).toEqual({ min, low, high, promo, reserve: zone.protection })
  })

  it.each(zones.map((zone, index) => [zone.name, zone, index] as const))(
    'give the limits of the CPU\u2019s lists in zone %s',
    (_name, zone, index) => {
      const marks = watermarksOf(managed, rules)[index]
      expect(pcpLimits(zone.managed, marks, { cpus: 2, adapts: true })).toEqual({
        batch: zone.batch,
        highMin: zone.high_min,
        highMax: zone.high_max,
      })
    },
  )
})

it('until 5.13 a CPU kept six batches of 31 pages', () => {
  const [marks] = watermarksOf([786432], { hugePages: false, scaleFactor: 0 })
  expect(pcpLimits(786432, marks, { cpus: 2, adapts: false })).toEqual({ batch: 31, highMin: 186, highMax: 186 })
})
