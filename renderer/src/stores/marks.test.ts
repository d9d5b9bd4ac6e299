import { beforeEach, describe, expect, it } from 'vitest'
import { withStores } from '../testing/mount.js'
import { useMarks } from './marks.js'
import { useSimulation } from './simulation.js'

function begin() {
  const world = withStores()
  return { ...world, simulation: useSimulation(), marks: useMarks() }
}
let world: ReturnType<typeof begin>
beforeEach(async () => {
  world = begin()
  await world.simulation.connect()
})

describe('a mark', () => {
  it('is set on the moment that is shown: a stop by its number, another by its time', async () => {
    const { marks, simulation } = world
    expect(marks.add('begin')).toMatchObject({ at: { time: simulation.moment?.time } })
    await simulation.run('stop')
    expect(marks.add(' first ')).toEqual({ id: 'm2', at: { stop: 0 }, label: 'first' })
    expect(marks.marked?.label).toBe('first')
  })

  it('keeps its name through renaming, and none takes the id of another', async () => {
    const { marks } = world
    marks.add('a')
    marks.add('b')
    marks.remove('m1')
    expect(marks.add('c')?.id).toBe('m3')
    marks.rename('m2', 'B')
    marks.rename('m3', '  ')
    expect(marks.marks.map(({ label }) => label)).toEqual(['B', 'c'])
  })

  it('leads to its moment', async () => {
    const { marks, simulation, connection } = world
    await simulation.run('stop')
    await marks.goTo({ stop: 0 })
    await marks.goTo({ time: 5 })
    expect(connection.simulation.calls.slice(-2)).toEqual(['seek stop', 'seek time'])
  })

  it('has a place on the timeline once the run has come by it', () => {
    const markers = [{ time: 700, kind: 'stop' as const, index: 0, line: 3 }]
    expect(world.marks.timeOf({ stop: 0 }, markers)).toBe(700)
    expect(world.marks.timeOf({ stop: 1 }, markers)).toBeUndefined()
    expect(world.marks.timeOf({ time: 12 }, markers)).toBe(12)
  })
})

describe('a note', () => {
  it('is on a moment or on the whole, and can be changed and removed', () => {
    const { marks } = world
    marks.addNote('look', { stop: 1 })
    marks.addNote('in all')
    marks.changeNote('n1', 'look here')
    expect(marks.notes).toEqual([
      { id: 'n1', at: { stop: 1 }, text: 'look here' },
      { id: 'n2', text: 'in all' },
    ])
    marks.removeNote('n1')
    expect(marks.notes.map(({ id }) => id)).toEqual(['n2'])
  })
})

describe('what was removed', () => {
  const labels = () => world.marks.marks.map(({ label }) => label)

  it('comes back where it stood, the last first, with its own id', () => {
    const { marks } = world
    for (const label of ['a', 'b', 'c']) marks.add(label)
    marks.addNote('look', { stop: 1 })
    marks.remove('m2')
    marks.remove('m1')
    marks.removeNote('n1')
    expect(marks.removed).toMatchObject({ kind: 'note', item: { text: 'look' } })
    expect(marks.takeBack()).toBe(true)
    expect(marks.notes).toEqual([{ id: 'n1', at: { stop: 1 }, text: 'look' }])
    marks.takeBack()
    expect(labels()).toEqual(['a', 'c'])
    marks.takeBack()
    expect(marks.marks.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3'])
    expect(marks.takeBack()).toBe(false)
  })

  it('keeps its id from those that are set meanwhile', () => {
    const { marks } = world
    for (const label of ['a', 'b']) marks.add(label)
    marks.remove('m2')
    expect(marks.add('c')?.id).toBe('m3')
    marks.takeBack()
    expect(labels()).toEqual(['a', 'b', 'c'])
  })

  it('is kept over saving, and goes when another file brings its marks', () => {
    const { marks } = world
    marks.add('a')
    marks.remove('m1')
    marks.replace({ marks: marks.marks, notes: marks.notes })
    expect(marks.removed?.item).toMatchObject({ label: 'a' })
    marks.replace({ marks: [], notes: [] })
    expect(marks.takeBack()).toBe(false)
  })

  it('of one that is not there is nothing', () => {
    world.marks.remove('m7')
    expect(world.marks.removed).toBeUndefined()
  })
})
