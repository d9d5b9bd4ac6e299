/** The signal sets of a task as /proc prints them: 16 hex digits, signal n as bit n - 1. */
import type { Task } from '../kernel/index.js'
import { addSignal, NO_SIGNALS, NSIG, SIG_DFL, SIG_IGN, type SignalInfo, type SignalSet } from '../kernel/uapi/index.js'

export interface SignalMasks {
  /** Of the thread, or of thread and process together. */
  readonly pending: string
  readonly blocked: string
  readonly ignored: string
  readonly caught: string
}

const word = (n: number): string => (n >>> 0).toString(16).padStart(8, '0')
export const setText = ([low, high]: SignalSet): string => word(high) + word(low)
export const queueText = (queue: readonly SignalInfo[]): string =>
  setText(queue.reduce<SignalSet>((set, { signal }) => addSignal(set, signal), NO_SIGNALS))

/** @mm collect_sigign_sigcatch fs/proc/array.c */
export function signalMasks({ group, pending, blocked }: Task, alone: boolean): SignalMasks {
  let ignored = NO_SIGNALS
  let caught = NO_SIGNALS
  for (let signal = 1; signal <= NSIG; signal++) {
    const handler = group.actions[signal]?.handler ?? SIG_DFL
    if (handler === SIG_IGN) ignored = addSignal(ignored, signal)
    else if (handler !== SIG_DFL) caught = addSignal(caught, signal)
  }
  return {
    pending: queueText(alone ? pending : [...pending, ...group.pending]),
    blocked: setText(blocked),
    ignored: setText(ignored),
    caught: setText(caught),
  }
}
