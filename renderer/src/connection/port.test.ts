import { describe, expect, it } from 'vitest'
import type { PagewalkBridge } from '../../../preload/contract.js'
import { fakeBridge } from '../testing/fake-bridge.js'
import { requestPort } from './port.js'

/** What the preload does with a port: a message to the page's own window. */
function deliver(data: unknown, port: MessagePort | undefined, source: Window | null = window): void {
  const event = new MessageEvent('message', { data })
  Object.defineProperties(event, { source: { value: source }, ports: { value: port ? [port] : [] } })
  window.dispatchEvent(event)
}
function bridgeThat(answer: (nonce: string) => void): PagewalkBridge {
  return {
    ...fakeBridge().bridge,
    requestSimulation: async (nonce) => {
      answer(nonce)
      return { ok: true, value: undefined }
    },
  }
}
const { port1 } = new MessageChannel()

describe('the handshake', () => {
  it('takes the port that comes with its nonce', async () => {
    const bridge = bridgeThat((nonce) => deliver({ type: 'pagewalk:port', nonce }, port1))
    expect(await requestPort(bridge)).toEqual({ ok: true, value: port1 })
  })
  it('takes none with another nonce, of another type or from another window', async () => {
    const bridge = bridgeThat((nonce) => {
      deliver({ type: 'pagewalk:port', nonce: 'of somebody else' }, port1)
      deliver({ type: 'something', nonce }, port1)
      deliver({ type: 'pagewalk:port', nonce }, port1, null)
    })
    expect(await requestPort(bridge, 20)).toMatchObject({ ok: false, error: { code: 'connection' } })
  })
  it('hands on why there is no simulation', async () => {
    const error = { code: 'no-process', message: 'it did not start' }
    const bridge = { ...fakeBridge().bridge, requestSimulation: async () => ({ ok: false as const, error }) }
    expect(await requestPort(bridge)).toEqual({ ok: false, error })
  })
})
