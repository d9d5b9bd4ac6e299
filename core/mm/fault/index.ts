export * from './fault.js'
export * from './huge.js'
