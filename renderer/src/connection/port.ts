/**
 * The handshake by which the page gets its port: it asks with a nonce of its own and takes only the message that comes
 * from this window, is of the right type and carries that nonce.
 */
import type { Reply } from '../../../core/protocol/index.js'
import type { PagewalkBridge, PortMessage } from '../../../preload/contract.js'
import { Simulation, connectionFailure, type Connect } from './simulation.js'

/** The process has to start, and a cold machine is slow; a line that takes longer is not coming. */
const PATIENCE = 15_000

export function connectOver(bridge: PagewalkBridge): Connect {
  return async (events, lost) => {
    const port = await requestPort(bridge)
    return port.ok ? { ok: true, value: new Simulation(port.value, events, lost) } : port
  }
}

export async function requestPort(bridge: PagewalkBridge, patience = PATIENCE): Promise<Reply<MessagePort>> {
  const nonce = crypto.randomUUID()
  const arrival = waitForPort(nonce, patience)
  const asked = await bridge.requestSimulation(nonce).catch((error: unknown) => refused(error))
  if (!asked.ok) {
    arrival.cancel()
    return asked
  }
  const port = await arrival.port
  return port ? { ok: true, value: port } : refused('the port did not arrive')
}

function waitForPort(nonce: string, patience: number) {
  let cancel!: () => void
  const port = new Promise<MessagePort | undefined>((resolve) => {
    const done = (value: MessagePort | undefined) => {
      clearTimeout(timer)
      window.removeEventListener('message', listen)
      resolve(value)
    }
    const listen = (event: MessageEvent) => {
      if (event.source === window && isPortMessage(event.data) && event.data.nonce === nonce) done(event.ports[0])
    }
    const timer = setTimeout(() => done(undefined), patience)
    cancel = () => done(undefined)
    window.addEventListener('message', listen)
  })
  return { port, cancel }
}

function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && (data as Partial<PortMessage>).type === 'pagewalk:port'
}

function refused(error: unknown): Reply<never> {
  return { ok: false, error: connectionFailure(error) }
}
