/**
 * Condition variables, barriers, semaphores, read-write locks, spin locks (glibc nptl). Each waits on a word of its own
 * in user memory. A call that waits is issued again as a whole when it is woken: what it had done by then is in the
 * thread's note.
 *
 *   pthread_cond_t     0 sequence number
 *   pthread_barrier_t  0 arrived   4 round   8 how many
 *   sem_t              0 value
 *   pthread_rwlock_t   0 readers   4 writer (0 or 1)   8 sequence number
 *
 * Left out: glibc's own layout of these words, process-shared attributes (all can be shared), fairness towards writers.
 */
import { Errno } from '../../kernel/uapi/index.js'
import { WouldBlock } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { lock, unlock } from './mutex.js'
import { dropNote, leaveNote, note } from './state.js'
import { nanosecondsUntil } from './time.js'

const add = (rt: Runtime, at: number, by: number): number => {
  const value = rt.mem.readI32(at) + by
  rt.mem.writeU32(at, value)
  return value
}

// ---- condition variables ----------------------------------------------------------------------------------------------

/** Notes: the sequence number when it began to wait; -1 once it was woken and only wants the mutex back. */
function condWait(rt: Runtime, cond: number, mutex: number, nanoseconds?: number): number {
  const left = note(rt)
  if (left === undefined) {
    unlock(rt, mutex)
    leaveNote(rt, rt.mem.readI32(cond))
  }
  let result = 0
  const began = note(rt)
  if (began !== undefined && began >= 0 && rt.mem.readI32(cond) === began) {
    const woken = rt.sys.futexWait(cond, began, nanoseconds)
    if (woken === -Errno.ETIMEDOUT) result = Errno.ETIMEDOUT
  }
  leaveNote(rt, result === 0 ? WOKEN : TIMED_OUT)
  return relockAfter(rt, mutex)
}

const WOKEN = -1
const TIMED_OUT = -2

/** Takes the mutex again, which may have to wait in its turn. */
function relockAfter(rt: Runtime, mutex: number): number {
  const result = note(rt) === TIMED_OUT ? Errno.ETIMEDOUT : 0
  while (rt.mem.readI32(mutex) !== 0) {
    rt.mem.writeU32(mutex, 2)
    rt.sys.futexWait(mutex, 2)
  }
  dropNote(rt)
  lock(rt, mutex)
  return result
}

function condWake(rt: Runtime, cond: number, count: number): number {
  rt.mem.writeU32(cond, (rt.mem.readI32(cond) + 1) & 0x7fff_ffff)
  rt.sys.futexWake(cond, count)
  return 0
}

const condFunctions = (rt: Runtime): FunctionTable => ({
  pthread_cond_init: (a) => clear(rt, a.ptr(0), 48),
  pthread_cond_destroy: () => 0,
  pthread_cond_wait: (a) => condWait(rt, a.ptr(0), a.ptr(1)),
  pthread_cond_timedwait: (a) => condWait(rt, a.ptr(0), a.ptr(1), nanosecondsUntil(rt, a.ptr(2))),
  pthread_cond_signal: (a) => condWake(rt, a.ptr(0), 1),
  pthread_cond_broadcast: (a) => condWake(rt, a.ptr(0), Infinity),
})

function clear(rt: Runtime, at: number, bytes: number): number {
  rt.mem.fill(at, 0, bytes)
  return 0
}

// ---- barriers ---------------------------------------------------------------------------------------------------------

const ROUND = 4
const WANTED = 8
const SERIAL_THREAD = -1

function barrierInit(rt: Runtime, barrier: number, count: number): number {
  if (count === 0) return Errno.EINVAL
  clear(rt, barrier, 32)
  rt.mem.writeU32(barrier + WANTED, count)
  return 0
}

/** The last one to arrive lets all go. @glibc ___pthread_barrier_wait nptl/pthread_barrier_wait.c */
function barrierWait(rt: Runtime, barrier: number): number {
  if (note(rt) === undefined) {
    if (add(rt, barrier, 1) === rt.mem.readI32(barrier + WANTED)) {
      rt.mem.writeU32(barrier, 0)
      add(rt, barrier + ROUND, 1)
      rt.sys.futexWake(barrier + ROUND, Infinity)
      return SERIAL_THREAD
    }
    leaveNote(rt, rt.mem.readI32(barrier + ROUND))
  }
  const round = note(rt) ?? 0
  while (rt.mem.readI32(barrier + ROUND) === round) rt.sys.futexWait(barrier + ROUND, round)
  dropNote(rt)
  return 0
}

const barrierFunctions = (rt: Runtime): FunctionTable => ({
  pthread_barrier_init: (a) => barrierInit(rt, a.ptr(0), a.u32(2)),
  pthread_barrier_destroy: () => 0,
  pthread_barrier_wait: (a) => barrierWait(rt, a.ptr(0)),
})

// ---- semaphores -------------------------------------------------------------------------------------------------------

const SEM_VALUE_MAX = 0x7fff_ffff

function semInit(rt: Runtime, sem: number, value: number): number {
  if (value > SEM_VALUE_MAX) return rt.fail(Errno.EINVAL)
  clear(rt, sem, 32)
  rt.mem.writeU32(sem, value)
  return 0
}

/** @glibc __new_sem_wait_slow64 nptl/sem_waitcommon.c */
function semWait(rt: Runtime, sem: number, nanoseconds?: number): number {
  while (rt.mem.readI32(sem) === 0) {
    const result = rt.sys.futexWait(sem, 0, nanoseconds)
    if (result === -Errno.EINTR || result === -Errno.ETIMEDOUT) return rt.fail(-result)
  }
  add(rt, sem, -1)
  return 0
}

function semTryWait(rt: Runtime, sem: number): number {
  if (rt.mem.readI32(sem) === 0) return rt.fail(Errno.EAGAIN)
  add(rt, sem, -1)
  return 0
}

function semPost(rt: Runtime, sem: number): number {
  if (rt.mem.readI32(sem) === SEM_VALUE_MAX) return rt.fail(Errno.EOVERFLOW)
  add(rt, sem, 1)
  rt.sys.futexWake(sem, 1)
  return 0
}

const semFunctions = (rt: Runtime): FunctionTable => ({
  sem_init: (a) => semInit(rt, a.ptr(0), a.u32(2)),
  sem_destroy: () => 0,
  sem_wait: (a) => semWait(rt, a.ptr(0)),
  sem_timedwait: (a) => semWait(rt, a.ptr(0), nanosecondsUntil(rt, a.ptr(1))),
  sem_trywait: (a) => semTryWait(rt, a.ptr(0)),
  sem_post: (a) => semPost(rt, a.ptr(0)),
  sem_getvalue: (a) => {
    rt.mem.writeU32(a.ptr(1), rt.mem.readU32(a.ptr(0)))
    return 0
  },
})

// ---- read-write locks, spin locks ---------------------------------------------------------------------------------------

const WRITER = 4
const SEQUENCE = 8

function rwLock(rt: Runtime, rw: number, write: boolean, mayWait: boolean): number {
  for (;;) {
    const busy = rt.mem.readI32(rw + WRITER) !== 0 || (write && rt.mem.readI32(rw) > 0)
    if (!busy) break
    if (!mayWait) return Errno.EBUSY
    rt.sys.futexWait(rw + SEQUENCE, rt.mem.readI32(rw + SEQUENCE))
  }
  if (write) rt.mem.writeU32(rw + WRITER, 1)
  else add(rt, rw, 1)
  return 0
}

function rwUnlock(rt: Runtime, rw: number): number {
  if (rt.mem.readI32(rw + WRITER) !== 0) rt.mem.writeU32(rw + WRITER, 0)
  else add(rt, rw, -1)
  add(rt, rw + SEQUENCE, 1)
  rt.sys.futexWake(rw + SEQUENCE, Infinity)
  return 0
}

/** There is one CPU: who spins gives it up, or nothing would ever change. */
function spinLock(rt: Runtime, spin: number, mayWait: boolean): number {
  if (rt.mem.readI32(spin) !== 0) {
    if (!mayWait) return Errno.EBUSY
    rt.sys.schedYield()
    throw new WouldBlock('spin lock')
  }
  rt.mem.writeU32(spin, 1)
  return 0
}

const lockFunctions = (rt: Runtime): FunctionTable => ({
  pthread_rwlock_init: (a) => clear(rt, a.ptr(0), 56),
  pthread_rwlock_destroy: () => 0,
  pthread_rwlock_rdlock: (a) => rwLock(rt, a.ptr(0), false, true),
  pthread_rwlock_wrlock: (a) => rwLock(rt, a.ptr(0), true, true),
  pthread_rwlock_tryrdlock: (a) => rwLock(rt, a.ptr(0), false, false),
  pthread_rwlock_trywrlock: (a) => rwLock(rt, a.ptr(0), true, false),
  pthread_rwlock_unlock: (a) => rwUnlock(rt, a.ptr(0)),
  pthread_spin_init: (a) => clear(rt, a.ptr(0), 4),
  pthread_spin_destroy: () => 0,
  pthread_spin_lock: (a) => spinLock(rt, a.ptr(0), true),
  pthread_spin_trylock: (a) => spinLock(rt, a.ptr(0), false),
  pthread_spin_unlock: (a) => clear(rt, a.ptr(0), 4),
})

export const waitingFunctions = (rt: Runtime): FunctionTable => ({
  ...condFunctions(rt),
  ...barrierFunctions(rt),
  ...semFunctions(rt),
  ...lockFunctions(rt),
})
