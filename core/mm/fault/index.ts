export * from './fault.js'
