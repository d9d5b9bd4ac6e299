/** Processes, threads, signals and pipes as user space asks for them; constants of the man pages. */
import type { SignalAction, SignalSet, SignalStack } from './signal.js'

export const WNOHANG = 1
export const WUNTRACED = 2
export const WCONTINUED = 8

/** wait's status word (bits/waitstatus.h). */
export const exitStatus = (code: number, signal: number): number => (signal ? signal : (code & 0xff) << 8)

/** A thread to be made by clone: where it starts and with which stack and thread pointer. */
export interface NewThread {
  /** Address of the function to call, with one argument. */
  readonly entry: number
  readonly argument: number
  /** Stack pointer at the call, a multiple of 16; where the function returns to is below it. */
  readonly stack: number
  readonly threadPointer: number
  /** CLONE_PARENT_SETTID and CLONE_CHILD_CLEARTID: the word that holds the thread's id while it lives. */
  readonly tidAddress: number
  /** struct rseq to be kept up to date, 0 for none. */
  readonly rseqAddress: number
}

/** Calls return -errno when they fail. Those that wait throw WouldBlock; they are issued again when they may go on. */
export interface ProcessCalls {
  /** @returns the child's pid; the child itself goes on behind the libc call with 0 */
  fork(): number
  /** As fork, but in the parent's memory and with the parent waiting until the child has ended. */
  vfork(): number
  clone(thread: NewThread): number
  gettid(): number
  /** Ends the calling thread. */
  exitThread(status: number): never
  /** `status` and `rusage`: addresses or 0. @returns pid of the child that changed, 0 with WNOHANG */
  wait4(pid: number, status: number, options: number, rusage: number): number
  schedYield(): number
  pause(): number
  /** Writes two descriptors to `fds`. */
  pipe(fds: number, flags: number): number
  /** Waits while the word is `expected`; `nanoseconds` at most. 0 when woken, -EAGAIN when it is different. */
  /** Soft RLIMIT_STACK, what a thread's stack takes its size from. */
  stackLimit(): number
  futexWait(address: number, expected: number, nanoseconds?: number): number
  /** @returns how many were woken */
  futexWake(address: number, count: number): number
  /** @returns the action that was in force */
  sigaction(signal: number, action: SignalAction | undefined): SignalAction | number
  /** @returns the mask that was in force */
  sigprocmask(how: number, set: SignalSet | undefined): SignalSet | number
  sigpending(): SignalSet
  sigsuspend(mask: SignalSet): number
  /** @returns the stack that was in force */
  sigaltstack(stack: SignalStack | undefined): SignalStack | number
  /** Back from a handler: the frame on the stack says where to. */
  sigreturn(): void
  tgkill(pid: number, tid: number, signal: number): number
  /** @returns seconds that were left of the previous alarm */
  alarm(seconds: number): number
}

/** Offsets from the thread pointer, and sizes, of a C library's struct pthread (nptl/descr.h). */
export interface ThreadLayout {
  readonly errno: number
  /** Links of the list of stacks that the structure is in (list_t). */
  readonly list: number
  /** The word with the thread's id. */
  readonly tid: number
  /** Who joins it; the structure itself when it is detached. */
  readonly joinid: number
  /** The chain of cleanup handlers of what may be cancelled. */
  readonly cleanup: number
  /** struct rseq, where there is one (since 2.35). */
  readonly rseq: number | undefined
  readonly size: number
  /** How far below the structure a thread's start routine is called (start_thread's frame and those around it). */
  readonly startFrame: number
}
