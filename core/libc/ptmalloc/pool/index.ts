/**
 * The allocator as ../module.ts calls it. Addresses and sizes come and go as f64, which the host passes without
 * allocating; a size of 2^53 and more is rounded, towards the same side of 2^63 and 2^64.
 */
import { afterFork, unlockArenas } from './arena.js'
import { callocBytes } from './calloc.js'
import { headOf } from './chunk.js'
import { freeBlock, mallocBytes } from './entry.js'
import { init } from './init.js'
import { memalignBytes } from './memalign.js'
import { setWord, word } from './memory.js'
import { optionOfEnvironment, optionOfProgram } from './mallopt.js'
import { setMaxFast } from './params.js'
import { reallocBytes } from './realloc.js'
import { exitThread } from './thread-exit.js'
import { trimAll } from './trim.js'
import { usableSizeOf } from './usable.js'

/** For a module that works with addresses itself: see core/session/trace. */
export { callocBytes, freeBlock, headOf, mallocBytes, memalignBytes, reallocBytes, setWord, usableSizeOf, word }
export { countFree, fastBytes, fastChunks, freeBytes, freeChunks } from './mallinfo.js'
export { afterFork, exitThread, init, optionOfEnvironment, optionOfProgram, unlockArenas }

export function malloc(size: f64): f64 {
  return <f64>mallocBytes(<u64>size)
}
export function calloc(count: f64, size: f64): f64 {
  return <f64>callocBytes(<u64>count, <u64>size)
}
export function realloc(block: f64, size: f64): f64 {
  return <f64>reallocBytes(<u64>block, <u64>size)
}
export function memalign(alignment: f64, size: f64): f64 {
  return <f64>memalignBytes(<u64>alignment, <u64>size)
}
export function free(block: f64): void {
  freeBlock(<u64>block)
}
export function usableSize(block: f64): f64 {
  return <f64>usableSizeOf(<u64>block)
}
export function trim(pad: f64): i32 {
  return trimAll(<u64>pad)
}
export function setMaxFastBytes(request: f64): void {
  setMaxFast(<u64>request)
}
