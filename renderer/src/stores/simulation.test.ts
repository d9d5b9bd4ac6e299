import { beforeEach, describe, expect, it } from 'vitest'
import { settle, withStores } from '../testing/mount.js'
import { useSimulation } from './simulation.js'
import { useSource } from './source.js'

function begin() {
  const world = withStores()
  const simulation = useSimulation()
  return { ...world, simulation, source: useSource() }
}
let world: ReturnType<typeof begin>
const calls = () => world.connection.simulation.calls

beforeEach(async () => {
  world = begin()
  await world.simulation.connect()
})

describe('the founding experiment', () => {
  it('starts at the first statement of main', () => {
    expect(world.simulation.moment).toMatchObject({ state: 'ready', location: { line: 16 } })
    expect(calls()).toEqual(['hello', 'load'])
  })
  it('runs to its four stops and to its end, with the faults of the article', async () => {
    const { simulation } = world
    const seen: unknown[] = []
    for (let i = 0; i < 5; i++) {
      await simulation.run('stop')
      seen.push([simulation.moment?.state, simulation.moment?.counters.minflt, simulation.moment?.counters.rssKb])
    }
    expect(seen).toEqual([
      ['waiting', 77, 1328],
      ['waiting', 77, 1328],
      ['waiting', 81, 1328],
      ['waiting', 85, 1344],
      ['exited', 85, 1344],
    ])
    expect(simulation.canRun).toBe(false)
    expect(simulation.terminal).toBe('pid is 13070\nbefore mmap\n\nafter mmap\n\nafter read\n\nafter write\n\n')
  })
  it('counts changes from halt to halt; typing is not a halt', async () => {
    const { simulation } = world
    for (let i = 0; i < 4; i++) await simulation.run('stop')
    expect(simulation.before).toMatchObject({ minflt: 81, rssKb: 1328, dirtyKb: 80 })
  })
})

describe('run', () => {
  it('sends nothing to a program that is not waiting', async () => {
    await world.simulation.run('stop')
    expect(calls().slice(2)).toEqual(['run stop'])
  })
  it('presses Enter for a program that waits', async () => {
    await world.simulation.run('stop')
    await world.simulation.run('line')
    expect(calls().slice(3)).toEqual(['input "\\n"', 'run line'])
  })
  it('is not seen to have come to its stop before the next one can be asked for', async () => {
    const { simulation, connection } = world
    const run = connection.simulation.run.bind(connection.simulation)
    let answer: (() => void) | undefined
    const answered = new Promise<void>((resolve) => (answer = resolve))
    connection.simulation.run = async (until) => {
      const reply = await run(until)
      await answered
      return reply
    }
    const running = simulation.run('stop')
    await settle()
    expect(simulation).toMatchObject({ busy: true, moment: { state: 'ready' } })
    answer?.()
    await running
    expect(simulation).toMatchObject({ busy: false, moment: { state: 'waiting' } })
  })
  it('is not begun twice', async () => {
    await Promise.all([world.simulation.run('stop'), world.simulation.run('stop')])
    expect(calls().slice(2)).toEqual(['run stop'])
  })
})

describe('a line typed on the terminal', () => {
  it('lets a waiting program go on', async () => {
    await world.simulation.run('stop')
    await world.simulation.sendLine('yes')
    expect(calls().slice(3)).toEqual(['input "yes\\n"', 'run stop'])
  })
  it('is only typed ahead when the program is not waiting', async () => {
    await world.simulation.sendLine('yes')
    expect(calls().slice(2)).toEqual(['input "yes\\n"'])
  })
})

describe('restart', () => {
  it('takes the same program from the start', async () => {
    await world.simulation.run('stop')
    await world.simulation.restart()
    expect(calls().slice(3)).toEqual(['restart'])
    expect(world.simulation).toMatchObject({ terminal: '', before: undefined, moment: { state: 'ready' } })
  })
  it('compiles the text when it was edited', async () => {
    world.source.text += '// changed\n'
    expect(world.simulation.stale).toBe(true)
    await world.simulation.restart()
    expect(calls().slice(2)).toEqual(['load'])
    expect(world.simulation.stale).toBe(false)
  })
})

describe('a program that does not compile', () => {
  beforeEach(async () => {
    world.source.text = 'int main() {\n    foo()\n}\n'
    await world.simulation.restart()
  })
  it('shows its messages and no machine', () => {
    expect(world.simulation).toMatchObject({ broken: true, moment: undefined, failure: undefined, canRun: false })
    expect(world.simulation.diagnostics[0]).toMatchObject({ line: 2, column: 10, severity: 'error' })
  })
  it('runs again once it is mended', async () => {
    world.source.revert()
    await world.simulation.restart()
    expect(world.simulation).toMatchObject({ broken: false, diagnostics: [], moment: { state: 'ready' } })
  })
})

describe('when the simulation process ends', () => {
  it('keeps what it showed last, and takes no more commands', async () => {
    await world.simulation.run('stop')
    world.simulation.statusChanged({ phase: 'ended', code: 9, restarting: false })
    expect(world.simulation).toMatchObject({
      phase: 'lost',
      canRun: false,
      ended: { code: 9 },
      moment: { state: 'waiting' },
    })
    await world.simulation.run('stop')
    expect(calls().filter((c) => c.startsWith('run'))).toHaveLength(1)
  })
  it('starts anew on request, with the source as it is in the editor', async () => {
    world.connection.crash()
    world.source.text += '// changed\n'
    await world.simulation.connect()
    await settle()
    expect(world.connection.opened).toBe(2)
    expect(world.simulation).toMatchObject({ phase: 'open', stale: false, moment: { state: 'ready' } })
  })
})

it('another machine or seed starts the program anew', async () => {
  await world.simulation.choose({ profile: 'debian-12', seed: 7 })
  expect(world.simulation.loaded).toMatchObject({ profile: 'debian-12', seed: 7 })
  expect(world.saved).toContainEqual({ profile: 'debian-12' })
})

describe('a start', () => {
  it('is what a run that is asked for meanwhile waits for', async () => {
    const { simulation } = world
    await Promise.all([simulation.choose({ seed: 7 }), simulation.run('stop')])
    expect(calls().slice(2)).toEqual(['load', 'run stop'])
    expect(simulation).toMatchObject({ loaded: { seed: 7 }, moment: { state: 'waiting' } })
  })
  it('pauses the run under way and is not lost', async () => {
    const { simulation } = world
    await Promise.all([simulation.run('stop'), simulation.choose({ seed: 7 })])
    expect(calls().slice(2)).toEqual(['run stop', 'pause', 'load'])
    expect(simulation).toMatchObject({ loaded: { seed: 7 }, busy: false })
  })
  it('that takes up a run is one, too: it goes on from where it stood', async () => {
    const { simulation } = world
    await simulation.run('stop')
    const left = await simulation.leaveOff()
    await Promise.all([simulation.comeBack(left!), simulation.run('stop')])
    expect(simulation.moment).toMatchObject({ state: 'waiting', stop: 1 })
  })
  it('is all that happens when the run that waits for it is paused before it begins', async () => {
    const { simulation } = world
    await Promise.all([simulation.choose({ seed: 7 }), simulation.run('stop'), simulation.pause()])
    expect(simulation).toMatchObject({ loaded: { seed: 7 }, starting: false, moment: { state: 'ready' } })
  })
  it('that waits gives way to a later one', async () => {
    const { simulation } = world
    await Promise.all([simulation.run('stop'), simulation.choose({ seed: 7 }), simulation.choose({ seed: 8 })])
    expect(calls().filter((call) => call === 'load')).toHaveLength(2)
    expect(simulation.loaded).toMatchObject({ seed: 8 })
  })
})
