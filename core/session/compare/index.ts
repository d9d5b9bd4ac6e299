export { ComparisonWork, type CompareSource } from './work.js'
export { diffTable, isDiffQuery, type DiffTable } from './tables.js'
