/**
 * <signal.h>: struct sigaction as the C library lays it out, and sets of signals (1024 bits of which 64 count).
 *
 *   struct sigaction   0 handler   8 mask (128 bytes)   136 flags   144 restorer
 */
import {
  Errno,
  NO_SIGNALS,
  NSIG,
  readStack,
  SA_RESTART,
  SA_RESTORER,
  SIG_BLOCK,
  writeStack,
  type SignalAction,
  type SignalSet,
} from '../../kernel/uapi/index.js'
import { addSignal, hasSignal, signalSet, without } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

const SET_BYTES = 128
const MASK = 8
const FLAGS = 136
const RESTORER = 144
/** (void (*)(int)) -1 */
const SIG_ERR = -1

const readSet = (rt: Runtime, at: number): SignalSet => [rt.mem.readI32(at), rt.mem.readI32(at + 4)]

function writeSet(rt: Runtime, at: number, [low, high]: SignalSet): number {
  rt.mem.writeU32(at, low)
  rt.mem.writeU32(at + 4, high)
  return 0
}

const isSignal = (signal: number): boolean => signal >= 1 && signal <= NSIG

function readAction(rt: Runtime, at: number): SignalAction {
  return {
    handler: rt.mem.readPtr(at),
    mask: readSet(rt, at + MASK),
    flags: rt.mem.readI32(at + FLAGS) | SA_RESTORER,
    restorer: rt.code('__restore_rt'),
  }
}

function writeAction(rt: Runtime, at: number, action: SignalAction): void {
  rt.mem.fill(at + MASK, 0, SET_BYTES)
  rt.mem.writePtr(at, action.handler)
  writeSet(rt, at + MASK, action.mask)
  rt.mem.writeU32(at + FLAGS, action.flags & ~SA_RESTORER)
  rt.mem.writePtr(at + RESTORER, action.restorer)
}

/** @glibc __libc_sigaction sysdeps/unix/sysv/linux/libc_sigaction.c */
function sigaction(rt: Runtime, signal: number, action: number, old: number): number {
  rt.touch('sigaction')
  const result = rt.sys.sigaction(signal, action === 0 ? undefined : readAction(rt, action))
  if (typeof result === 'number') return rt.result(result)
  if (old !== 0) writeAction(rt, old, result)
  return 0
}

/** BSD semantics: restarting, the signal blocked while its handler runs. @glibc __bsd_signal signal/signal.c */
function signalFunction(rt: Runtime, signal: number, handler: number): number {
  rt.touch('sigaction')
  const mask = isSignal(signal) ? signalSet(signal) : NO_SIGNALS
  const restorer = rt.code('__restore_rt')
  const result = rt.sys.sigaction(signal, { handler, mask, flags: SA_RESTART | SA_RESTORER, restorer })
  if (typeof result !== 'number') return result.handler
  rt.result(result)
  return SIG_ERR
}

function changeSet(rt: Runtime, at: number, signal: number, change: (set: SignalSet) => SignalSet): number {
  if (!isSignal(signal)) return rt.fail(Errno.EINVAL)
  return writeSet(rt, at, change(readSet(rt, at)))
}

function fillSet(rt: Runtime, at: number, byte: number): number {
  rt.mem.fill(at, byte, SET_BYTES)
  return 0
}

/** Answers -errno. */
function changeMask(rt: Runtime, how: number, set: number, old: number): number {
  const result = rt.sys.sigprocmask(set === 0 ? SIG_BLOCK : how, set === 0 ? undefined : readSet(rt, set))
  if (typeof result === 'number') return result
  if (old !== 0) {
    rt.mem.fill(old, 0, SET_BYTES)
    writeSet(rt, old, result)
  }
  return 0
}

/** The bare system call. */
function sigaltstack(rt: Runtime, stack: number, old: number): number {
  const result = rt.sys.sigaltstack(stack === 0 ? undefined : readStack(rt.mem, stack))
  if (typeof result === 'number') return rt.result(result)
  if (old !== 0) writeStack(rt.mem, old, result)
  return 0
}

function sigpending(rt: Runtime, at: number): number {
  rt.mem.fill(at, 0, SET_BYTES)
  return writeSet(rt, at, rt.sys.sigpending())
}

export function signalFunctions(rt: Runtime): FunctionTable {
  return {
    sigaction: (a) => sigaction(rt, a.i32(0), a.ptr(1), a.ptr(2)),
    signal: (a) => signalFunction(rt, a.i32(0), a.ptr(1)),
    sigemptyset: (a) => fillSet(rt, a.ptr(0), 0),
    sigfillset: (a) => fillSet(rt, a.ptr(0), 0xff),
    sigaddset: (a) => changeSet(rt, a.ptr(0), a.i32(1), (set) => addSignal(set, a.i32(1))),
    sigdelset: (a) => changeSet(rt, a.ptr(0), a.i32(1), (set) => without(set, signalSet(a.i32(1)))),
    sigismember: (a) =>
      isSignal(a.i32(1)) ? Number(hasSignal(readSet(rt, a.ptr(0)), a.i32(1))) : rt.fail(Errno.EINVAL),
    sigprocmask: (a) => rt.result(changeMask(rt, a.i32(0), a.ptr(1), a.ptr(2))),
    pthread_sigmask: (a) => -changeMask(rt, a.i32(0), a.ptr(1), a.ptr(2)),
    sigaltstack: (a) => sigaltstack(rt, a.ptr(0), a.ptr(1)),
    sigpending: (a) => sigpending(rt, a.ptr(0)),
    sigsuspend: (a) => rt.result(rt.sys.sigsuspend(readSet(rt, a.ptr(0)))),
    kill: (a) => rt.result(rt.sys.kill(a.i32(0), a.i32(1))),
    raise: (a) => rt.result(rt.sys.tgkill(rt.sys.getpid(), rt.sys.gettid(), a.i32(0))),
  }
}
