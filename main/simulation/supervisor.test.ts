import { beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../core/protocol/index.js'
import type { SimulationStatus } from '../../preload/contract.js'
import type { ToHost } from './messages.js'
import {
  CONNECT_TIMEOUT_MS,
  READY_TIMEOUT_MS,
  RESTART_DELAYS_MS,
  RESTART_WINDOW_MS,
  SimulationSupervisor,
  type HostProcess,
} from './supervisor.js'

class FakePort {
  closed = false
}

/** A process that does only what the test says. */
class FakeProcess implements HostProcess<FakePort> {
  readonly posted: { message: ToHost; ports: readonly FakePort[] }[] = []
  killed = false
  constructor(
    readonly say: (message: unknown) => void,
    readonly exit: (code: number) => void,
  ) {}
  post(message: ToHost, ports: readonly FakePort[]): void {
    this.posted.push({ message, ports })
  }
  kill(): void {
    this.killed = true
  }
}

class World {
  time = 0
  processes: FakeProcess[] = []
  ports: FakePort[] = []
  timers = new Set<{ at: number; action: () => void }>()
  forkFails = false
  statuses: SimulationStatus[] = []

  readonly supervisor = new SimulationSupervisor<FakePort>({
    fork: (message, exit) => {
      if (this.forkFails) throw new Error('no more processes')
      const process = new FakeProcess(message, exit)
      this.processes.push(process)
      return process
    },
    channel: () => {
      const pair = { host: new FakePort(), page: new FakePort() }
      this.ports.push(pair.page)
      return pair
    },
    close: (port) => {
      port.closed = true
    },
    after: (ms, action) => {
      const timer = { at: this.time + ms, action }
      this.timers.add(timer)
      return () => this.timers.delete(timer)
    },
    now: () => this.time,
  })

  constructor() {
    this.supervisor.onStatus((status) => this.statuses.push(status))
  }

  get last(): FakeProcess {
    return this.processes.at(-1)!
  }

  pass(ms: number): void {
    this.time += ms
    for (const timer of [...this.timers]) {
      if (timer.at > this.time || !this.timers.delete(timer)) continue
      timer.action()
    }
  }

  connect(nonce: string): { delivered: FakePort[]; reply: () => Reply<undefined> | undefined } {
    const delivered: FakePort[] = []
    let reply: Reply<undefined> | undefined
    void this.supervisor.connect(nonce, (port) => delivered.push(port)).then((r) => (reply = r))
    return { delivered, reply: () => reply }
  }

  /** The next process comes up and dies. */
  crash(code = 1): void {
    this.last.exit(code)
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the simulation supervisor', () => {
  let world: World
  beforeEach(() => {
    world = new World()
  })

  it('starts nothing by itself, and one process however often it is told to', () => {
    expect(world.processes).toHaveLength(0)
    world.connect('nonce-0')
    world.connect('nonce-0')
    expect(world.processes).toHaveLength(1)
    expect(world.statuses).toEqual([{ phase: 'starting' }])
  })

  it('gives the page its end only when the process has taken the other', async () => {
    const page = world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    expect(world.last.posted.map((p) => p.message)).toEqual([{ type: 'connect', nonce: 'nonce-1' }])
    expect(page.delivered).toEqual([])
    world.last.say({ type: 'connected', nonce: 'nonce-1' })
    await settle()
    expect(page.delivered).toEqual([world.ports[0]])
    expect(page.reply()).toEqual({ ok: true, value: undefined })
    expect(world.timers.size).toBe(0)
  })

  it('answers a page that asks again (a reload) with a fresh channel to the same process', async () => {
    world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    world.last.say({ type: 'connected', nonce: 'nonce-1' })
    const again = world.connect('nonce-2')
    world.last.say({ type: 'connected', nonce: 'nonce-2' })
    await settle()
    expect(world.processes).toHaveLength(1)
    expect(again.delivered).toEqual([world.ports[1]])
  })

  it('makes an earlier request void when a later one comes', async () => {
    const first = world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    const second = world.connect('nonce-2')
    world.last.say({ type: 'connected', nonce: 'nonce-1' })
    world.last.say({ type: 'connected', nonce: 'nonce-2' })
    await settle()
    expect(first.delivered).toEqual([])
    expect(first.reply()).toMatchObject({ ok: false, error: { code: 'superseded' } })
    expect(world.ports[0]!.closed).toBe(true)
    expect(second.reply()).toMatchObject({ ok: true })
    expect(world.ports[1]!.closed).toBe(false)
  })

  it.each([
    undefined,
    null,
    'ready',
    { type: 'connect' },
    { type: 'connected' },
    { type: 'connected', nonce: 'other' },
  ])('is not moved by %j from the process', async (message) => {
    const page = world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    world.last.say(message)
    await settle()
    expect(page.delivered).toEqual([])
  })

  it('tells of an end and starts the next process after a moment', () => {
    world.connect('nonce-0')
    world.last.say({ type: 'ready' })
    world.crash(9)
    expect(world.supervisor.status).toEqual({ phase: 'ended', code: 9, restarting: true })
    world.pass(RESTART_DELAYS_MS[0]! - 1)
    expect(world.processes).toHaveLength(1)
    world.pass(1)
    expect(world.processes).toHaveLength(2)
    world.last.say({ type: 'ready' })
    expect(world.supervisor.status).toEqual({ phase: 'running' })
  })

  it('lets the next process answer a request that the last one took to its grave', async () => {
    const page = world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    world.crash()
    expect(world.ports[0]!.closed).toBe(true)
    world.pass(RESTART_DELAYS_MS[0]!)
    world.last.say({ type: 'ready' })
    world.last.say({ type: 'connected', nonce: 'nonce-1' })
    await settle()
    expect(page.delivered).toEqual([world.ports[1]])
  })

  it('waits longer each time and gives up after three restarts in a minute', async () => {
    const page = world.connect('nonce-1')
    for (const delay of RESTART_DELAYS_MS) {
      world.crash()
      const before = world.processes.length
      world.pass(delay - 1)
      expect(world.processes).toHaveLength(before)
      world.pass(1)
      expect(world.processes).toHaveLength(before + 1)
    }
    world.crash(7)
    await settle()
    expect(world.supervisor.status).toEqual({ phase: 'ended', code: 7, restarting: false })
    expect(page.reply()).toMatchObject({ ok: false, error: { code: 'simulation-ended' } })
    world.pass(10 * RESTART_WINDOW_MS)
    expect(world.processes).toHaveLength(4)
  })

  it('tries afresh when it is asked after giving up', async () => {
    world.connect('nonce-0')
    for (const delay of [...RESTART_DELAYS_MS, 0]) {
      world.crash()
      world.pass(delay)
    }
    const page = world.connect('nonce-9')
    world.last.say({ type: 'ready' })
    world.last.say({ type: 'connected', nonce: 'nonce-9' })
    await settle()
    expect(page.reply()).toMatchObject({ ok: true })
  })

  it('a request does not shorten the wait before a restart', () => {
    world.connect('nonce-0')
    world.crash()
    world.connect('nonce-1')
    expect(world.processes).toHaveLength(1)
  })

  it('forgets ends that are long past', () => {
    world.connect('nonce-0')
    for (let i = 0; i < 10; i++) {
      world.crash()
      expect(world.supervisor.status).toMatchObject({ restarting: true })
      world.pass(RESTART_WINDOW_MS)
    }
  })

  it('ends a process that never gets ready', () => {
    world.connect('nonce-0')
    world.pass(READY_TIMEOUT_MS)
    expect(world.last.killed).toBe(true)
  })

  it('ends a process that does not take a channel', () => {
    world.connect('nonce-1')
    world.last.say({ type: 'ready' })
    world.pass(CONNECT_TIMEOUT_MS)
    expect(world.last.killed).toBe(true)
  })

  it('treats a process that cannot be started as one that ended', () => {
    world.forkFails = true
    world.connect('nonce-0')
    expect(world.supervisor.status).toEqual({ phase: 'ended', code: undefined, restarting: true })
    world.forkFails = false
    world.pass(RESTART_DELAYS_MS[0]!)
    expect(world.processes).toHaveLength(1)
  })

  it('hears nothing of a process that is gone', () => {
    world.connect('nonce-0')
    const gone = world.last
    world.crash()
    world.pass(RESTART_DELAYS_MS[0]!)
    gone.say({ type: 'ready' })
    gone.exit(1)
    expect(world.supervisor.status).toEqual({ phase: 'starting' })
    expect(world.processes).toHaveLength(2)
  })

  describe('disposed', () => {
    it('leaves no process, no timer and no open question', async () => {
      const page = world.connect('nonce-1')
      world.last.say({ type: 'ready' })
      world.supervisor.dispose()
      world.crash()
      await settle()
      expect(world.last.killed).toBe(true)
      expect(world.timers.size).toBe(0)
      expect(page.reply()).toMatchObject({ ok: false })
      expect(world.ports[0]!.closed).toBe(true)
      expect(world.processes).toHaveLength(1)
    })

    it('between two processes starts no other', () => {
      world.connect('nonce-0')
      world.crash()
      world.supervisor.dispose()
      world.pass(RESTART_WINDOW_MS)
      expect(world.processes).toHaveLength(1)
    })

    it('answers every request with a failure', async () => {
      world.supervisor.dispose()
      const page = world.connect('nonce-1')
      world.connect('nonce-0')
      await settle()
      expect(page.reply()).toMatchObject({ ok: false, error: { code: 'simulation-ended' } })
      expect(world.processes).toHaveLength(0)
    })
  })
})
