export * from './fault.js'
export * from './huge.js'
export { type FileRules } from './file.js'
export * from './out-of-memory.js'
