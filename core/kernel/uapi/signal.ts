/** Signals as user space sees them (include/uapi/asm-generic/signal.h, siginfo.h; signal(7)). */
import type { UserMemory } from './memory.js'

export const SIGHUP = 1
export const SIGINT = 2
export const SIGILL = 4
export const SIGABRT = 6
export const SIGBUS = 7
export const SIGFPE = 8
export const SIGKILL = 9
export const SIGSEGV = 11
export const SIGPIPE = 13
export const SIGALRM = 14
export const SIGCHLD = 17
export const SIGCONT = 18
export const SIGSTOP = 19
export const NSIG = 64

export const SEGV_MAPERR = 1
export const SEGV_ACCERR = 2
export const BUS_ADRERR = 2
export const FPE_INTDIV = 1
/** si_code of a signal sent by kill, by the kernel, by tgkill. */
export const SI_USER = 0
export const SI_KERNEL = 0x80
export const SI_TKILL = -6
export const CLD_EXITED = 1
export const CLD_KILLED = 2
export const CLD_DUMPED = 3

export const SIG_DFL = 0
export const SIG_IGN = 1

export const SA_NOCLDSTOP = 0x1
export const SA_NOCLDWAIT = 0x2
export const SA_SIGINFO = 0x4
export const SA_ONSTACK = 0x0800_0000
export const SA_RESTORER = 0x0400_0000
export const SA_RESTART = 0x1000_0000
export const SA_NODEFER = 0x4000_0000
export const SA_RESETHAND = 0x8000_0000 | 0

export const SIG_BLOCK = 0
export const SIG_UNBLOCK = 1
export const SIG_SETMASK = 2

/** sigset_t of the kernel: 64 bits as two words; signal n is bit n - 1. */
export type SignalSet = readonly [low: number, high: number]

export const NO_SIGNALS: SignalSet = [0, 0]

export const signalSet = (...signals: readonly number[]): SignalSet => signals.reduce(addSignal, NO_SIGNALS)

export function addSignal([low, high]: SignalSet, signal: number): SignalSet {
  return signal <= 32 ? [low | (1 << (signal - 1)), high] : [low, high | (1 << (signal - 33))]
}

export const hasSignal = ([low, high]: SignalSet, signal: number): boolean =>
  ((signal <= 32 ? low >>> (signal - 1) : high >>> (signal - 33)) & 1) !== 0

export const unionOf = (a: SignalSet, b: SignalSet): SignalSet => [a[0] | b[0], a[1] | b[1]]
export const without = (a: SignalSet, b: SignalSet): SignalSet => [a[0] & ~b[0], a[1] & ~b[1]]

/** struct sigaction as the kernel takes it. */
export interface SignalAction {
  /** Address of the handler, SIG_DFL or SIG_IGN. */
  readonly handler: number
  readonly flags: number
  readonly mask: SignalSet
  /** Where the handler returns to. */
  readonly restorer: number
}

/** What siginfo_t tells; `pid` of a sender or child, `address` of a fault. */
export interface SignalInfo {
  readonly signal: number
  readonly code: number
  readonly pid: number
  readonly address: number
  /** Exit status of a child. */
  readonly status: number
}

/** A signal of which nothing is known but its number and origin. */
export const plainSignal = (signal: number, code: number, pid = 0): SignalInfo => ({
  signal,
  code,
  pid,
  address: 0,
  status: 0,
})

export const SS_ONSTACK = 1
export const SS_DISABLE = 2
/** Smallest alternate stack. */
export const MINSIGSTKSZ = 2048

/** stack_t: a stack for handlers with SA_ONSTACK. */
export interface SignalStack {
  readonly base: number
  readonly flags: number
  /** Bytes; 0 for no stack. */
  readonly size: number
}

export const NO_STACK: SignalStack = { base: 0, flags: 0, size: 0 }

/** In memory: 0 ss_sp, 8 ss_flags, 16 ss_size. */
export const readStack = (mem: UserMemory, at: number): SignalStack => ({
  base: mem.readPtr(at),
  flags: mem.readI32(at + 8),
  size: mem.readPtr(at + 16),
})

export function writeStack(mem: UserMemory, at: number, { base, flags, size }: SignalStack): void {
  mem.writePtr(at, base)
  mem.writeU32(at + 8, flags)
  mem.writePtr(at + 16, size)
}
