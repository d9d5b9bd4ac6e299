/** A machine's setup: what of it differs from the profile, and whether what was typed for it can be. */
import { THP_MODES, type MachineOptions, type MachineRange, type ThpMode } from '../../../core/protocol/index.js'

/** In the tools' words, which are the same in every language: "512 MiB", "THP never", "no ASLR". */
export function differences({ ramMiB, thp, aslr }: MachineOptions): readonly string[] {
  return [
    ...(ramMiB === undefined ? [] : [`${ramMiB} MiB`]),
    ...(thp === undefined ? [] : [`THP ${thp}`]),
    ...(aslr === false ? ['no ASLR'] : []),
  ]
}

export const THP_CHOICES: readonly ThpMode[] = THP_MODES

/** undefined: no whole number of MiB that the machine can have. */
export function ramOf(text: string, { leastRamMiB, mostRamMiB }: MachineRange): number | undefined {
  const value = wholeNumber(text)
  return value !== undefined && value >= leastRamMiB && value <= mostRamMiB ? value : undefined
}

/** undefined: no seed. Nothing typed is the profile's own, which is the caller's to see. */
export const seedOf = (text: string): number | undefined => wholeNumber(text)

function wholeNumber(text: string): number | undefined {
  const trimmed = text.trim()
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : undefined
}

/** What is as the profile has it is left out, so that another profile brings its own. */
export function optionsOf(ramMiB: number, thp: ThpMode, aslr: boolean, range: MachineRange): MachineOptions {
  return {
    ...(ramMiB === range.ramMiB ? {} : { ramMiB }),
    ...(thp === range.thp ? {} : { thp }),
    ...(aslr ? {} : { aslr }),
  }
}
