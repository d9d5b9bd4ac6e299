/** A program that comes with Pagewalk: what the gallery says about it, and its text. */
import type { ProgramInfo } from '../protocol/index.js'

export interface BuiltinProgram extends ProgramInfo {
  readonly source: string
}
