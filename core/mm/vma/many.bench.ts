/**
 * 65,530 mappings, the most a process may have (vm.max_map_count), beside 1,000 in the same run. Goal: each call takes
 * at most 3 times as long, smaps at most twice as long a mapping, a snapshot no longer than with few.
 */
import { bench, describe } from 'vitest'
import { PAGE_SIZE } from '../../base/index.js'
import { debian12 } from '../../profiles/index.js'
import { built } from '../../testing/built.js'

const { DRAWING, runReadout, TestMachine, vmaAt } = await built()
type Machine = InstanceType<typeof TestMachine>

const MOST = 65_530
const FEW = 1000
const CALLS = 256
const RW = 3
const STRIDE = 4

/** A machine with so many mappings; every fourth page is mapped, so that nothing merges. */
function machine(mappings: number): Machine {
  const m = new TestMachine(debian12)
  const drawn = mappings - m.mm.vmas.size - 2
  for (let i = 0; i < drawn; i++) m.map(1, RW, DRAWING + STRIDE * i * PAGE_SIZE)
  return m
}

const full = machine(MOST)
const sparse = machine(FEW)

const before = new Map([full, sparse].map((m) => [m, m.kernel.registry.snapshot()]))

/** The page of a mapping, all over the place. */
const mapped = (m: Machine, i: number): number => DRAWING + STRIDE * ((i * 7919) % (m.mm.vmas.size - 40)) * PAGE_SIZE

function compare(name: string, act: (m: Machine) => void): void {
  describe(name, () => {
    bench(`${MOST} mappings`, () => act(full))
    bench(`reference: ${FEW} mappings`, () => act(sparse))
  })
}

compare(`mmap and munmap of a page at a fixed place, ${CALLS} times`, (m) => {
  for (let i = 0; i < CALLS; i++) {
    const at = mapped(m, i) + 2 * PAGE_SIZE
    m.map(1, RW, at)
    m.sys.munmap(at, PAGE_SIZE)
  }
})

compare(`mmap where the kernel finds a hole, and munmap, ${CALLS} times`, (m) => {
  for (let i = 0; i < CALLS; i++) m.sys.munmap(m.map(16, RW), 16 * PAGE_SIZE)
})

compare(`finding the mapping of an address, ${CALLS} times`, (m) => {
  for (let i = 0; i < CALLS; i++) if (!vmaAt(m.mm, mapped(m, i))) throw new Error('nothing is mapped there')
})

compare('a snapshot that shares with the one before', (m) => void m.kernel.registry.snapshot(before.get(m)))

describe('smaps', () => {
  const text = (m: Machine): unknown => runReadout(m.kernel, `cat /proc/${m.task.pid}/smaps`, m.task.pid)
  const options = { iterations: 3, time: 0, warmupIterations: 1, warmupTime: 0 }
  bench(`of ${MOST} mappings`, () => void text(full), options)
  bench(
    `reference: of ${FEW} mappings, ${Math.round(MOST / FEW)} times`,
    () => {
      for (let i = 0; i < Math.round(MOST / FEW); i++) text(sparse)
    },
    options,
  )
})
