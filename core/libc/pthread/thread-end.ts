/**
 * The end of a thread that has handlers or destructors to run in the program: the host goes into the library unit
 * (units/thread-end.ts), which returns to where threads return to, and from there it goes on.
 *
 *   pthread_exit ─► cleanup handlers, below the frames that they may look at
 *   return ──────────────────────► destructors, on top of the thread's stack ─► the thread is over
 *
 * Left out: the unwinding that runs each cleanup handler in its own frame; with the first thread destructors run where
 * it called pthread_exit.
 */
import type { FunctionTable, Runtime } from '../runtime.js'
import { hasSpecific } from './keys.js'
import { recordOf } from './state.js'

/** What a thread on its way out has still to run. */
export interface ThreadEnding {
  result: number
  stage: 'cleanup' | 'destructors' | 'over'
}

const cleanupList = (rt: Runtime): number => rt.ctx.threadPointer() + rt.tls.cleanup

/** Notes what the thread answers. From the second time on it is a function of the unit that returned. */
export function beginEnding(rt: Runtime, result: number, stage: ThreadEnding['stage'], again: boolean): void {
  const { ending } = rt.state.pthread
  const tp = rt.ctx.threadPointer()
  const known = ending[tp]
  if (!known) ending[tp] = { result, stage }
  else if (again) Object.assign(known, { result, stage })
}

/**
 * Goes into what is to be run next. False when there is nothing more.
 * @glibc start_thread nptl/pthread_create.c, __do_cancel nptl/pthreadP.h
 */
export function runNextAtEnd(rt: Runtime): boolean {
  const { ending, atEnd } = rt.state.pthread
  const own = ending[rt.ctx.threadPointer()]
  if (!own || !atEnd) return false
  if (own.stage === 'cleanup') {
    own.stage = 'destructors'
    if (rt.mem.readPtr(cleanupList(rt)) !== 0) return enter(rt, atEnd.cleanup, rt.ctx.registers.stackPointer)
  }
  if (own.stage === 'over' || !hasSpecific(rt)) return false
  own.stage = 'over'
  const record = recordOf(rt, rt.ctx.threadPointer())
  return enter(rt, atEnd.destructors, record ? record.pd - rt.tls.startFrame : rt.ctx.registers.stackPointer)
}

/** A call of the function from a frame that ends at `sp`. */
function enter(rt: Runtime, entry: number, sp: number): true {
  const { registers } = rt.ctx
  const returnsTo = Math.floor(sp / 16) * 16 - 8
  rt.mem.writePtr(returnsTo, rt.code('start_thread'))
  registers.stackPointer = returnsTo
  registers.instructionPointer = entry
  return true
}

export const threadEndFunctions = (rt: Runtime): FunctionTable => ({
  __libc_at_thread_end: (a) => {
    rt.state.pthread.atEnd = { cleanup: a.ptr(0), destructors: a.ptr(1) }
  },
  __libc_cleanup_list: () => cleanupList(rt),
})
