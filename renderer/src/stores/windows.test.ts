import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { settle, withStores } from '../testing/mount.js'
import { useSimulation } from './simulation.js'
import { useRows, useTimeline, useWindows } from './windows.js'

function begin(delay = 0) {
  const world = withStores({ delay })
  const scope = effectScope()
  const start = ref<string>()
  const views = world.app.runWithContext(() =>
    scope.run(() => ({
      ps: useRows('ps', () => ({ value: undefined })),
      pmap: useRows('pmap', () => ({ value: { pid: 13070 } })),
      smaps: useRows('smaps', () =>
        start.value === undefined ? undefined : { value: { pid: 13070, start: start.value } },
      ),
      timeline: useTimeline(() => ({ from: undefined, points: 400 })),
    })),
  )!
  return { ...world, scope, start, ...views, simulation: useSimulation(), windows: useWindows() }
}
let world: ReturnType<typeof begin>
beforeEach(async () => {
  world = begin()
  await world.simulation.connect()
  await settle()
})

describe('views in sight', () => {
  it('all show the moment the machine is at', async () => {
    for (let i = 0; i < 4; i++) await world.simulation.run('stop')
    await settle()
    const { id } = world.simulation.moment!
    expect(world.windows.shown?.moment.id).toBe(id)
    expect([world.ps, world.pmap, world.timeline].map((v) => v.data.value?.moment)).toEqual([id, id, id])
    expect(world.pmap.data.value?.totals).toEqual([4372, 1344, 96])
  })
  it('ask once for a moment, however many reports came meanwhile', async () => {
    const fake = world.connection.simulation
    const before = fake.calls.length
    fake.report('running')
    fake.report('running')
    fake.report('paused')
    await settle()
    expect(fake.calls.slice(before).filter((c) => c === 'rows pmap').length).toBeLessThanOrEqual(2)
    expect(world.pmap.data.value?.moment).toBe(world.simulation.moment?.id)
  })
  it('ask for nothing once they are gone', async () => {
    world.scope.stop()
    const before = world.connection.simulation.calls.length
    await world.simulation.run('stop')
    await settle()
    expect(world.connection.simulation.calls.slice(before)).toEqual(['run stop'])
  })
})

describe('a window with a question of its own', () => {
  it('asks for nothing until there is a question', () => expect(world.smaps.data.value).toBeUndefined())
  it('asks for itself alone when the question changes', async () => {
    const before = world.connection.simulation.calls.length
    world.start.value = '0000000001d10000'
    await settle()
    expect(world.connection.simulation.calls.slice(before)).toEqual(['rows smaps'])
    expect(world.smaps.data.value?.rows[0]).toMatchObject({ name: 'Size', value: 132 })
  })
  it('hears that its mapping is not there', async () => {
    world.start.value = '00007f2f565eb000'
    await settle()
    expect(world.smaps.failure.value?.code).toBe('bad-request')
    expect(world.smaps.data.value).toBeUndefined()
  })
})

it('answers for a moment gone by are dropped', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  world = begin(5)
  const connected = world.simulation.connect()
  await vi.advanceTimersByTimeAsync(100)
  await connected
  const fake = world.connection.simulation
  fake.report('paused')
  const late = fake.report('paused')
  await vi.advanceTimersByTimeAsync(100)
  expect(world.windows.shown?.moment.id).toBe(late.id)
  expect(world.pmap.data.value?.moment).toBe(late.id)
})

describe('while a program runs', () => {
  /** Frames are drawn when the test says so. */
  let draw: () => Promise<void>
  beforeEach(() => {
    const frames: FrameRequestCallback[] = []
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
    onTestFinished(() => {
      vi.useRealTimers()
      vi.unstubAllGlobals()
    })
    // Served at once: a fake frame takes no time.
    vi.stubGlobal(
      'MessageChannel',
      class {
        readonly port1: { onmessage?: () => void; close(): void } = { close() {} }
        readonly port2 = { postMessage: () => this.port1.onmessage?.() }
      },
    )
    draw = async () => {
      for (const callback of frames.splice(0)) callback(0)
      await vi.advanceTimersByTimeAsync(0)
    }
  })
  const asked = () => world.connection.simulation.calls.filter((call) => /^(rows|timeline)/.test(call))

  it('a frame brings one view, and the next is asked when it has been drawn', async () => {
    const before = asked().length
    const fake = world.connection.simulation
    for (let i = 0; i < 50; i++) fake.report('running')
    await vi.advanceTimersByTimeAsync(0)
    expect(asked().slice(before)).toEqual([])
    for (const call of ['rows ps', 'rows pmap', 'timeline']) {
      await draw()
      if (asked().at(-1) !== call) await draw()
      expect(asked().at(-1)).toBe(call)
    }
    expect(asked().length).toBe(before + 3)
  })
  it('however many moments come, a round of the views is begun ten times a second at most', async () => {
    const fake = world.connection.simulation
    const shown = new Set<number>()
    for (let ms = 0; ms < 1000; ms += 10) {
      fake.report('running')
      await vi.advanceTimersByTimeAsync(10)
      await draw()
      shown.add(world.windows.shown!.moment.id)
    }
    expect(shown.size).toBeGreaterThan(2)
    expect(shown.size).toBeLessThanOrEqual(11)
  })
  it('the last moment is the one shown when it halts, though no frame was drawn in between', async () => {
    const fake = world.connection.simulation
    fake.report('running')
    fake.report('running')
    await vi.advanceTimersByTimeAsync(0)
    fake.report('running')
    const last = fake.report('paused')
    await vi.advanceTimersByTimeAsync(0)
    expect(world.windows.shown?.moment.id).toBe(last.id)
    expect([world.ps, world.pmap, world.timeline].map((view) => view.data.value?.moment)).toEqual([
      last.id,
      last.id,
      last.id,
    ])
  })
  it('the view whose question changes is the next', async () => {
    const fake = world.connection.simulation
    fake.report('running')
    await vi.advanceTimersByTimeAsync(0)
    fake.report('running')
    world.start.value = '0000000001d10000'
    await draw()
    expect(asked().at(-1)).toBe('rows smaps')
  })
  it('what changed since the halt is not pointed out anew with every moment', async () => {
    const fake = world.connection.simulation
    const { halt } = world.windows
    fake.report('running')
    await vi.advanceTimersByTimeAsync(200)
    await draw()
    expect(world.windows.halt).toBe(halt)
    const { id } = fake.report('paused')
    await vi.advanceTimersByTimeAsync(0)
    expect(world.windows.halt).toBe(id)
  })
})

it('nothing is shown of a program that does not compile', async () => {
  world.simulation.$patch({ moment: undefined })
  await settle()
  expect(world.windows.shown).toBeUndefined()
  expect(world.pmap.data.value).toBeUndefined()
})

describe('the mapping whose smaps is shown', () => {
  it('is the suggested one until the user chooses', () => {
    world.windows.suggest('a')
    world.windows.suggest('b')
    expect(world.windows.selected).toBe('b')
    world.windows.choose('c')
    world.windows.suggest('d')
    expect(world.windows.selected).toBe('c')
  })
})
