/** What happens when malloc finds its own data damaged: the message and SIGABRT. */
import type { Heap } from './heap.js'

/**
 * @glibc malloc_printerr malloc/malloc.c
 * Before 2.26 the message names the program and the address.
 * Left out: MALLOC_CHECK_ and M_CHECK_ACTION of old versions, the backtrace and memory map they print after it.
 */
export function corrupted(heap: Heap, message: string, place: number): never {
  if (!heap.version.longMessages) return heap.host.fatal(`${message}\n`)
  const at = Math.max(0, heap.mem.address(place)).toString(16).padStart(16, '0')
  return heap.host.fatal(`*** Error in \`${heap.host.program}': ${message}: 0x${at} ***\n`)
}

/**
 * @glibc __malloc_assert malloc/malloc.c
 * @param line of malloc.c, which 2.36 does not print
 */
export function failedAssertion(heap: Heap, fn: string, line: number, text: string): never {
  const { host, version } = heap
  if (version.minor >= 37) return host.fatal(`Fatal glibc error: malloc.c:${line} (${fn}): assertion failed: ${text}\n`)
  if (version.minor === 36) return host.fatal(`Fatal glibc error: malloc assertion failure in ${fn}: ${text}\n`)
  return host.fatal(`${host.shortProgram}: malloc.c:${line}: ${fn}: Assertion \`${text}' failed.\n`)
}
