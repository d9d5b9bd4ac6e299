/** The functions of libc that are written in C, see README.md. */
import { headers } from '../headers/index.js'
import { divideUnit } from './divide.js'
import { exitUnit } from './exit.js'
import { internal } from './internal.js'
import { onceUnit } from './once.js'
import { quicksortUnit } from './quicksort.js'
import { searchUnit } from './search.js'
import { sortUnit } from './sort.js'
import { threadEndUnit } from './thread-end.js'
import type { LibraryUnitSource } from './source.js'

export type { LibraryUnitSource } from './source.js'

const units: readonly LibraryUnitSource[] = [
  sortUnit,
  quicksortUnit,
  searchUnit,
  exitUnit,
  onceUnit,
  threadEndUnit,
  divideUnit,
]

const byFunction: ReadonlyMap<string, LibraryUnitSource> = new Map(
  units.flatMap((unit) => unit.defines.map((name) => [name, unit] as const)),
)

export const unitOf = (name: string): LibraryUnitSource | undefined => byFunction.get(name)

/** Names of all functions that units define for programs. */
export const unitFunctions: readonly string[] = [...byFunction.keys()]

/** The headers units include: the program's, and the internal one. */
export const libraryHeaders: ReadonlyMap<string, string> = new Map([...headers, internal])
