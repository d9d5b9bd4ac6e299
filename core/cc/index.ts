/** C: from source text to a program that runs on the simulated machine. */
export * from './ast.js'
export {
  CpuRegisters,
  LibcCall,
  RegisterArgs,
  TextMap,
  writeLibcResult,
  type ImageRelocation,
  type LinkedProgram,
} from './back/index.js'
export { compile } from './compile.js'
export { formatDiagnostic, formatType } from './front/index.js'
export * from './program.js'
export type * from './source.js'
export type * from './types.js'
