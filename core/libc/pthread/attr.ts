/**
 * pthread_attr_t, 56 bytes: 8 flags, 16 guard size, 32 stack size (nptl/internaltypes.h struct pthread_attr).
 *
 * Left out: scheduling, affinity, stacks given by the program.
 */
import { pageUp } from '../../base/index.js'
import { Errno, RLIM_INFINITY } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/** PTHREAD_STACK_MIN */
export const STACK_MIN = 16384
const ATTR_BYTES = 56
const FLAGS = 8
const GUARD = 16
const STACK_SIZE = 32
export const ATTR_DETACHED = 1
const DEFAULT_GUARD = 4096
/** ARCH_STACK_DEFAULT_SIZE, when the limit of the stack says nothing. */
const UNLIMITED_STACK = 2 * 1024 * 1024

export interface ThreadAttr {
  readonly stackSize: number
  readonly guardSize: number
  readonly state: number
}

/** RLIMIT_STACK as it was when the process started. @glibc __pthread_initialize_minimal_internal nptl/nptl_init.c */
function defaultStack(rt: Runtime): number {
  rt.touch('__default_pthread_attr_lock')
  const soft = rt.sys.stackLimit()
  return pageUp(soft >= RLIM_INFINITY ? UNLIMITED_STACK : Math.max(soft, STACK_MIN))
}

export function readAttr(rt: Runtime, attr: number): ThreadAttr {
  if (attr === 0) return { stackSize: defaultStack(rt), guardSize: DEFAULT_GUARD, state: 0 }
  const size = rt.mem.readPtr(attr + STACK_SIZE)
  return {
    stackSize: size === 0 ? defaultStack(rt) : size,
    guardSize: pageUp(rt.mem.readPtr(attr + GUARD)),
    state: rt.mem.readI32(attr + FLAGS),
  }
}

function init(rt: Runtime, attr: number): number {
  rt.mem.fill(attr, 0, ATTR_BYTES)
  rt.mem.writePtr(attr + GUARD, DEFAULT_GUARD)
  return 0
}

function setStackSize(rt: Runtime, attr: number, size: number): number {
  if (size < STACK_MIN) return Errno.EINVAL
  rt.mem.writePtr(attr + STACK_SIZE, size)
  return 0
}

function setState(rt: Runtime, attr: number, state: number): number {
  if (state !== 0 && state !== ATTR_DETACHED) return Errno.EINVAL
  rt.mem.writeU32(attr + FLAGS, state)
  return 0
}

function put(rt: Runtime, to: number, value: number): number {
  rt.mem.writePtr(to, value)
  return 0
}

export function attrFunctions(rt: Runtime): FunctionTable {
  return {
    pthread_attr_init: (a) => init(rt, a.ptr(0)),
    pthread_attr_destroy: () => 0,
    pthread_attr_setstacksize: (a) => setStackSize(rt, a.ptr(0), a.ptr(1)),
    pthread_attr_getstacksize: (a) => put(rt, a.ptr(1), readAttr(rt, a.ptr(0)).stackSize),
    pthread_attr_setguardsize: (a) => put(rt, a.ptr(0) + GUARD, a.ptr(1)),
    pthread_attr_getguardsize: (a) => put(rt, a.ptr(1), rt.mem.readPtr(a.ptr(0) + GUARD)),
    pthread_attr_setdetachstate: (a) => setState(rt, a.ptr(0), a.i32(1)),
    pthread_attr_getdetachstate: (a) => {
      rt.mem.writeU32(a.ptr(1), rt.mem.readI32(a.ptr(0) + FLAGS))
      return 0
    },
  }
}
