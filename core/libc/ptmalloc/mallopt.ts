/** mallopt(3). */
import { consolidate } from './consolidate.js'
import type { Heap } from './heap.js'
import { HEAP_MAX, MAX_FAST_REQUEST, setMaxFast } from './params.js'

/** malloc.h */
export const MallOpt = {
  M_MXFAST: 1,
  M_TRIM_THRESHOLD: -1,
  M_TOP_PAD: -2,
  M_MMAP_THRESHOLD: -3,
  M_MMAP_MAX: -4,
  M_CHECK_ACTION: -5,
  M_PERTURB: -6,
  M_ARENA_TEST: -7,
  M_ARENA_MAX: -8,
} as const

/**
 * @glibc __libc_mallopt malloc/malloc.c
 * Left out: M_CHECK_ACTION has no effect.
 * @param value an int; where it becomes a size_t a negative one stays negative here
 * @returns 1, or 0 if the value is refused
 */
export function mallopt(heap: Heap, parameter: number, value: number): number {
  heap.init()
  consolidate(heap, heap.main)
  return setOption(heap, parameter, value) ? 1 : 0
}

/** @returns whether the value is accepted */
export function setOption(heap: Heap, parameter: number, value: number): boolean {
  const { mp, version } = heap
  switch (parameter) {
    case MallOpt.M_MXFAST:
      if (value < 0 || value > MAX_FAST_REQUEST) return false
      setMaxFast(mp, value)
      return true
    case MallOpt.M_TRIM_THRESHOLD:
      mp.trimThreshold = value
      break
    case MallOpt.M_TOP_PAD:
      mp.topPad = value
      break
    case MallOpt.M_MMAP_THRESHOLD:
      if (version.limitsMmapThreshold && (value < 0 || value > HEAP_MAX / 2)) return false
      mp.mmapThreshold = value
      break
    case MallOpt.M_MMAP_MAX:
      mp.nMmapsMax = value
      break
    case MallOpt.M_PERTURB:
      mp.perturb = value
      return true
    case MallOpt.M_ARENA_TEST:
      if (value > 0) mp.arenaTest = value
      return true
    case MallOpt.M_ARENA_MAX:
      if (value > 0) mp.arenaMax = value
      return true
    default:
      return true
  }
  mp.noDynThreshold = true
  return true
}
