/**
 * Thread-specific data (nptl/pthread_key_create.c, pthread_setspecific.c).
 *
 * Left out: destructors; the values are not in struct pthread, so setting one touches no page.
 */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

/** PTHREAD_KEYS_MAX */
const KEYS_MAX = 1024

function create(rt: Runtime, to: number): number {
  const { keys } = rt.state.pthread
  const free = keys.findIndex((key) => !key.used)
  const key = free < 0 ? keys.length : free
  if (key >= KEYS_MAX) return Errno.EAGAIN
  keys[key] = { used: true }
  rt.mem.writeU32(to, key)
  return 0
}

function remove(rt: Runtime, key: number): number {
  const { keys, values } = rt.state.pthread
  if (!keys[key]?.used) return Errno.EINVAL
  keys[key] = { used: false }
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

export function keyFunctions(rt: Runtime): FunctionTable {
  return {
    pthread_key_create: (a) => create(rt, a.ptr(0)),
    pthread_key_delete: (a) => remove(rt, a.u32(0)),
    pthread_setspecific: (a) => set(rt, a.u32(0), a.ptr(1)),
    pthread_getspecific: (a) => rt.state.pthread.values[rt.ctx.threadPointer()]?.[a.u32(0)] ?? 0,
  }
}
