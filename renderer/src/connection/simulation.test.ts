import { createBirpc } from 'birpc'
import { describe, expect, it, vi } from 'vitest'
import type { SimulationApi, SimulationEvents } from '../../../core/protocol/index.js'
import { FakeSimulation } from '../testing/fake-simulation.js'
import { Simulation } from './simulation.js'

/** The other end of the port, as the simulation process has it. */
function serve(port: MessagePort, simulation: Partial<SimulationApi>) {
  const rpc = createBirpc<SimulationEvents, Partial<SimulationApi>>(simulation, {
    post: (data) => port.postMessage(data),
    on: (receive) => port.addEventListener('message', (event: MessageEvent) => receive(event.data)),
    bind: 'functions',
  })
  port.start()
  return rpc
}
function pair() {
  const { port1, port2 } = new MessageChannel()
  const events = { moment: vi.fn(), terminal: vi.fn(), comparing: vi.fn(), reportProgress: vi.fn() }
  const lost = vi.fn()
  return { port2, events, lost, simulation: new Simulation(port1, events, lost) }
}

describe('the simulation over a port', () => {
  it('answers calls and brings events', async () => {
    const { port2, events, simulation } = pair()
    const remote = serve(
      port2,
      new FakeSimulation({ moment: () => {}, terminal: () => {}, comparing: () => {}, reportProgress: () => {} }),
    )
    expect(await simulation.hello(1)).toMatchObject({ ok: true, value: { version: 1 } })
    await simulation.load({ source: '', path: 'a.c', profile: 'ubuntu-16.04', seed: undefined })
    const window = await simulation.rows({ table: 'ps', args: undefined, from: 0, count: 10 })
    expect(window.ok && window.value.rows[0]?.pid).toBe(13070)
    await remote.terminal({ from: 0, text: 'hello' })
    expect(events.terminal).toHaveBeenCalledWith({ from: 0, text: 'hello' })
    simulation.close()
  })
  it('turns an exception on the other side into a failure', async () => {
    const { port2, simulation } = pair()
    serve(port2, {
      pause: async () => {
        throw new Error('inner fault')
      },
    })
    expect(await simulation.pause()).toMatchObject({ ok: false, error: { code: 'connection', message: 'inner fault' } })
    simulation.close()
  })
  it('answers calls under way with a failure when the line is closed', async () => {
    const { simulation, lost } = pair()
    const call = simulation.pause()
    simulation.close()
    expect(await call).toMatchObject({ ok: false, error: { code: 'connection' } })
    expect(await simulation.pause()).toMatchObject({ ok: false, error: { code: 'connection' } })
    expect(lost).not.toHaveBeenCalled()
  })
  it('notices when the other side goes away', async () => {
    const { port2, simulation, lost } = pair()
    const call = simulation.pause()
    port2.close()
    expect(await call).toMatchObject({ ok: false, error: { code: 'connection' } })
    expect(lost).toHaveBeenCalledOnce()
  })
})
