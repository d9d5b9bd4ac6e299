/** The end of a thread. */
import { TCACHE_EXIT_UNALIGNED } from '../messages.js'
import { leaveArena } from './arena.js'
import { abortAt } from './checks.js'
import { isAligned } from './chunk.js'
import { freeBlock } from './entry.js'
import { linkAt } from './fastbins.js'
import { setWord, word } from './memory.js'
import { thread } from './params.js'
import { countsSize, tcacheLists } from './tcache.js'
import { safeLinking } from './version.js'

/** @glibc __malloc_arena_thread_freeres malloc/arena.c */
export function exitThread(): void {
  shutDownTcache()
  leaveArena()
}

/**
 * What the tcache holds goes where it would have gone without one, and then the structure itself.
 * @glibc tcache_thread_shutdown malloc/malloc.c
 */
function shutDownTcache(): void {
  const tcache = thread.tcache
  thread.shuttingDown = true
  thread.tcache = 0
  thread.tcacheLimit = 0
  if (tcache == 0) return
  const entries = tcache + countsSize()
  for (let entry = entries; entry < entries + tcacheLists() * 8; entry += 8) {
    for (let block = word(entry); block != 0; block = word(entry)) {
      if (safeLinking && !isAligned(block)) abortAt(TCACHE_EXIT_UNALIGNED, block)
      setWord(entry, linkAt(block))
      freeBlock(block)
    }
  }
  freeBlock(tcache)
}
