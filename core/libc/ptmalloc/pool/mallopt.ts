/** mallopt(3). */
import { HEAP_MAX, MAX_FAST_REQUEST } from '../layout.js'
import {
  M_ARENA_MAX,
  M_ARENA_TEST,
  M_MMAP_MAX,
  M_MMAP_THRESHOLD,
  M_MXFAST,
  M_PERTURB,
  M_TOP_PAD,
  M_TRIM_THRESHOLD,
} from '../options.js'
import { consolidate } from './consolidate.js'
import { init } from './init.js'
import { mp, setMaxFast } from './params.js'
import { limitsMmapThreshold, mainArena } from './version.js'

/**
 * @glibc __libc_mallopt malloc/malloc.c
 * Left out: M_CHECK_ACTION has no effect.
 * @returns 1, or 0 if the value is refused
 */
export function optionOfProgram(parameter: i32, value: i32): i32 {
  init()
  consolidate(mainArena)
  return set(parameter, <i64>value)
}

/** A number becomes a size_t, as the sign extends it. */
function set(parameter: i32, value: u64): i32 {
  switch (parameter) {
    case M_MXFAST:
      if (value > MAX_FAST_REQUEST) return 0
      setMaxFast(value)
      return 1
    case M_PERTURB:
      mp.perturb = <i32>value
      return 1
    case M_ARENA_TEST:
      if (<i64>value > 0) mp.arenaTest = value
      return 1
    case M_ARENA_MAX:
      if (<i64>value > 0) mp.arenaMax = value
      return 1
    default:
      return setThreshold(parameter, value)
  }
}

/** Those that end the dynamic threshold. */
function setThreshold(parameter: i32, value: u64): i32 {
  switch (parameter) {
    case M_TRIM_THRESHOLD:
      mp.trimThreshold = value
      break
    case M_TOP_PAD:
      mp.topPad = value
      break
    case M_MMAP_THRESHOLD:
      if (limitsMmapThreshold && value > HEAP_MAX / 2) return 0
      mp.mmapThreshold = value
      break
    case M_MMAP_MAX:
      mp.nMmapsMax = <i32>value
      break
    default:
      return 1
  }
  mp.noDynThreshold = true
  return 1
}

/** By a tunable. */
export function optionOfEnvironment(parameter: i32, value: f64): void {
  set(parameter, <u64>value)
}
