/** strerror(3), strsignal(3): texts that live in libc's data. */
import { errnoTable } from '../errno-table.js'
import type { Runtime } from '../runtime.js'
import { signalTable } from '../signal-table.js'
import { latin1 } from '../text.js'

const errorTexts: ReadonlyMap<number, string> = new Map([[0, 'Success'], ...errnoTable.map(([n, , text]) => [n, text] as const)])
const signalTexts: ReadonlyMap<number, string> = new Map(signalTable.map(([n, , text]) => [n, text]))

export const errorText = (errno: number): string => errorTexts.get(errno) ?? `Unknown error ${errno}`
const signalText = (signal: number): string =>
  signalTexts.get(signal) ??
  (signal >= 34 && signal <= 64 ? `Real-time signal ${signal - 34}` : `Unknown signal ${signal}`)

/** Writes the text where libc keeps it. In the real library it lies there from the start, in .rodata. */
function place(rt: Runtime, address: number | undefined, text: string): number {
  const at = address ?? rt.objects.unknownText
  rt.mem.writeBytes(at, latin1(`${text}\0`))
  return at
}

/** @glibc strerror string/strerror_l.c Left out: translations. */
export const strerror = (rt: Runtime, errno: number): number => place(rt, rt.objects.errorTexts.get(errno), errorText(errno))

/** @glibc strsignal string/strsignal.c */
export const strsignal = (rt: Runtime, signal: number): number =>
  place(rt, rt.objects.signalTexts.get(signal), signalText(signal))
