/** Public surface of the C back end. */
export { type BackEndOptions, compileUnit, type LinkedProgram } from './backend.js'
export type { ImageRelocation } from './image.js'
export { LibcCall, RegisterArgs, writeLibcResult } from './libcall.js'
export { Refusal } from './refusal.js'
export { CpuRegisters } from './registers.js'
export { TextMap } from './text.js'
