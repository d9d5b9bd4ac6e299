export { processesJson, processJson, type MappingJson, type ProcessJson } from './checkpoint.js'
export { kernelObjects, type KernelObject } from './kernel-objects.js'
export { mappingAt, type MappingKind } from './mappings.js'
export { memoryFacts, type MemoryFacts } from './meminfo.js'
export {
  allSmapsRows,
  buddyRows,
  counters,
  pmapRows,
  psRows,
  pssKbOf,
  smapsRows,
  statusRows,
  type FieldFacts,
  type PmapFacts,
  type ProcessCounters,
  type PsFacts,
} from './rows.js'
export { rollupOf, SMAPS_FIELDS } from './smaps.js'
export { complete, type Completion } from './shell/complete.js'
export { runReadout, type Readout } from './shell.js'
export { slabCaches } from './slabinfo.js'
export {
  pageTypeFacts,
  typeName,
  zoneFacts,
  type PageTypeFacts,
  type ZoneFacts,
  type ZoneFreeBlocks,
} from './system.js'
