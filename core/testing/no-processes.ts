/** The calls on processes of a machine that has but one, without signal handlers; signals end it. */
import {
  Errno,
  NO_SIGNALS,
  NO_STACK,
  ProcessEnded,
  SIG_DFL,
  ThreadEnded,
  type IdentityCalls,
  type ProcessCalls,
  type SignalAction,
} from '../kernel/uapi/index.js'

const missing = (): number => -Errno.ENOSYS
const DEFAULT: SignalAction = { handler: SIG_DFL, flags: 0, mask: NO_SIGNALS, restorer: 0 }

export const noProcesses: ProcessCalls & IdentityCalls = {
  fork: missing,
  vfork: missing,
  clone: missing,
  gettid: () => 1,
  exitThread: () => {
    throw new ThreadEnded()
  },
  wait4: missing,
  schedYield: () => 0,
  pause: missing,
  pipe: missing,
  stackLimit: () => 8 * 1024 * 1024,
  futexWait: missing,
  futexWake: () => 0,
  sigaction: () => DEFAULT,
  sigprocmask: () => NO_SIGNALS,
  sigpending: () => NO_SIGNALS,
  sigsuspend: missing,
  sigaltstack: () => NO_STACK,
  sigreturn: () => {},
  tgkill: (_pid, _tid, signal) => {
    throw new ProcessEnded(0, signal)
  },
  alarm: () => 0,
  prctl: () => 0,
  getuid: () => 1000,
  getpgrp: () => 1,
  getsid: () => 1,
  times: () => 0,
  uname: () => 0,
}
