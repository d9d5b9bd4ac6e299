/** What the linker would say: functions that neither the program nor the simulated libc defines. */
import { declaredFunctions, knownMissing } from '../libc/headers/index.js'
import type { Unit } from './ast.js'
import type { Diagnostic } from './source.js'

export function linkErrors(unit: Unit): Diagnostic[] {
  return unit.libcFunctions
    .filter((symbol) => !declaredFunctions.has(symbol.name))
    .map(({ name, span }) => ({
      severity: 'error',
      code: knownMissing.has(name) ? 'not-simulated' : 'undefined-reference',
      message: knownMissing.has(name)
        ? `‘${name}’ exists in the C library but is not simulated yet`
        : `undefined reference to ‘${name}’`,
      span,
    }))
}
