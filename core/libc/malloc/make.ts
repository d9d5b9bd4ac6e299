/** The process's heap: ptmalloc of the profile's version, on the machine's user side. */
import { mallocVersion, Ptmalloc } from '../ptmalloc/index.js'
import type { LibcOptions, Runtime } from '../runtime.js'
import { sbrk } from '../unistd/brk.js'

export const placeMainArena = ({ glibc, objects }: LibcOptions): number =>
  objects('main_arena', mallocVersion(glibc).layout.size)

export function makeAllocator(rt: Runtime, { glibc, observer }: LibcOptions, mainArena: number): Ptmalloc {
  const host = {
    mem: rt.mem,
    sys: rt.sys,
    sbrk: (increment: number) => sbrk(rt, increment),
    touch: rt.touch,
    fatal: (message: string) => rt.fatal(message),
    cpus: rt.cpus,
    program: rt.program,
    shortProgram: rt.shortProgram,
    observer,
  }
  return new Ptmalloc(host, glibc, mainArena)
}
