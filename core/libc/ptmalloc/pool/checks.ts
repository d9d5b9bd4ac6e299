/** What happens when malloc finds its own data damaged: the message and SIGABRT. */
import { corrupted } from './host.js'
import { high } from './memory.js'

/** Does not return. @glibc malloc_printerr malloc/malloc.c @param message of ../messages.ts */
export function abortAt(message: i32, address: u64): void {
  corrupted(message, <i32>address, high(address))
  unreachable()
}
