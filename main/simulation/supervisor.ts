/**
 * Keeps the process that runs the simulation. It is the only one who starts or ends it, and the only one who connects
 * the page to it: the page asks with a nonce, the process gets one end of a fresh channel and says so, then the page
 * gets the other end. From there on they talk without us.
 *
 * The machine's state dies with its process, so nothing is repaired here: an end is told, and a fresh process is
 * started, three times in a minute at most, each time after a longer wait. A process that does not answer a handshake
 * is stuck and is ended as if it had crashed.
 *
 * Knows nothing of Electron: fork, channel and timers come from outside (electron-host.ts), so that every order of
 * events can be tried with a fake.
 */

import type { Failure, Reply } from '../../core/protocol/index.js'
import type { SimulationStatus } from '../../preload/contract.js'
import { isFromHost, type ToHost } from './messages.js'

export interface HostProcess<Port> {
  post(message: ToHost, ports: readonly Port[]): void
  /** Ends it at once, whatever it is doing. There is nothing to save. */
  kill(): void
}

export interface SupervisorParts<Port> {
  /** May throw. `exit` is called once, also after a kill. */
  fork(message: (message: unknown) => void, exit: (code: number) => void): HostProcess<Port>
  channel(): { readonly host: Port; readonly page: Port }
  close(port: Port): void
  /** Returns the function that cancels it. */
  after(ms: number, action: () => void): () => void
  /** Milliseconds, growing. */
  now(): number
}

/** Waits before the first, second, third restart. A fourth end within the window of time is one too many. */
export const RESTART_DELAYS_MS: readonly number[] = [100, 1000, 4000]
export const RESTART_WINDOW_MS = 60_000
/** From fork to 'ready' on a slow disk, and from 'connect' to 'connected' in a process that yields every few ms. */
export const READY_TIMEOUT_MS = 20_000
export const CONNECT_TIMEOUT_MS = 5_000

type State<Port> =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting' | 'running'; readonly process: HostProcess<Port> }
  | { readonly phase: 'waiting' }
  | { readonly phase: 'given-up' }
  | { readonly phase: 'disposed' }

interface Request<Port> {
  readonly nonce: string
  readonly deliver: (port: Port) => void
  readonly answer: (reply: Reply<undefined>) => void
  /** The page's end, while the other one is on its way. */
  port: Port | undefined
}

export class SimulationSupervisor<Port> {
  readonly #parts: SupervisorParts<Port>
  readonly #listeners = new Set<(status: SimulationStatus) => void>()
  #state: State<Port> = { phase: 'idle' }
  #status: SimulationStatus = { phase: 'starting' }
  #request: Request<Port> | undefined
  #cancelTimer: () => void = () => undefined
  /** When processes ended lately. */
  #ends: number[] = []

  constructor(parts: SupervisorParts<Port>) {
    this.#parts = parts
  }

  get status(): SimulationStatus {
    return this.#status
  }

  onStatus(listener: (status: SimulationStatus) => void): void {
    this.#listeners.add(listener)
  }

  /**
   * Starts the process if there is none. `deliver` is called with the page's end before the answer; a later request makes an
   * earlier one void.
   */
  connect(nonce: string, deliver: (port: Port) => void): Promise<Reply<undefined>> {
    return new Promise((answer) => {
      if (this.#state.phase === 'disposed') {
        answer(failed('simulation-ended', 'The application is closing.'))
        return
      }
      this.#fail('superseded', 'Another request for the simulation came.')
      this.#request = { nonce, deliver, answer, port: undefined }
      if (this.#state.phase === 'running') this.#handshake(this.#state.process)
      else if (this.#state.phase === 'idle') this.#fork()
      else if (this.#state.phase === 'given-up') {
        // A person asks, so it may be tried again as if nothing had been.
        this.#ends = []
        this.#fork()
      }
    })
  }

  /** Ends the process for good. */
  dispose(): void {
    const state = this.#state
    this.#cancelTimer()
    this.#state = { phase: 'disposed' }
    this.#fail('simulation-ended', 'The application is closing.')
    if ('process' in state) state.process.kill()
  }

  #fork(): void {
    this.#setTimer(READY_TIMEOUT_MS, () => process.kill())
    this.#tell({ phase: 'starting' })
    // Events of a process that is no longer ours are nobody's business.
    const ours = (): boolean => 'process' in this.#state && this.#state.process === process
    let process: HostProcess<Port>
    try {
      process = this.#parts.fork(
        (message) => {
          if (ours()) this.#hear(process, message)
        },
        (code) => {
          if (ours()) this.#ended(code)
        },
      )
    } catch {
      this.#ended(undefined)
      return
    }
    this.#state = { phase: 'starting', process }
  }

  #hear(process: HostProcess<Port>, message: unknown): void {
    if (!isFromHost(message)) return
    if (message.type === 'ready') {
      if (this.#state.phase !== 'starting') return
      this.#cancelTimer()
      this.#state = { phase: 'running', process }
      this.#tell({ phase: 'running' })
      if (this.#request) this.#handshake(process)
    } else if (this.#request?.port !== undefined && this.#request.nonce === message.nonce) {
      const { deliver, answer, port } = this.#request
      this.#cancelTimer()
      this.#request = undefined
      deliver(port)
      answer({ ok: true, value: undefined })
    }
  }

  #handshake(process: HostProcess<Port>): void {
    if (!this.#request) return
    const { host, page } = this.#parts.channel()
    this.#request.port = page
    this.#setTimer(CONNECT_TIMEOUT_MS, () => process.kill())
    process.post({ type: 'connect', nonce: this.#request.nonce }, [host])
  }

  #ended(code: number | undefined): void {
    this.#cancelTimer()
    this.#dropPort()
    const now = this.#parts.now()
    this.#ends = [...this.#ends.filter((end) => now - end < RESTART_WINDOW_MS), now]
    const delay = RESTART_DELAYS_MS[this.#ends.length - 1]
    this.#state = { phase: delay === undefined ? 'given-up' : 'waiting' }
    this.#tell({ phase: 'ended', code, restarting: delay !== undefined })
    // A request that was under way is answered by the next process, if there is one.
    if (delay === undefined) this.#fail('simulation-ended', 'The simulation ended too often in a short time.')
    else this.#setTimer(delay, () => this.#fork())
  }

  #fail(code: string, message: string): void {
    const request = this.#request
    this.#dropPort()
    this.#request = undefined
    request?.answer(failed(code, message))
  }

  #dropPort(): void {
    if (this.#request?.port === undefined) return
    this.#parts.close(this.#request.port)
    this.#request.port = undefined
  }

  /** There is never more than one thing to wait for. */
  #setTimer(ms: number, action: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#parts.after(ms, action)
  }

  #tell(status: SimulationStatus): void {
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }
}

function failed(code: string, message: string): Reply<undefined> {
  const error: Failure = { code, message }
  return { ok: false, error }
}
