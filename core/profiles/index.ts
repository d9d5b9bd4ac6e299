import { debian12 } from './debian-12.js'
import type { Profile } from './types.js'
import { ubuntu1604 } from './ubuntu-16.04.js'

export type * from './types.js'
export { debian12, ubuntu1604 }

/** All machines that can be simulated, the founding experiment's first. */
export const profiles: readonly Profile[] = [ubuntu1604, debian12]

export const findProfile = (id: string): Profile | undefined => profiles.find((p) => p.id === id)
