/** What benchmarks measure, bundled by {@link built} as it is for the application. */
export { Hash64, order, pfn } from '../base/index.js'
export { MigrateType } from '../mm/phys/index.js'
export { exitMmap, forkMm, mmap, vmaAt } from '../mm/vma/index.js'
export { allSmapsRows, pmapRows, runReadout } from '../proc/index.js'
export { debian12 } from '../profiles/index.js'
export { bareMemory, DRAWING, TestMachine } from './machine.js'
export { findProfile, freshHeap, MallocReplay } from '../session/index.js'
