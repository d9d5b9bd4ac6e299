/**
 * Random programs of mmap, munmap, mprotect, brk and accesses on both machines: all invariants after every step,
 * contents against a plain model, snapshot and replay, and nothing left behind after exit.
 *
 * FUZZ_RUNS sets the number of programs for each machine; a failure prints its seed, its path and the shrunk program:
 * FUZZ_SEED=... FUZZ_PATH=... runs it again.
 */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { assert, PAGE_SIZE } from '../base/index.js'
import { debian12, profiles, type Profile } from '../profiles/index.js'
import { FILE_PAGES, HEAP_PAGES, HUGE_SLOTS, Reference, WINDOW_PAGES, type Operation, type Place } from './fuzz-mm.js'
import { assertInvariants, leaks } from './invariants.js'
import { TestMachine } from './machine.js'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 8)
const seed = process.env['FUZZ_SEED'] === undefined ? undefined : Number(process.env['FUZZ_SEED'])
const parameters = { numRuns, ...(seed === undefined ? {} : { seed }), path: process.env['FUZZ_PATH'] ?? '' }

const page = fc.nat(WINDOW_PAGES - 1)
const few = fc.integer({ min: 1, max: 12 })
const prot = fc.constantFrom(0, 1, 3, 3, 3, 5, 7)
/** DONTNEED most often; flags, FREE, COLD, populating, collapsing. */
const advice = fc.constantFrom(0, 2, 4, 4, 4, 8, 8, 10, 11, 14, 15, 16, 20, 22, 23, 25)
const offset = fc.oneof(fc.constant(0), fc.nat(PAGE_SIZE - 1))
const length = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 4 * PAGE_SIZE }))
const byte = fc.nat(255)
const place: fc.Arbitrary<Place> = fc.tuple(fc.constantFrom('window', 'window', 'heap', 'any'), page, offset)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('map'), page, pages: few, prot }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('mapFile'), page, pages: few, prot, from: fc.nat(FILE_PAGES - 13) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mapAny'), pages: fc.constantFrom(1, 3, 16, 511, 512), prot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unmap'), at: place, pages: few }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('protect'), at: place, pages: few, prot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('brk'), bytes: fc.nat(HEAP_PAGES * PAGE_SIZE) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remap'), at: place, pages: few, to: fc.nat(3), keep: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('advise'), at: place, pages: fc.oneof(few, fc.constant(512)), advice }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lock'), at: place, pages: few, lock: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mapHuge'), slot: fc.nat(HUGE_SLOTS - 1), prot }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('touch'), at: place, access: fc.constantFrom(0, 1, 2) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write'), at: place, length, byte }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fill'), at: place, length, byte }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('copy'), to: place, from: place, length }) },
)

const program = fc.record({
  layoutSeed: fc.integer({ min: 1, max: 1000 }),
  /** Few: contents are packed all the time. */
  hotSlots: fc.constantFrom(undefined, 40, 64),
  operations: fc.array(operation, { minLength: 1, maxLength: 60 }),
})
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never

type Layout = Omit<Program, 'operations'>

const machineFor = (profile: Profile, { layoutSeed, hotSlots }: Layout): { m: TestMachine; reference: Reference } => {
  const m = new TestMachine(profile, { seed: layoutSeed, hotSlots })
  return { m, reference: new Reference(m) }
}

/** Runs the whole program with every check, going back to the middle once. Returns the hash of its trace. */
function check(profile: Profile, { operations, ...layout }: Program): string {
  const { m, reference } = machineFor(profile, layout)
  const { registry, trace } = m.kernel
  const middle = operations.length >> 1
  for (const op of operations.slice(0, middle)) step(m, reference, op)
  const snapshot = registry.snapshot()
  const before = registry.hash()
  const back = reference.snapshot()
  for (const op of operations.slice(middle)) step(m, reference, op)
  const first = registry.hash() + trace.hash
  registry.restore(snapshot)
  back()
  assert(registry.hash() === before, 'restoring gives the state of the snapshot')
  for (const op of operations.slice(middle)) reference.run(op)
  assert(registry.hash() + trace.hash === first, 'replaying from the snapshot gives the same state and trace')
  const { hash } = trace
  reference.checkAll()
  assertInvariants(m.kernel)
  m.kernel.exit(m.task, 0, 0)
  assertInvariants(m.kernel)
  const left = leaks(m.kernel, m.freeAfterBoot)
  assert(left.length === 0, left.join('\n'))
  return hash
}

function step(m: TestMachine, reference: Reference, op: Operation): void {
  reference.run(op)
  assertInvariants(m.kernel)
}

describe.each(profiles.map((p) => [p.id, p] as const))('random programs on %s', (_id, profile) => {
  it(
    'keep all invariants, agree with a plain model of memory, replay and leave nothing behind',
    { timeout: 600_000 },
    () => {
      fc.assert(
        fc.property(program, (drawn) => void check(profile, drawn)),
        parameters,
      )
    },
  )
})

describe('the same random program', () => {
  it('gives the same trace on every machine it runs on', { timeout: 600_000 }, () => {
    const twice = (drawn: Program): boolean => {
      const [a, b] = [0, 1].map(() => {
        const { m, reference } = machineFor(debian12, drawn)
        for (const op of drawn.operations) reference.run(op)
        return m.kernel.trace.hash + m.kernel.registry.hash()
      })
      return a === b
    }
    fc.assert(fc.property(program, twice), { ...parameters, numRuns: Math.ceil(numRuns / 4) })
  })

  it('gives the same trace whatever the host packs', { timeout: 600_000 }, () => {
    const traceWith = ({ layoutSeed, operations }: Program, hotSlots: Layout['hotSlots']): string => {
      const { m, reference } = machineFor(debian12, { layoutSeed, hotSlots })
      for (const op of operations) reference.run(op)
      return m.kernel.trace.hash
    }
    const equal = (drawn: Program): boolean => traceWith(drawn, 40) === traceWith(drawn, undefined)
    fc.assert(fc.property(program, equal), { ...parameters, numRuns: Math.ceil(numRuns / 4) })
  })
})
