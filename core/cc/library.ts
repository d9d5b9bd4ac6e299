/** Which parts of libc that are written in C a program is linked with. */
import { libraryHeaders, unitOf, type LibraryUnitSource } from '../libc/units/index.js'
import type { FunctionSymbol, LibraryUnit, Unit } from './ast.js'
import { parseLibraryUnit } from './front/index.js'

/** Those the program refers to, and those they refer to. A function the program defines itself is not libc's. */
export function libraryUnits(program: Unit): readonly LibraryUnit[] {
  const linked = new Map<LibraryUnitSource, LibraryUnit>()
  const link = ({ name }: FunctionSymbol): void => {
    const source = unitOf(name)
    if (!source || linked.has(source)) return
    const unit = parseLibraryUnit(source.text, { file: source.file, headers: libraryHeaders })
    linked.set(source, unit)
    unit.libcFunctions.forEach(link)
  }
  program.libcFunctions.forEach(link)
  return [...linked.values()]
}
