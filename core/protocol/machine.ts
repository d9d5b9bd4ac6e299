/** How a machine is set up beside its profile and its seed: what one would choose in a virtual machine's settings. */

/** /sys/kernel/mm/transparent_hugepage/enabled. */
export const THP_MODES = ['always', 'madvise', 'never'] as const
export type ThpMode = (typeof THP_MODES)[number]

/** What is left out is as the profile has it. */
export interface MachineOptions {
  /** RAM in MiB, the part that firmware and kernel keep for themselves included. */
  readonly ramMiB?: number
  readonly thp?: ThpMode
  /** Address space randomisation (randomize_va_space); on unless said otherwise. */
  readonly aslr?: boolean
}

/** What a profile's machine can be set up with, and what it has unless told otherwise. */
export interface MachineRange {
  readonly ramMiB: number
  readonly leastRamMiB: number
  readonly mostRamMiB: number
  readonly thp: ThpMode
}
