/** What happens when malloc finds its own data damaged: the message and SIGABRT. */
import * as Message from './messages.js'
import type { HeapHost } from './module.js'
import type { MallocVersion } from './version.js'

/** The texts of messages.ts. */
const TEXTS: Readonly<Record<number, string>> = {
  [Message.UNLINK_SIZE]: 'corrupted size vs. prev_size',
  [Message.UNLINK_LIST]: 'corrupted double-linked list',
  [Message.UNLINK_SIZES]: 'corrupted double-linked list (not small)',
  [Message.SMALLBIN_INSERT]: 'free(): chunks in smallbin corrupted',
  [Message.LARGEBIN_SIZES]: 'malloc(): largebin double linked list corrupted (nextsize)',
  [Message.LARGEBIN_BK]: 'malloc(): largebin double linked list corrupted (bk)',
  [Message.UNSORTED_FROM_LARGE]: 'malloc(): corrupted unsorted chunks',
  [Message.UNSORTED_FROM_LARGER]: 'malloc(): corrupted unsorted chunks 2',
  [Message.UNSORTED_FREE]: 'free(): corrupted unsorted chunks',
  [Message.UNSORTED_REMOVE]: 'malloc(): corrupted unsorted chunks 3',
  [Message.FASTBIN_PREV_SIZE]: 'corrupted size vs. prev_size in fastbins',
  [Message.FASTBIN_UNALIGNED]: 'malloc_consolidate(): unaligned fastbin chunk detected',
  [Message.FASTBIN_SIZE]: 'malloc_consolidate(): invalid chunk size',
  [Message.FREE_PREV_SIZE]: 'corrupted size vs. prev_size while consolidating',
  [Message.MALLOC_FAST_UNALIGNED]: 'malloc(): unaligned fastbin chunk detected 2',
  [Message.MALLOC_FAST_MOVED_UNALIGNED]: 'malloc(): unaligned fastbin chunk detected 3',
  [Message.MALLOC_FAST_SIZE]: 'malloc(): memory corruption (fast)',
  [Message.MALLOC_FAST_MOVED_SIZE]: 'malloc(): chunk size mismatch in fastbin',
  [Message.MALLOC_SMALLBIN]: 'malloc(): smallbin double linked list corrupted',
  [Message.MALLOC_CORRUPTION]: 'malloc(): memory corruption',
  [Message.UNSORTED_SIZE]: 'malloc(): invalid size (unsorted)',
  [Message.UNSORTED_NEXT_SIZE]: 'malloc(): invalid next size (unsorted)',
  [Message.UNSORTED_PREV_SIZE]: 'malloc(): mismatching next->prev_size (unsorted)',
  [Message.UNSORTED_LIST]: 'malloc(): unsorted double linked list corrupted',
  [Message.UNSORTED_PREV_INUSE]: 'malloc(): invalid next->prev_inuse (unsorted)',
  [Message.TOP_SIZE]: 'malloc(): corrupted top size',
  [Message.MUNMAP_POINTER]: 'munmap_chunk(): invalid pointer',
  [Message.FREE_POINTER]: 'free(): invalid pointer',
  [Message.FREE_SIZE]: 'free(): invalid size',
  [Message.FREE_NEXT_FAST]: 'free(): invalid next size (fast)',
  [Message.DOUBLE_FREE_FAST]: 'double free or corruption (fasttop)',
  [Message.DOUBLE_FREE_TOP]: 'double free or corruption (top)',
  [Message.DOUBLE_FREE_OUT]: 'double free or corruption (out)',
  [Message.DOUBLE_FREE_PREV]: 'double free or corruption (!prev)',
  [Message.FREE_NEXT_NORMAL]: 'free(): invalid next size (normal)',
  [Message.TCACHE_UNALIGNED]: 'malloc(): unaligned tcache chunk detected',
  [Message.TCACHE_TOO_MANY]: 'free(): too many chunks detected in tcache',
  [Message.TCACHE_FREE_UNALIGNED]: 'free(): unaligned chunk detected in tcache 2',
  [Message.TCACHE_DOUBLE_FREE]: 'free(): double free detected in tcache 2',
  [Message.TCACHE_EXIT_UNALIGNED]: 'tcache_thread_shutdown(): unaligned tcache chunk detected',
  [Message.REALLOC_POINTER]: 'realloc(): invalid pointer',
  [Message.MREMAP_POINTER]: 'mremap_chunk(): invalid pointer',
  [Message.REALLOC_OLD_SIZE]: 'realloc(): invalid old size',
  [Message.REALLOC_NEXT_SIZE]: 'realloc(): invalid next size',
  [Message.MALLINFO_UNALIGNED]: 'int_mallinfo(): unaligned fastbin chunk detected',
}

type Speaker = Pick<HeapHost, 'fatal' | 'program' | 'shortProgram'>

/**
 * @glibc malloc_printerr malloc/malloc.c
 * Before 2.26 the message names the program and the address.
 * Left out: MALLOC_CHECK_ and M_CHECK_ACTION of old versions, the backtrace and memory map they print after it.
 */
export function corrupted(host: Speaker, version: MallocVersion, message: number, low: number, high: number): never {
  const text = TEXTS[message]
  return version.longMessages ? host.fatal(longMessage(host, text, low, high)) : host.fatal(`${text}\n`)
}

const longMessage = ({ program }: Speaker, text: string, low: number, high: number): string =>
  `*** Error in \`${program}': ${text}: 0x${hex32(high)}${hex32(low)} ***\n`
const hex32 = (half: number): string => (half >>> 0).toString(16).padStart(8, '0')

/** The break is below where it was. @param at where it is */
export function breakAdjusted(host: Speaker, version: MallocVersion, at: number): never {
  const text = 'break adjusted to free malloc space'
  return host.fatal(version.longMessages ? longMessage(host, text, at | 0, Math.floor(at / 2 ** 32)) : `${text}\n`)
}

const SOUND_TOP =
  '(old_top == initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && ' +
  'prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)'

/** Where assertions stand in malloc.c; compilers of the time of 2.23 and 2.27 name the last line of a call. */
const topLine = (minor: number): number => (minor < 26 ? 2395 : minor < 31 ? 2401 : minor < 37 ? 2379 : 2607)
const mappingLine = (minor: number): number => (minor < 26 ? 2869 : 2868)

export const unsoundTop = (host: Speaker, version: MallocVersion): never =>
  failedAssertion(host, version, 'sysmalloc', topLine(version.minor), SOUND_TOP)

export const unsoundMapping = (host: Speaker, version: MallocVersion): never =>
  failedAssertion(
    host,
    version,
    'mremap_chunk',
    mappingLine(version.minor),
    '((size + offset) & (GLRO (dl_pagesize) - 1)) == 0',
  )

/**
 * @glibc __malloc_assert malloc/malloc.c
 * @param line of malloc.c, which 2.36 does not print
 */
function failedAssertion(host: Speaker, { minor }: MallocVersion, fn: string, line: number, text: string): never {
  if (minor >= 37) return host.fatal(`Fatal glibc error: malloc.c:${line} (${fn}): assertion failed: ${text}\n`)
  if (minor === 36) return host.fatal(`Fatal glibc error: malloc assertion failure in ${fn}: ${text}\n`)
  return host.fatal(`${host.shortProgram}: malloc.c:${line}: ${fn}: Assertion \`${text}' failed.\n`)
}
