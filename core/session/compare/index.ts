export { Comparisons } from './comparisons.js'
export { isDiffQuery, type DiffTable } from './tables.js'
