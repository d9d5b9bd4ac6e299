/** The process's heap: ptmalloc of the profile's version, on the machine's user side. */
import { mallocVersion, Ptmalloc } from '../ptmalloc/index.js'
import type { LibcOptions, Runtime } from '../runtime.js'
import { readString } from '../string/scan.js'
import { textOf } from '../text.js'
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
    environment: () => environment(rt),
  }
  return new Ptmalloc(host, glibc, mainArena)
}

/** As it is when the allocator is first used. Left out: the real one reads it before the program can change it. */
function environment(rt: Runtime): string[] {
  const found: string[] = []
  const list = rt.mem.readPtr(rt.objects.environ)
  if (list === 0) return found
  for (let at = list, entry = rt.mem.readPtr(at); entry !== 0; entry = rt.mem.readPtr((at += 8)))
    found.push(textOf(readString(rt.mem, entry)))
  return found
}
