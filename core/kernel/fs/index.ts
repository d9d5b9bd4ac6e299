export { FileTable, Nr as FileNr } from './calls.js'
export { dropUnused } from './inodes.js'
export { OpenFiles } from './open-files.js'
export { Pipes } from './pipes.js'
