/** `.pagewalk` files: read, checked, upgraded, written. */
export { readSession, type ReadSession } from './read.js'
export { readSessionFile } from './read-file.js'
export { LIMITS, runSchema, sessionSchema } from './schema.js'
export { formatSession } from './write.js'
