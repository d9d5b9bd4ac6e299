/** Giving memory back: the end of top by a lower break, whole pages inside free chunks by madvise. */
import { BK, MINSIZE, NBINS, PAGE, PREV_INUSE } from '../layout.js'
import { binIndex } from './bins.js'
import { CHUNK_STRUCT, setHead, sizeOf, toPages } from './chunk.js'
import { consolidate } from './consolidate.js'
import { discard, sbrk, touchSbrk } from './host.js'
import { init } from './init.js'
import { word } from './memory.js'
import { addSystemMem, binAt, nextOf, topOf } from './state.js'
import { mainArena } from './version.js'

/**
 * @glibc systrim malloc/malloc.c
 * A top of exactly the minimum counts as one byte less than nothing, and unsigned arithmetic then makes the "trim" a
 * growth; glibc does the same.
 */
export function systrim(av: u64, pad: u64): i32 {
  const top = topOf(av)
  const size = sizeOf(top)
  const area = size - MINSIZE - 1
  if (area <= pad) return 0
  const extra = (area - pad) & -PAGE
  if (extra == 0) return 0
  touchSbrk()
  const before = sbrk(0)
  if (before != <f64>(top + size)) return 0
  sbrk(<f64>-(<i64>extra))
  const after = sbrk(0)
  if (after < 0 || after == before) return 0
  const released = <u64>before - <u64>after
  addSystemMem(av, -released)
  setHead(top, (size - released) | PREV_INUSE)
  return 1
}

/** malloc_trim(3). @glibc __malloc_trim malloc/malloc.c @returns 1 if something was given back */
export function trimAll(pad: u64): i32 {
  init()
  let released = 0
  let av = mainArena
  do {
    released |= trimArena(av)
    if (av == mainArena) released |= systrim(av, pad)
    av = nextOf(av)
  } while (av != mainArena)
  return released
}

/** @glibc mtrim malloc/malloc.c */
function trimArena(av: u64): i32 {
  consolidate(av)
  let released = 0
  const firstBin = binIndex(PAGE)
  for (let i: u32 = 1; i < NBINS; i = i == 1 ? firstBin : i + 1) {
    const bin = binAt(av, i)
    for (let chunk = word(bin + BK); chunk != bin; chunk = word(chunk + BK))
      released |= releasePages(chunk, sizeOf(chunk))
  }
  return released
}

/** Pages wholly inside the chunk, behind its links. */
function releasePages(chunk: u64, size: u64): i32 {
  if (size <= PAGE - 1 + CHUNK_STRUCT) return 0
  const from = toPages(chunk + CHUNK_STRUCT)
  const length = (size - (from - chunk)) & -PAGE
  if (<i64>length <= 0) return 0
  discard(<f64>from, <f64>length)
  return 1
}
