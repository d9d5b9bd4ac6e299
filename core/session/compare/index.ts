export { Comparisons } from './comparisons.js'
export { sameMappings } from './diff.js'
export { isDiffQuery, type DiffTable } from './tables.js'
