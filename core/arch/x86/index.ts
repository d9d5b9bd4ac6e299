export * from './layout.js'
export * from './pte.js'
export * from './tlb.js'
