/** What the main process and the simulation's process say to each other: who is there, and here is a port. No more. */

export type ToHost = { readonly type: 'connect'; readonly nonce: string }

export type FromHost =
  /** The process has loaded its code and listens. */
  | { readonly type: 'ready' }
  /** It serves the port that came with this nonce. */
  | { readonly type: 'connected'; readonly nonce: string }

export function isFromHost(message: unknown): message is FromHost {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false
  return message.type === 'ready' || (message.type === 'connected' && 'nonce' in message)
}
