/** What the window stands on: the bridge to the application, the way to a simulation, and how it was started. */
import { inject, type InjectionKey } from 'vue'
import type { Initial, PagewalkBridge } from '../../preload/contract.js'
import type { Connect } from './connection/simulation.js'

export interface Host {
  readonly bridge: PagewalkBridge
  readonly connect: Connect
  readonly initial: Initial
}

export const HOST: InjectionKey<Host> = Symbol('host')

export function useHost(): Host {
  const host = inject(HOST)
  if (!host) throw new Error('the window was started without a host')
  return host
}
