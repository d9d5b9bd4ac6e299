/** The first call of all. */
import { applyTunables } from './host.js'
import { mp, setDefaultMaxFast, thread } from './params.js'
import { initArena } from './state.js'
import { mainArena, randomKey } from './version.js'

/**
 * @glibc ptmalloc_init malloc/arena.c
 * Left out: the key is made from main_arena's address, not by getrandom.
 */
export function init(): void {
  if (!mp.initialized) initFirst()
}

function initFirst(): void {
  mp.initialized = true
  if (randomKey) {
    const seed = <i32>(mainArena >>> 4)
    mp.tcacheKeyLow = seed * 0x9e3779b1
    mp.tcacheKeyHigh = seed * 0x85ebca77
  }
  setDefaultMaxFast()
  initArena(mainArena)
  thread.arena = mainArena
  applyTunables()
}
