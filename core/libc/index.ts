/**
 * The simulated C library: glibc's functions over the machine's user side (system calls and user memory), nothing
 * else. `headers/` says what there is; each folder implements a part of it.
 */
import type { Libc, LibcContext, LibcFunction } from './abi.js'
import { getoptFunctions } from './getopt/functions.js'
import { freshGetopt } from './getopt/state.js'
import { mallocFunctions } from './malloc/functions.js'
import { makeAllocator, placeMainArena } from './malloc/make.js'
import { mathFunctions } from './math/functions.js'
import { initializeObjects } from './objects.js'
import { Runtime, type FunctionTable, type LibcOptions } from './runtime.js'
import { copyOf, type LibcState } from './state.js'
import { pthreadFunctions } from './pthread/functions.js'
import { freshThreads } from './pthread/state.js'
import { threadReturned } from './pthread/threads.js'
import { bufferingFunctions } from './stdio/buffering.js'
import { openingFunctions } from './stdio/open.js'
import { seekFunctions } from './stdio/seek.js'
import { signalFunctions } from './signal/functions.js'
import { inputFunctions } from './stdio/input.js'
import { outputFunctions } from './stdio/output.js'
import { scanfFunctions } from './stdio/scanf.js'
import { setjmpFunctions } from './setjmp/functions.js'
import { internalFunctions } from './stdlib/internal.js'
import { numberFunctions } from './stdlib/numbers.js'
import { environmentFunctions } from './stdlib/environment.js'
import { exit, processFunctions } from './stdlib/process.js'
import { freshRandom, randomFunctions } from './stdlib/random.js'
import { stringFunctions } from './string/functions.js'
import { timeFunctions } from './time/functions.js'
import { fileFunctions } from './unistd/files.js'
import { identityFunctions } from './unistd/identity.js'
import { forked } from './unistd/process.js'
import { unistdFunctions } from './unistd/functions.js'

export * from './abi.js'
export { headers, knownMissing } from './headers/index.js'
export type { LibcOptions } from './runtime.js'

const freshState = (now: number): LibcState => ({
  streams: [],
  unfinished: null,
  random: freshRandom(),
  texts: { places: {}, used: 0 },
  environment: { list: 0, known: {} },
  getopt: freshGetopt(),
  strtok: 0,
  sortPages: 0,
  brk: 0,
  startedAt: now,
  slept: 0,
  aborting: false,
  pthread: freshThreads(),
  bound: [],
  allocator: null,
})

const allFunctions = (rt: Runtime): FunctionTable => ({
  ...mallocFunctions(rt),
  ...outputFunctions(rt),
  ...inputFunctions(rt),
  ...scanfFunctions(rt),
  ...bufferingFunctions(rt),
  ...openingFunctions(rt),
  ...seekFunctions(rt),
  ...stringFunctions(rt),
  ...numberFunctions(rt),
  ...randomFunctions(rt),
  ...processFunctions(rt),
  ...environmentFunctions(rt),
  ...identityFunctions(rt),
  ...getoptFunctions(rt),
  ...internalFunctions(rt),
  ...setjmpFunctions(rt),
  ...mathFunctions(rt),
  ...timeFunctions(rt),
  ...unistdFunctions(rt),
  ...fileFunctions(rt),
  ...signalFunctions(rt),
  ...pthreadFunctions(rt),
})

/** Where handlers and threads return to, and what libc does there. */
const continuations = (rt: Runtime): Map<number, (value: number) => void> =>
  new Map<number, (value: number) => void>([
    [rt.code('__restore_rt'), () => rt.sys.sigreturn()],
    [rt.code('start_thread'), (value) => threadReturned(rt, value)],
  ])

/** The first call goes through the loader; every call then fetches the function's own code. */
function asCalled(
  functions: FunctionTable,
  bound: Set<string>,
  { bind, touch }: Pick<LibcOptions, 'bind' | 'touch'>,
): Map<string, LibcFunction> {
  const map = new Map<string, LibcFunction>()
  for (const [name, fn] of Object.entries(functions)) {
    map.set(name, (args) => {
      if (!bound.has(name)) {
        bind()
        bound.add(name)
      }
      touch(name)
      return fn(args)
    })
  }
  return map
}

/**
 * One libc for one process image. Creating it touches no user memory; {@link Libc.start} does, once after exec.
 */
export function createLibc(ctx: LibcContext, options: LibcOptions): Libc {
  // First of all objects: the loader knows its place, the others go around it.
  const mainArena = placeMainArena(options)
  const rt = new Runtime(ctx, options, freshState(ctx.sys.clockGettime()), (runtime) =>
    makeAllocator(runtime, options, mainArena),
  )
  const bound = new Set<string>()
  return {
    functions: asCalled(allFunctions(rt), bound, options),
    objectAddress: (name) => rt.objects.externs.get(name),
    start: (environ = 0) => initializeObjects(ctx.mem, rt.objects, environ),
    exit: (status) => exit(rt, status),
    threadRuns: (id) => rt.allocator.switchThread(id),
    forked: () => forked(rt),
    returns: continuations(rt),
    inside: {
      allocator: rt.allocator,
      get brk() {
        return rt.state.brk
      },
      get blocks() {
        return rt.state.streams.flatMap(({ address, allocated, bufBase }) =>
          allocated ? [address, bufBase] : [bufBase],
        )
      },
    },
    save: () => copyOf({ ...rt.state, bound: [...bound], allocator: rt.allocator.save() }),
    restore: (state) => {
      const { allocator, bound: names, ...rest } = copyOf(state as LibcState)
      Object.assign(rt.state, rest)
      rt.streamsChanged()
      bound.clear()
      for (const name of names) bound.add(name)
      rt.allocator.restore(allocator)
    },
  }
}
