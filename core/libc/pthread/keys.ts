/**
 * Thread-specific data (nptl/pthread_key_create.c, pthread_setspecific.c).
 *
 * Destructors run when a thread ends (units/thread-end.ts). Left out: the values are not in struct pthread, so setting
 * one touches no page.
 */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/** PTHREAD_KEYS_MAX */
const KEYS_MAX = 1024

function create(rt: Runtime, to: number, destructor: number): number {
  const { keys } = rt.state.pthread
  const free = keys.findIndex((key) => !key.used)
  const key = free < 0 ? keys.length : free
  if (key >= KEYS_MAX) return Errno.EAGAIN
  keys[key] = { used: true, destructor }
  rt.mem.writeU32(to, key)
  return 0
}

function remove(rt: Runtime, key: number): number {
  const { keys, values } = rt.state.pthread
  if (!keys[key]?.used) return Errno.EINVAL
  keys[key] = { used: false, destructor: 0 }
  for (const own of Object.values(values)) delete own[key]
  return 0
}

function set(rt: Runtime, key: number, value: number): number {
  const { keys, values } = rt.state.pthread
  if (!keys[key]?.used) return Errno.EINVAL
  const own = (values[rt.ctx.threadPointer()] ??= {})
  own[key] = value
  return 0
}

const ownValues = (rt: Runtime): Record<number, number> => rt.state.pthread.values[rt.ctx.threadPointer()] ?? {}

/** The calling thread has a value that is not NULL. */
export const hasSpecific = (rt: Runtime): boolean => Object.values(ownValues(rt)).some((value) => value !== 0)

/**
 * Takes the thread's next value away, from key `from` on, and writes its destructor and it to `to`.
 * @returns the key, -1 when there is none
 */
function take(rt: Runtime, from: number, to: number): number {
  const own = ownValues(rt)
  const key = rt.state.pthread.keys.findIndex((_, key) => key >= from && (own[key] ?? 0) !== 0)
  if (key < 0) return -1
  rt.mem.writePtr(to, rt.state.pthread.keys[key].destructor)
  rt.mem.writePtr(to + 8, own[key])
  own[key] = 0
  return key
}

export function keyFunctions(rt: Runtime): FunctionTable {
  return {
    __libc_key_create: (a) => create(rt, a.ptr(0), a.ptr(1)),
    __libc_has_specific: () => Number(hasSpecific(rt)),
    __libc_take_specific: (a) => take(rt, a.ptr(0), a.ptr(1)),
    pthread_key_delete: (a) => remove(rt, a.u32(0)),
    pthread_setspecific: (a) => set(rt, a.u32(0), a.ptr(1)),
    pthread_getspecific: (a) => rt.state.pthread.values[rt.ctx.threadPointer()]?.[a.u32(0)] ?? 0,
  }
}
