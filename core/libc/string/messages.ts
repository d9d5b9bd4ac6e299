/**
 * strerror(3), strsignal(3). In the real library the texts lie in .rodata; here they are written into libc's data when
 * they are first asked for, and keep their address. The area holds some forty of them and then starts over.
 */
import { errnoTable } from '../errno-table.js'
import type { Runtime } from '../runtime.js'
import { signalTable } from '../signal-table.js'
import { latin1 } from '../text.js'

const errorTexts: ReadonlyMap<number, string> = new Map([
  [0, 'Success'],
  ...errnoTable.map(([n, , text]) => [n, text] as const),
])
const signalTexts: ReadonlyMap<number, string> = new Map(signalTable.map(([n, , text]) => [n, text]))

export const errorText = (errno: number): string => errorTexts.get(errno) ?? `Unknown error ${errno}`
const signalText = (signal: number): string =>
  signalTexts.get(signal) ??
  (signal >= 34 && signal <= 64 ? `Real-time signal ${signal - 34}` : `Unknown signal ${signal}`)

/** Gives the text its place, or the one it has. */
function place(rt: Runtime, text: string): number {
  const { texts } = rt.state
  const { messages, messagesSize } = rt.objects
  const known = texts.places[text]
  if (known !== undefined) return messages + known
  if (texts.used + text.length + 1 > messagesSize) {
    texts.places = {}
    texts.used = 0
  }
  const offset = texts.used
  texts.places[text] = offset
  texts.used += text.length + 1
  rt.mem.writeBytes(messages + offset, latin1(`${text}\0`))
  return messages + offset
}

/** @glibc strerror string/strerror_l.c Left out: translations. */
export const strerror = (rt: Runtime, errno: number): number => place(rt, errorText(errno))

/** @glibc strsignal string/strsignal.c */
export const strsignal = (rt: Runtime, signal: number): number => place(rt, signalText(signal))
