/**
 * The stacks of threads (glibc nptl/nptl-stack.c, nptl/allocatestack.c): those in use and those that wait for another
 * thread, in two lists that run through the threads' structures. Who enters or leaves a list writes to its neighbours:
 *
 *   _dl_stack_used  <->  thread 3  <->  thread 2  <->  (back)        each node: next, prev (list_t)
 *   _dl_stack_cache <->  thread 1  <->  (back)
 *
 * Their order is kept here, the links are written to user memory as well: after fork each such write takes a copy of a
 * page. Left out: the lists' lock and what notes an operation in flight, which lie beside the heads; stacks given by the
 * program and the list of their threads, in which the first thread is.
 */
import { pageUp } from '../../base/index.js'
import { MAP_ANONYMOUS, MAP_PRIVATE, MAP_STACK, PROT_NONE, PROT_READ, PROT_WRITE } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'
import type { ThreadRecord } from './state.js'

/** stack_cache_maxsize (nptl/nptl-stack.c). */
const CACHE_LIMIT = 40 * 1024 * 1024
/** Places in the dtv beyond the modules there are (DTV_SURPLUS), with its length and the module of libc itself. */
const DTV_ENTRIES = 1 + 14 + 2
const DTV_ENTRY_BYTES = 16
/** tcbhead_t: tcb, dtv, self (sysdeps/x86_64/nptl/tls.h). */
const TCB_DTV = 8
const TCB_SELF = 16

type ListName = 'used' | 'cache'

const HEADS = { used: '_dl_stack_used', cache: '_dl_stack_cache' } as const

// ---- the lists --------------------------------------------------------------------------------------------------------

/** The list's node in the structure of its i-th thread; the head's at both ends. 0 where the profile knows of no head. */
function node(rt: Runtime, list: ListName, i: number): number {
  const records = rt.state.pthread[list]
  return i >= 0 && i < records.length ? records[i].pd + rt.tls.list : rt.place(HEADS[list])
}

/** Makes `next` the one behind `prev`, in both. */
function link(rt: Runtime, prev: number, next: number): void {
  if (next !== 0) rt.mem.writePtr(next + 8, prev)
  if (prev !== 0) rt.mem.writePtr(prev, next)
}

/** @glibc __nptl_stack_list_add nptl/nptl-stack.c */
function enter(rt: Runtime, list: ListName, record: ThreadRecord): void {
  const own = record.pd + rt.tls.list
  link(rt, own, node(rt, list, 0))
  link(rt, node(rt, list, -1), own)
  rt.state.pthread[list].unshift(record)
}

/** @glibc __nptl_stack_list_del nptl/nptl-stack.c */
function leave(rt: Runtime, list: ListName, record: ThreadRecord): void {
  const i = rt.state.pthread[list].indexOf(record)
  link(rt, node(rt, list, i - 1), node(rt, list, i + 1))
  rt.state.pthread[list].splice(i, 1)
}

/** The kernel clears the word when the thread is gone. */
const isAlive = (rt: Runtime, { pd }: ThreadRecord): boolean => rt.mem.readI32(pd + rt.tls.tid) > 0

// ---- stacks -----------------------------------------------------------------------------------------------------------

/** A stack for a new thread, with its structure; undefined when there is no memory. @glibc allocate_stack nptl/allocatestack.c */
export function allocateStack(rt: Runtime, size: number, guard: number): ThreadRecord | undefined {
  const stackBytes = pageUp(size) + guard
  const record = takeCached(rt, stackBytes) ?? mapStack(rt, stackBytes, guard)
  if (!record) return undefined
  rt.mem.writePtr(record.pd, record.pd)
  rt.mem.writePtr(record.pd + TCB_SELF, record.pd)
  return record
}

function mapStack(rt: Runtime, stackBytes: number, guardBytes: number): ThreadRecord | undefined {
  const stack = rt.sys.mmap(0, stackBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)
  if (stack < 0) return undefined
  rt.sys.mprotect(stack + guardBytes, stackBytes - guardBytes, PROT_READ | PROT_WRITE)
  const pd = stack + stackBytes - rt.tls.size
  const record = { pd, stack, stackBytes, guardBytes, tid: 0, detached: false, result: 0, ended: false }
  // dtv[-1] is its length.
  rt.mem.writePtr(pd + TCB_DTV, rt.allocator.calloc(DTV_ENTRIES, DTV_ENTRY_BYTES) + DTV_ENTRY_BYTES)
  enter(rt, 'used', record)
  return record
}

/**
 * The smallest that is large enough and no more than four times too large. It keeps its thread's table of TLS blocks,
 * which is cleared. @glibc get_cached_stack nptl/allocatestack.c
 */
function takeCached(rt: Runtime, bytes: number): ThreadRecord | undefined {
  const { cache } = rt.state.pthread
  const free = cache.filter((entry) => !isAlive(rt, entry) && entry.stackBytes >= bytes)
  if (free.length === 0) return undefined
  const record = free.reduce((a, b) => (b.stackBytes < a.stackBytes ? b : a))
  if (record.stackBytes > 4 * bytes) return undefined
  leave(rt, 'cache', record)
  enter(rt, 'used', record)
  rt.mem.fill(rt.mem.readPtr(record.pd + TCB_DTV), 0, (DTV_ENTRIES - 1) * DTV_ENTRY_BYTES)
  Object.assign(record, { detached: false, result: 0, ended: false })
  return record
}

/** @glibc __nptl_deallocate_stack nptl/nptl-stack.c */
export function releaseStack(rt: Runtime, record: ThreadRecord): void {
  leave(rt, 'used', record)
  enter(rt, 'cache', record)
  freeStacks(rt)
}

/** The oldest go until no more is kept than may be. @glibc __nptl_free_stacks nptl/nptl-stack.c */
function freeStacks(rt: Runtime): void {
  const { cache } = rt.state.pthread
  let total = cache.reduce((sum, entry) => sum + entry.stackBytes, 0)
  for (const record of [...cache].reverse()) {
    if (total <= CACHE_LIMIT) return
    if (isAlive(rt, record)) continue
    leave(rt, 'cache', record)
    total -= record.stackBytes
    rt.allocator.free(rt.mem.readPtr(record.pd + TCB_DTV) - DTV_ENTRY_BYTES)
    rt.sys.munmap(record.stack, record.stackBytes)
  }
}

/**
 * In the child of fork: the stacks of all threads but the caller wait for new ones.
 * @glibc reclaim_stacks sysdeps/nptl/fork.h
 */
export function reclaimStacks(rt: Runtime): void {
  rt.touch('reclaim_stacks')
  const { pthread } = rt.state
  const own = pthread.used.find(({ pd }) => pd === rt.ctx.threadPointer())
  for (const record of pthread.used) if (record !== own) rt.mem.writeU32(record.pd + rt.tls.tid, 0)
  splice(rt)
  if (!own) return
  leave(rt, 'cache', own)
  enter(rt, 'used', own)
}

/** All that are in use go in front of those that wait. @glibc list_splice include/list.h */
function splice(rt: Runtime): void {
  const { pthread } = rt.state
  if (pthread.used.length === 0) return
  link(rt, node(rt, 'cache', -1), node(rt, 'used', 0))
  link(rt, node(rt, 'used', pthread.used.length - 1), node(rt, 'cache', 0))
  pthread.cache.unshift(...pthread.used)
  pthread.used = []
}
