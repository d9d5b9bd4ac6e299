/**
 * System calls about processes, threads and signals: what they check and do. The table (syscalls.ts) adds numbers, costs
 * and events.
 */
import type { VAddr } from '../base/index.js'
import { clone, fork, vfork } from './process/fork.js'
import { futexKey, statusOf, waitForChild } from './process/exit.js'
import type { Kernel } from './kernel.js'
import { orEfault } from './or-efault.js'
import { setAltStack } from './signal/alt-stack.js'
import { popFrame, stackPointer } from './signal/frame.js'
import { UNSTOPPABLE } from './signal/signals.js'
import type { ThreadGroup } from './task.js'
import { writeTimespec } from './timespec.js'
import {
  Errno,
  hasSignal,
  NO_SIGNALS,
  plainSignal,
  SI_TKILL,
  SI_USER,
  SIG_BLOCK,
  SIG_DFL,
  SIG_SETMASK,
  SIG_UNBLOCK,
  ThreadEnded,
  unionOf,
  WCONTINUED,
  without,
  WNOHANG,
  WUNTRACED,
  type NewThread,
  type SignalAction,
  type SignalSet,
  type SignalStack,
} from './uapi/index.js'

const SECOND = 1e9

export class ProcessControl {
  constructor(private readonly kernel: Kernel) {}

  fork(): number {
    const child = fork(this.kernel)
    return typeof child === 'number' ? child : child.pid
  }

  vfork(): number {
    const { current, tasks } = this.kernel
    const running = tasks.processes.find((task) => task.group.vforkParent === current.pid && !task.group.dead)
    if (running) return this.kernel.scheduler.block(`vfork ${running.pid}`)
    if (current.vforkChild !== 0) {
      const { vforkChild } = current
      current.vforkChild = 0
      return vforkChild
    }
    const child = vfork(this.kernel)
    if (typeof child === 'number') return child
    current.vforkChild = child.pid
    return this.kernel.scheduler.block(`vfork ${child.pid}`)
  }

  clone(thread: NewThread): number {
    const child = clone(this.kernel, thread)
    if (typeof child === 'number') return child
    this.kernel.user.writeU32(thread.tidAddress, child.pid)
    return child.pid
  }

  exitThread(): never {
    throw new ThreadEnded()
  }

  wait4(pid: number, status: number, options: number, rusage: number): number {
    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) return -Errno.EINVAL
    const found = waitForChild(this.kernel, pid, options)
    if (typeof found === 'number') return found
    const error = orEfault(() => {
      if (status !== 0) this.kernel.user.writeU32(status, statusOf(found))
      if (rusage !== 0) this.kernel.user.fill(rusage, 0, 144)
    })
    return error < 0 ? error : found.tgid
  }

  pause(): number {
    return this.kernel.waitOn('signal')
  }

  // ---- futex ------------------------------------------------------------------------------------------------------

  /** @mm futex_wait kernel/futex/waitwake.c */
  futexWait(address: VAddr, expected: number, nanoseconds: number | undefined): number {
    const { kernel } = this
    const { current } = kernel
    if (kernel.user.readI32(address) !== (expected | 0)) {
      current.sleepUntil = 0
      return -Errno.EAGAIN
    }
    if (nanoseconds === undefined) return kernel.waitOn(futexKey(kernel, address))
    kernel.syncClock()
    if (current.sleepUntil === 0) current.sleepUntil = kernel.clock.now + nanoseconds
    if (kernel.clock.now < current.sleepUntil) return kernel.waitOn(futexKey(kernel, address), current.sleepUntil)
    current.sleepUntil = 0
    return -Errno.ETIMEDOUT
  }

  futexWake(address: number, count: number): number {
    return this.kernel.scheduler.wake(futexKey(this.kernel, address), count)
  }

  // ---- time -------------------------------------------------------------------------------------------------------

  /** Sleeps until the moment that the first call has set. @mm hrtimer_nanosleep kernel/time/hrtimer.c */
  nanosleep(nanoseconds: number, remaining: number): number {
    const { kernel } = this
    const { current } = kernel
    kernel.syncClock()
    if (current.sleepUntil === 0) current.sleepUntil = kernel.clock.now + Math.max(1, nanoseconds)
    const left = current.sleepUntil - kernel.clock.now
    if (left > 0) {
      const interrupted = kernel.waitOn('time', current.sleepUntil)
      return remaining === 0 ? interrupted : orEfault(() => writeTimespec(kernel.user, remaining, left)) || interrupted
    }
    current.sleepUntil = 0
    return 0
  }

  alarm(seconds: number): number {
    const { kernel } = this
    const { group } = kernel.current
    kernel.syncClock()
    const left = group.alarm === 0 ? 0 : Math.ceil((group.alarm - kernel.clock.now) / SECOND)
    group.alarm = seconds === 0 ? 0 : kernel.clock.now + seconds * SECOND
    if (seconds > 0) kernel.scheduler.noteDeadline(group.alarm)
    return left
  }

  // ---- signals ----------------------------------------------------------------------------------------------------

  /** @mm kill_something_info kernel/signal.c Left out: process groups (0 and below -1 mean the caller's children too). */
  kill(pid: number, signal: number): number {
    const { kernel } = this
    if (signal !== 0 && !kernel.signals.isValid(signal)) return -Errno.EINVAL
    const targets = this.targets(pid)
    if (targets.length === 0) return -Errno.ESRCH
    if (signal === 0) return 0
    const info = plainSignal(signal, SI_USER, kernel.current.group.tgid)
    for (const group of targets) kernel.signals.sendToProcess(group, info)
    kernel.signals.endIfFatal()
    return 0
  }

  private targets(pid: number): readonly ThreadGroup[] {
    const { tasks, current } = this.kernel
    if (pid > 0) {
      const task = tasks.get(pid)
      return task ? [task.group] : []
    }
    const groups = tasks.processes.filter((task) => !task.group.dead).map((task) => task.group)
    return pid === -1 ? groups.filter((group) => group !== current.group) : groups
  }

  tgkill(pid: number, tid: number, signal: number): number {
    const { kernel } = this
    if (signal !== 0 && !kernel.signals.isValid(signal)) return -Errno.EINVAL
    const task = kernel.tasks.get(tid)
    if (!task || task.group.tgid !== pid) return -Errno.ESRCH
    if (signal === 0) return 0
    kernel.signals.sendToTask(task, plainSignal(signal, SI_TKILL, kernel.current.group.tgid))
    kernel.signals.endIfFatal()
    return 0
  }

  sigaction(signal: number, action: SignalAction | undefined): SignalAction | number {
    const { kernel } = this
    if (!kernel.signals.isValid(signal)) return -Errno.EINVAL
    if (action && hasSignal(UNSTOPPABLE, signal)) return -Errno.EINVAL
    const { group } = kernel.current
    const old = kernel.signals.action(group, signal) ?? { handler: SIG_DFL, flags: 0, mask: NO_SIGNALS, restorer: 0 }
    if (action) kernel.signals.setAction(group, signal, { ...action, mask: without(action.mask, UNSTOPPABLE) })
    return old
  }

  sigprocmask(how: number, set: SignalSet | undefined): SignalSet | number {
    const { current } = this.kernel
    const old = current.blocked
    if (!set) return old
    if (how === SIG_BLOCK) current.blocked = without(unionOf(old, set), UNSTOPPABLE)
    else if (how === SIG_UNBLOCK) current.blocked = without(old, set)
    else if (how === SIG_SETMASK) current.blocked = without(set, UNSTOPPABLE)
    else return -Errno.EINVAL
    return old
  }

  sigpending(): SignalSet {
    const { current, signals } = this.kernel
    const pending = signals.pendingFor(current)
    return [pending[0] & current.blocked[0], pending[1] & current.blocked[1]]
  }

  /** @mm sigsuspend kernel/signal.c */
  sigsuspend(mask: SignalSet): number {
    const { current } = this.kernel
    if (current.savedMask === null && !current.interrupted) {
      current.savedMask = current.blocked
      current.blocked = without(mask, UNSTOPPABLE)
      if (this.kernel.signals.deliverable(current)) this.kernel.scheduler.yieldNow('signal')
    }
    return this.kernel.waitOn('signal')
  }

  sigaltstack(stack: SignalStack | undefined): SignalStack | number {
    return setAltStack(this.kernel, stackPointer(this.kernel), stack)
  }

  sigreturn(): void {
    popFrame(this.kernel)
  }
}
