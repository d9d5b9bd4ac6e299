/** Reports: what determines one, and the facts in it. How they are written down is the business of main/report. */
export { gather } from './gather.js'
export { recordOfRun } from './run.js'
export type * from './types.js'
