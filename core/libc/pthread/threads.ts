/**
 * Threads (glibc nptl): their stacks, how they start, end and are joined.
 *
 *   mmap(PROT_NONE, MAP_STACK)   | guard | stack ...                 | struct pthread |
 *                                        ^ mprotect(read, write)     ^ pd = pthread_t, thread pointer
 *
 * Left out: cancellation, destructors of thread-specific data, cleanup handlers, scheduling attributes, stacks given by
 * the program.
 */
import { PAGE_SIZE, pageUp } from '../../base/index.js'
import {
  Errno,
  MADV_DONTNEED,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  MAP_STACK,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { ATTR_DETACHED, readAttr, STACK_MIN } from './attr.js'
import { ownTid, recordOf, type ThreadRecord } from './state.js'

/** stack_cache_maxsize (nptl/nptl-stack.c). */
const CACHE_LIMIT = 40 * 1024 * 1024
/** Places in the dtv beyond the modules there are (DTV_SURPLUS), with its length and the module of libc itself. */
const DTV_ENTRIES = 1 + 14 + 2
const DTV_ENTRY_BYTES = 16
/** tcbhead_t: tcb, dtv, self (sysdeps/x86_64/nptl/tls.h). */
const TCB_DTV = 8
const TCB_SELF = 16

/** @glibc allocate_stack nptl/allocatestack.c */
function allocateStack(rt: Runtime, size: number, guard: number): ThreadRecord | undefined {
  const stackBytes = pageUp(size) + guard
  const cached = takeCached(rt, stackBytes)
  const stack = cached?.stack ?? mapStack(rt, stackBytes, guard)
  if (stack === undefined) return undefined
  const bytes = cached?.stackBytes ?? stackBytes
  const pd = stack + bytes - rt.tls.size
  rt.mem.writePtr(pd, pd)
  rt.mem.writePtr(pd + TCB_SELF, pd)
  // A stack from the cache keeps its thread's table of TLS blocks.
  if (!cached) rt.mem.writePtr(pd + TCB_DTV, rt.allocator.calloc(DTV_ENTRIES, DTV_ENTRY_BYTES))
  const record = { pd, stack, stackBytes: bytes, guardBytes: guard, tid: 0, detached: false, result: 0, ended: false }
  rt.state.pthread.threads.push(record)
  return record
}

function mapStack(rt: Runtime, bytes: number, guard: number): number | undefined {
  const stack = rt.sys.mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)
  if (stack < 0) return undefined
  rt.sys.mprotect(stack + guard, bytes - guard, PROT_READ | PROT_WRITE)
  return stack
}

/** The smallest that is large enough and no more than four times too large. @glibc get_cached_stack nptl/allocatestack.c */
function takeCached(rt: Runtime, bytes: number): { stack: number; stackBytes: number } | undefined {
  const { cache } = rt.state.pthread
  const fitting = cache.filter((entry) => entry.stackBytes >= bytes && entry.stackBytes <= 4 * bytes)
  if (fitting.length === 0) return undefined
  const best = fitting.reduce((a, b) => (b.stackBytes < a.stackBytes ? b : a))
  cache.splice(cache.indexOf(best), 1)
  return best
}

/** @glibc __nptl_deallocate_stack nptl/nptl-stack.c */
function releaseStack(rt: Runtime, record: ThreadRecord): void {
  const { pthread } = rt.state
  pthread.threads = pthread.threads.filter((thread) => thread !== record)
  pthread.cache.unshift({ stack: record.stack, stackBytes: record.stackBytes })
  let total = pthread.cache.reduce((sum, entry) => sum + entry.stackBytes, 0)
  while (total > CACHE_LIMIT) {
    const oldest = pthread.cache.pop()
    if (!oldest) return
    rt.allocator.free(rt.mem.readPtr(oldest.stack + oldest.stackBytes - rt.tls.size + TCB_DTV))
    rt.sys.munmap(oldest.stack, oldest.stackBytes)
    total -= oldest.stackBytes
  }
}

/**
 * In the child of fork: the stacks of all threads but the caller wait for new ones.
 * @glibc reclaim_stacks nptl/nptl-stack.c
 */
export function reclaimStacks(rt: Runtime): void {
  rt.touch('reclaim_stacks')
  const { pthread } = rt.state
  const own = rt.ctx.threadPointer()
  // The lists are walked: each structure is read.
  for (const { stack, stackBytes } of pthread.cache) rt.mem.readPtr(stack + stackBytes - rt.tls.size)
  for (const { pd, stack, stackBytes } of pthread.threads) {
    if (pd === own) continue
    rt.mem.writeU32(pd + rt.tls.tid, 0)
    pthread.cache.unshift({ stack, stackBytes })
  }
  pthread.threads = pthread.threads.filter(({ pd }) => pd === own)
}

/** Detached threads that have ended give their stacks back when somebody looks. */
function reapDetached(rt: Runtime): void {
  for (const record of rt.state.pthread.threads)
    if (record.detached && record.ended && !isAlive(rt, record)) releaseStack(rt, record)
}

/** The kernel clears the word when the thread is gone. */
const isAlive = (rt: Runtime, { pd }: ThreadRecord): boolean => rt.mem.readI32(pd + rt.tls.tid) !== 0

/** @glibc __pthread_create_2_1 nptl/pthread_create.c */
function create(rt: Runtime, to: number, attr: number, entry: number, argument: number): number {
  rt.touch('pthread_create')
  reapDetached(rt)
  const { stackSize, guardSize, state } = readAttr(rt, attr)
  const record = allocateStack(rt, stackSize, guardSize)
  if (!record) return Errno.EAGAIN
  record.detached = state === ATTR_DETACHED
  const stack = record.pd - rt.tls.startFrame
  // What start_thread's call of the routine leaves on the new stack.
  rt.mem.writePtr(stack - 8, rt.code('start_thread'))
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

/** The end of the calling thread: with the last one the process ends. @glibc start_thread nptl/pthread_create.c */
export function exitThread(rt: Runtime, result: number): never {
  const record = recordOf(rt, rt.ctx.threadPointer())
  rt.allocator.threadExits()
  delete rt.state.pthread.values[rt.ctx.threadPointer()]
  if (record) {
    record.result = result
    record.ended = true
    adviseStack(rt, record)
  }
  return rt.sys.exitThread(0)
}

/** Gives back the pages below the frame, all but the smallest stack. @glibc advise_stack_range nptl/allocatestack.c */
function adviseStack(rt: Runtime, { pd, stack }: ThreadRecord): void {
  const sp = pd - rt.tls.startFrame
  const free = Math.floor((sp - stack) / PAGE_SIZE) * PAGE_SIZE
  if (free > STACK_MIN) rt.sys.madvise(stack, free - STACK_MIN, MADV_DONTNEED)
}

/** @glibc __pthread_clockjoin_ex nptl/pthread_join_common.c */
function join(rt: Runtime, pd: number, result: number): number {
  rt.touch('pthread_join')
  if (pd === rt.ctx.threadPointer()) return Errno.EDEADLK
  const record = recordOf(rt, pd)
  if (!record) return Errno.ESRCH
  if (record.detached) return Errno.EINVAL
  for (;;) {
    const tid = rt.mem.readI32(pd + rt.tls.tid)
    if (tid === 0) break
    rt.sys.futexWait(pd + rt.tls.tid, tid)
  }
  if (result !== 0) rt.mem.writePtr(result, record.result)
  releaseStack(rt, record)
  return 0
}

function detach(rt: Runtime, pd: number): number {
  const record = recordOf(rt, pd)
  if (!record) return Errno.ESRCH
  if (record.detached) return Errno.EINVAL
  record.detached = true
  if (!isAlive(rt, record)) releaseStack(rt, record)
  return 0
}

function kill(rt: Runtime, pd: number, signal: number): number {
  const tid = pd === rt.ctx.threadPointer() ? ownTid(rt) : rt.mem.readI32(pd + rt.tls.tid)
  return tid === 0 ? 0 : -rt.sys.tgkill(rt.sys.getpid(), tid, signal)
}

export function threadFunctions(rt: Runtime): FunctionTable {
  return {
    pthread_create: (a) => create(rt, a.ptr(0), a.ptr(1), a.ptr(2), a.ptr(3)),
    pthread_exit: (a) => exitThread(rt, a.ptr(0)),
    pthread_join: (a) => join(rt, a.ptr(0), a.ptr(1)),
    pthread_detach: (a) => detach(rt, a.ptr(0)),
    pthread_self: () => rt.ctx.threadPointer(),
    pthread_equal: (a) => Number(a.ptr(0) === a.ptr(1)),
    pthread_kill: (a) => kill(rt, a.ptr(0), a.i32(1)),
    pthread_yield: () => rt.sys.schedYield(),
  }
}
