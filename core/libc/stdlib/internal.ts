/** What the library units (units/README.md) ask of the host: libc's own data, and room on the stack. */
import { textFunctions } from '../units/internal.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { flushAll } from '../stdio/streams.js'

/** gcc's code for alloca: room for the size and for aligning it to 16 bytes. */
function alloca(rt: Runtime, size: number): number {
  const { registers } = rt.ctx
  const room = Math.floor((size + 23) / 16) * 16
  registers.stackPointer -= room
  return registers.stackPointer
}

/** A quarter of the machine's pages: what qsort takes at most. It asks once. @glibc __qsort_r stdlib/msort.c */
function sortPages(rt: Runtime): number {
  if (rt.state.sortPages === 0) {
    rt.touch('get_phys_pages')
    rt.state.sortPages = Math.floor(rt.sys.sysinfo().totalPages / 4)
  }
  return rt.state.sortPages
}

export function internalFunctions(rt: Runtime): FunctionTable {
  return {
    __libc_alloca: (a) => alloca(rt, a.ptr(0)),
    __libc_sort_pages: () => sortPages(rt),
    __libc_exit_state: () => rt.objects.exitState,
    _IO_cleanup: () => void flushAll(rt),
    ...Object.fromEntries(textFunctions.map((name) => [`__libc_text_${name}`, () => rt.touch(name)])),
  }
}
