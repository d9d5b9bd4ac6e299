/**
 * Threads (glibc nptl): their stacks, how they start, end and are joined.
 *
 *   mmap(PROT_NONE, MAP_STACK)   | guard | stack ...                 | struct pthread |
 *                                        ^ mprotect(read, write)     ^ pd = pthread_t, thread pointer
 *
 * Left out: cancellation, scheduling attributes, stacks given by the program.
 */
import { PAGE_SIZE } from '../../base/index.js'
import { Errno, MADV_DONTNEED } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { ATTR_DETACHED, readAttr, STACK_MIN } from './attr.js'
import { allocateStack, releaseStack } from './stacks.js'
import { beginEnding, runNextAtEnd } from './thread-end.js'
import { ownTid, recordOf, type ThreadRecord } from './state.js'

/** @glibc __pthread_create_2_1 nptl/pthread_create.c */
function create(rt: Runtime, to: number, attr: number, entry: number, argument: number): number {
  rt.touch('pthread_create')
  const { stackSize, guardSize, state } = readAttr(rt, attr)
  const record = allocateStack(rt, stackSize, guardSize)
  if (!record) return Errno.EAGAIN
  record.detached = state === ATTR_DETACHED
  const stack = record.pd - rt.tls.startFrame
  callOnTop(rt, record)
  rt.touch('__nptl_nthreads')
  const tid = rt.sys.clone({
    entry,
    argument,
    stack,
    threadPointer: record.pd,
    tidAddress: record.pd + rt.tls.tid,
    rseqAddress: rt.tls.rseq === undefined ? 0 : record.pd + rt.tls.rseq,
  })
  if (tid < 0) {
    releaseStack(rt, record)
    return Errno.EAGAIN
  }
  record.tid = tid
  rt.state.pthread.multiple = true
  rt.allocator.threadStarts(tid)
  rt.mem.writePtr(to, record.pd)
  return 0
}

/** What start_thread's calls leave on the stack: of the routine, later of what cleans up behind it. */
function callOnTop(rt: Runtime, { pd }: ThreadRecord): void {
  rt.mem.writePtr(pd - rt.tls.startFrame - 8, rt.code('start_thread'))
}

/** @glibc __pthread_exit nptl/pthread_exit.c */
function exit(rt: Runtime, result: number): void {
  beginEnding(rt, result, 'cleanup', true)
  endThread(rt)
}

/** What the thread started with has returned, or what it ran at its end. */
export function threadReturned(rt: Runtime, result: number): void {
  beginEnding(rt, result, 'destructors', false)
  endThread(rt)
}

/** The end of the calling thread: with the last one the process ends. @glibc start_thread nptl/pthread_create.c */
function endThread(rt: Runtime): void {
  const { values, ending } = rt.state.pthread
  const tp = rt.ctx.threadPointer()
  if (runNextAtEnd(rt)) return
  const { result } = ending[tp]
  const record = recordOf(rt, tp)
  if (record) callOnTop(rt, record)
  rt.allocator.threadExits()
  delete values[tp]
  delete ending[tp]
  rt.touch('__nptl_nthreads')
  if (record) endStack(rt, record, result)
  rt.sys.exitThread(0)
}

/** A stack that nobody will join goes to the cache at once; it is free when the kernel has cleared the thread's id. */
function endStack(rt: Runtime, record: ThreadRecord, result: number): void {
  record.result = result
  record.ended = true
  adviseStack(rt, record)
  if (record.detached) releaseStack(rt, record)
}

/** Gives back the pages below the frame, all but the smallest stack. @glibc advise_stack_range nptl/allocatestack.c */
function adviseStack(rt: Runtime, { pd, stack }: ThreadRecord): void {
  const sp = pd - rt.tls.startFrame
  const free = Math.floor((sp - stack) / PAGE_SIZE) * PAGE_SIZE
  if (free > STACK_MIN) rt.sys.madvise(stack, free - STACK_MIN, MADV_DONTNEED)
}

/** What the word with the id holds behind pthread_join. */
const JOINED = -1

/** @glibc __pthread_clockjoin_ex nptl/pthread_join_common.c */
function join(rt: Runtime, pd: number, result: number): number {
  rt.touch('pthread_join')
  if (pd === rt.ctx.threadPointer()) return Errno.EDEADLK
  const record = recordOf(rt, pd)
  if (!record) return Errno.ESRCH
  if (record.detached) return Errno.EINVAL
  rt.mem.writePtr(pd + rt.tls.joinid, rt.ctx.threadPointer())
  for (;;) {
    const tid = rt.mem.readI32(pd + rt.tls.tid)
    if (tid === 0) break
    rt.sys.futexWait(pd + rt.tls.tid, tid)
  }
  rt.mem.writeU32(pd + rt.tls.tid, JOINED)
  if (result !== 0) rt.mem.writePtr(result, record.result)
  releaseStack(rt, record)
  return 0
}

function detach(rt: Runtime, pd: number): number {
  const record = recordOf(rt, pd)
  if (!record) return Errno.ESRCH
  if (record.detached) return Errno.EINVAL
  record.detached = true
  rt.mem.writePtr(pd + rt.tls.joinid, pd)
  if (record.ended) releaseStack(rt, record)
  return 0
}

function kill(rt: Runtime, pd: number, signal: number): number {
  const tid = pd === rt.ctx.threadPointer() ? ownTid(rt) : rt.mem.readI32(pd + rt.tls.tid)
  return tid === 0 ? 0 : -rt.sys.tgkill(rt.sys.getpid(), tid, signal)
}

export function threadFunctions(rt: Runtime): FunctionTable {
  return {
    pthread_create: (a) => create(rt, a.ptr(0), a.ptr(1), a.ptr(2), a.ptr(3)),
    pthread_exit: (a) => exit(rt, a.ptr(0)),
    pthread_join: (a) => join(rt, a.ptr(0), a.ptr(1)),
    pthread_detach: (a) => detach(rt, a.ptr(0)),
    pthread_self: () => rt.ctx.threadPointer(),
    pthread_equal: (a) => Number(a.ptr(0) === a.ptr(1)),
    pthread_kill: (a) => kill(rt, a.ptr(0), a.i32(1)),
    pthread_yield: () => rt.sys.schedYield(),
  }
}
