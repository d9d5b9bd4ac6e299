/** What an arena holds, for mallinfo and its kin. */
import { BK, FD, NBINS, NFASTBINS } from '../layout.js'
import { MALLINFO_UNALIGNED } from '../messages.js'
import { abortAt } from './checks.js'
import { isAligned, sizeOf } from './chunk.js'
import { linkAt } from './fastbins.js'
import { word } from './memory.js'
import { binAt, fastbinAt } from './state.js'
import { safeLinking } from './version.js'

/** Chunks in fastbins and their bytes, and the same of the other bins, at the last count. */
export let fastChunks: f64 = 0
export let fastBytes: f64 = 0
export let freeChunks: f64 = 0
export let freeBytes: f64 = 0

/** @glibc int_mallinfo malloc/malloc.c */
export function countFree(arena: f64): void {
  countFastbins(<u64>arena)
  countBins(<u64>arena)
}

function countFastbins(av: u64): void {
  let chunks: u64 = 0
  let bytes: u64 = 0
  for (let i: u32 = 0; i < NFASTBINS; i++) {
    for (let chunk = word(fastbinAt(av, i)); chunk != 0; chunk = linkAt(chunk + FD)) {
      if (safeLinking && !isAligned(chunk)) abortAt(MALLINFO_UNALIGNED, chunk)
      chunks++
      bytes += sizeOf(chunk)
    }
  }
  fastChunks = <f64>chunks
  fastBytes = <f64>bytes
}

function countBins(av: u64): void {
  let chunks: u64 = 0
  let bytes: u64 = 0
  for (let i: u32 = 1; i < NBINS; i++) {
    const bin = binAt(av, i)
    for (let chunk = word(bin + BK); chunk != bin; chunk = word(chunk + BK)) {
      chunks++
      bytes += sizeOf(chunk)
    }
  }
  freeChunks = <f64>chunks
  freeBytes = <f64>bytes
}
