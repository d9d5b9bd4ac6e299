/**
 * Mutexes on a futex: 0 free, 1 taken, 2 taken and waited for (glibc nptl/pthread_mutex_lock.c, lowlevellock.h).
 *
 *   pthread_mutex_t   0 lock   4 count   8 owner   12 nusers   16 kind
 *
 * Left out: priority inheritance and protection, robust mutexes, lock elision, adaptive spinning.
 */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { dropNote, leaveNote, note, ownTid } from './state.js'
import { nanosecondsUntil } from './time.js'

const MUTEX_BYTES = 40
const COUNT = 4
const OWNER = 8
const NUSERS = 12
const KIND = 16
const RECURSIVE = 1
const ERRORCHECK = 2

const take = (rt: Runtime, mutex: number, word: 1 | 2): 0 => {
  rt.mem.writeU32(mutex, word)
  rt.mem.writeU32(mutex + OWNER, ownTid(rt))
  rt.mem.writeU32(mutex + NUSERS, rt.mem.readU32(mutex + NUSERS) + 1)
  return 0
}

const kindOf = (rt: Runtime, mutex: number): number => rt.mem.readI32(mutex + KIND) & 3

const ownsIt = (rt: Runtime, mutex: number): boolean =>
  rt.mem.readI32(mutex) !== 0 && rt.mem.readI32(mutex + OWNER) === ownTid(rt)

/** Locks again what is one's own: counted, refused, or waited for in vain. */
function relock(rt: Runtime, mutex: number): number | undefined {
  if (!ownsIt(rt, mutex)) return undefined
  const kind = kindOf(rt, mutex)
  if (kind === ERRORCHECK) return Errno.EDEADLK
  if (kind !== RECURSIVE) return undefined
  rt.mem.writeU32(mutex + COUNT, rt.mem.readU32(mutex + COUNT) + 1)
  return 0
}

/** @glibc ___pthread_mutex_lock nptl/pthread_mutex_lock.c */
export function lock(rt: Runtime, mutex: number, nanoseconds?: number): number {
  const again = relock(rt, mutex)
  if (again !== undefined) return again
  // Who has waited cannot know whether others do: the word says so.
  const waited = note(rt) !== undefined
  for (;;) {
    if (rt.mem.readI32(mutex) === 0) {
      dropNote(rt)
      return take(rt, mutex, waited ? 2 : 1)
    }
    rt.mem.writeU32(mutex, 2)
    leaveNote(rt, 0)
    if (rt.sys.futexWait(mutex, 2, nanoseconds) === -Errno.ETIMEDOUT) {
      dropNote(rt)
      return Errno.ETIMEDOUT
    }
  }
}

function tryLock(rt: Runtime, mutex: number): number {
  const again = kindOf(rt, mutex) === RECURSIVE ? relock(rt, mutex) : undefined
  if (again !== undefined) return again
  return rt.mem.readI32(mutex) === 0 ? take(rt, mutex, 1) : Errno.EBUSY
}

/** @glibc __pthread_mutex_unlock_usercnt nptl/pthread_mutex_unlock.c */
export function unlock(rt: Runtime, mutex: number): number {
  const kind = kindOf(rt, mutex)
  if (kind !== 0 && !ownsIt(rt, mutex)) return Errno.EPERM
  const count = rt.mem.readU32(mutex + COUNT)
  if (kind === RECURSIVE && count > 0) {
    rt.mem.writeU32(mutex + COUNT, count - 1)
    return 0
  }
  const word = rt.mem.readI32(mutex)
  rt.mem.writeU32(mutex + OWNER, 0)
  rt.mem.writeU32(mutex + NUSERS, rt.mem.readU32(mutex + NUSERS) - 1)
  rt.mem.writeU32(mutex, 0)
  if (word === 2) rt.sys.futexWake(mutex, 1)
  return 0
}

function init(rt: Runtime, mutex: number, attr: number): number {
  rt.mem.fill(mutex, 0, MUTEX_BYTES)
  if (attr !== 0) rt.mem.writeU32(mutex + KIND, rt.mem.readU32(attr) & 3)
  return 0
}

function setWord(rt: Runtime, at: number, value: number): number {
  rt.mem.writeU32(at, value)
  return 0
}

export function mutexFunctions(rt: Runtime): FunctionTable {
  return {
    pthread_mutex_init: (a) => init(rt, a.ptr(0), a.ptr(1)),
    pthread_mutex_destroy: (a) => (rt.mem.readU32(a.ptr(0) + NUSERS) === 0 ? 0 : Errno.EBUSY),
    pthread_mutex_lock: (a) => lock(rt, a.ptr(0)),
    pthread_mutex_trylock: (a) => tryLock(rt, a.ptr(0)),
    pthread_mutex_timedlock: (a) => lock(rt, a.ptr(0), nanosecondsUntil(rt, a.ptr(1))),
    pthread_mutex_unlock: (a) => unlock(rt, a.ptr(0)),
    pthread_mutexattr_init: (a) => setWord(rt, a.ptr(0), 0),
    pthread_mutexattr_destroy: () => 0,
    pthread_mutexattr_settype: (a) => (a.u32(1) > ERRORCHECK ? Errno.EINVAL : setWord(rt, a.ptr(0), a.u32(1))),
    pthread_mutexattr_setpshared: () => 0,
  }
}
