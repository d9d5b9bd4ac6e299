import type { CostTable } from './types.js'

/**
 * Rounded from measurements with `perf` on machines of about 3 GHz: a first touch of anonymous memory takes about half
 * a microsecond, most of it entry, exit and clearing the page. The virtual clock needs plausible proportions, not a
 * benchmark: it orders events and gives the timeline its axis.
 */
export const COSTS: CostTable = {
  statement: 2,
  syscall: 150,
  fault: 350,
  clearPage: 150,
  copyPage: 250,
  mapPage: 25,
  diskRead: 100_000,
}
