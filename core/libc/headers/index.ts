/**
 * The C headers of the simulated libc: name -> text. They declare exactly what core/libc implements, so a program
 * that uses more gets the compiler's word on it instead of a surprise at run time.
 */
import { fileHeaders } from './files.js'
import { getoptHeaders } from './getopt.js'
import { identityHeaders } from './identity.js'
import { math } from './math.js'
import { memoryHeaders } from './memory.js'
import { search } from './search.js'
import { setjmp } from './setjmp.js'
import { stdio } from './stdio.js'
import { stdlibHeaders } from './stdlib.js'
import { stringHeaders } from './string.js'
import { pthreadHeaders } from './pthread.js'
import { signalHeaders } from './signal.js'
import { systemHeaders } from './system.js'
import { typeHeaders } from './types.js'

export { knownMissing } from './known-missing.js'

export const headers: ReadonlyMap<string, string> = new Map([
  ...typeHeaders,
  ...stringHeaders,
  ...stdlibHeaders,
  stdio,
  math,
  search,
  setjmp,
  ...systemHeaders,
  ...signalHeaders,
  ...pthreadHeaders,
  ...memoryHeaders,
  ...fileHeaders,
  ...getoptHeaders,
  ...identityHeaders,
])

/** Names of the functions that the headers declare: all that a program can be linked with. */
export const declaredFunctions: ReadonlySet<string> = new Set(
  [...headers.values()].flatMap((text) =>
    [...text.matchAll(/^(?!#|typedef)[\w *]*?\b(\w+)\(.*\);$/gm)].map((match) => match[1]),
  ),
)
