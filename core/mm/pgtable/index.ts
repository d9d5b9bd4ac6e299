export * from './pgtable.js'
