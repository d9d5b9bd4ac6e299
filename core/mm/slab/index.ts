export * from './geometry.js'
export * from './kmalloc.js'
export * from './slub.js'
export * from './objects.js'
