/** The built-in C programs, each of which shows one thing; programs.test.ts says what, and checks it. */
import { files } from './files.js'
import { heap } from './heap.js'
import { mappings } from './mappings.js'
import { mistakes } from './mistakes.js'
import { pages } from './pages.js'
import { processes } from './processes.js'
import type { BuiltinProgram } from '../protocol/index.js'
import { threads } from './threads.js'

/** In the order of the gallery: by topic, and within a topic from the plain to the special. */
export const programs: readonly BuiltinProgram[] = [
  ...pages,
  ...mappings,
  ...heap,
  ...mistakes,
  ...processes,
  ...files,
  ...threads,
]

export const findProgram = (id: string): BuiltinProgram | undefined => programs.find((program) => program.id === id)
