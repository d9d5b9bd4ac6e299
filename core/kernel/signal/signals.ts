/**
 * Signals (kernel/signal.c): who gets them, when they are delivered, and what happens without a handler.
 *
 * Left out: real-time queues (each signal is pending once), core files, job control of terminals.
 */
import { high32, low32 } from '../../base/index.js'
import { Tracepoint } from '../../trace/index.js'
import type { Kernel } from '../kernel.js'
import type { Task, ThreadGroup } from '../task.js'
import {
  addSignal,
  hasSignal,
  NSIG,
  plainSignal,
  ProcessEnded,
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SI_KERNEL,
  SIG_DFL,
  SIG_IGN,
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  signalSet,
  SIGSTOP,
  unionOf,
  without,
  type SignalAction,
  type SignalInfo,
  type SignalSet,
} from '../uapi/index.js'
import { pushFrame } from './frame.js'

/** Without a handler these do nothing: SIGCHLD, SIGCONT, SIGURG, SIGWINCH. */
const IGNORED = signalSet(SIGCHLD, SIGCONT, 23, 28)
/** These stop the process: SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU. */
const STOPS = signalSet(SIGSTOP, 20, 21, 22)
/** No handler, no mask. */
export const UNSTOPPABLE = signalSet(SIGKILL, SIGSTOP)

export class Signals {
  constructor(private readonly kernel: Kernel) {}

  action(group: ThreadGroup, signal: number): SignalAction | null {
    return group.actions[signal]
  }

  private isIgnored(group: ThreadGroup, signal: number): boolean {
    const action = this.action(group, signal)
    if (action === null || action.handler === SIG_DFL) return hasSignal(IGNORED, signal)
    return action.handler === SIG_IGN
  }

  /** Sends to a process: any thread that does not block it takes it. @mm __send_signal_locked kernel/signal.c */
  sendToProcess(group: ThreadGroup, info: SignalInfo): void {
    const threads = this.kernel.tasks.threadsOf(group).filter((task) => task.state !== 'Z')
    if (threads.length === 0) return
    this.continueOrStop(threads, info.signal)
    if (!this.enqueue(group, group.pending, info, threads[0])) return
    const taker = threads.find((task) => this.wants(task, info.signal))
    if (taker) this.interrupt(taker)
  }

  /**
   * To every process of the terminal's foreground job. No process leaves its group (there is no setpgid), and once the
   * leader is over the shell has its terminal back.
   * @mm isig drivers/tty/n_tty.c
   */
  sendToForeground(signal: number): void {
    const groups = this.kernel.tasks.processes.map(({ group }) => group).filter(({ dead }) => !dead)
    const isForeground = ({ pgid }: ThreadGroup): boolean => groups.some(({ tgid }) => tgid === pgid)
    for (const group of groups.filter(isForeground)) this.sendToProcess(group, plainSignal(signal, SI_KERNEL))
  }

  /** @mm do_send_specific kernel/signal.c */
  sendToTask(task: Task, info: SignalInfo): void {
    if (task.state === 'Z') return
    this.continueOrStop([task], info.signal)
    if (this.enqueue(task.group, task.pending, info, task) && this.wants(task, info.signal)) this.interrupt(task)
  }

  /** False when it is dropped: ignored and not blocked, or pending already. @mm prepare_signal kernel/signal.c */
  private enqueue(group: ThreadGroup, queue: SignalInfo[], info: SignalInfo, task: Task): boolean {
    if (this.isIgnored(group, info.signal) && !hasSignal(task.blocked, info.signal)) return false
    if (!queue.some(({ signal }) => signal === info.signal)) queue.push(info)
    return true
  }

  private wants(task: Task, signal: number): boolean {
    return !hasSignal(without(task.blocked, UNSTOPPABLE), signal)
  }

  /** SIGCONT and SIGKILL let a stopped process go on at once. */
  private continueOrStop(threads: readonly Task[], signal: number): void {
    if (signal !== SIGCONT && signal !== SIGKILL) return
    for (const task of threads) if (task.state === 'T') this.kernel.scheduler.wakeTask(task)
  }

  /** A sleeping call ends early. @mm signal_wake_up kernel/signal.c */
  private interrupt(task: Task): void {
    if (task.state === 'S') task.state = 'R'
  }

  /** Signals waiting for the task that it does not block. */
  pendingFor(task: Task): SignalSet {
    return [...task.pending, ...task.group.pending].reduce<SignalSet>(
      (set, { signal }) => addSignal(set, signal),
      [0, 0],
    )
  }

  /** The next one to be delivered, taken off its queue: the lowest number, those of the fault itself first. */
  private dequeue(task: Task): SignalInfo | undefined {
    for (const queue of [task.pending, task.group.pending]) {
      const wanted = queue.filter(({ signal }) => this.wants(task, signal)).map(({ signal }) => signal)
      if (wanted.length === 0) continue
      const lowest = Math.min(...wanted)
      return queue.splice(
        queue.findIndex(({ signal }) => signal === lowest),
        1,
      )[0]
    }
    return undefined
  }

  deliverable(task: Task): boolean {
    return [...task.pending, ...task.group.pending].some(({ signal }) => this.wants(task, signal))
  }

  /** Ends the running task now if a signal that waits for it does so. @throws ProcessEnded */
  endIfFatal(): void {
    const { current } = this.kernel.tasks
    for (const { signal } of [...current.pending, ...current.group.pending]) {
      const action = this.action(current.group, signal)
      const handled = action !== null && action.handler !== SIG_DFL
      if (this.wants(current, signal) && !handled && !hasSignal(STOPS, signal)) throw new ProcessEnded(0, signal)
    }
  }

  /**
   * Delivers what is pending to the running task before it goes on in user mode.
   * @mm get_signal kernel/signal.c
   * @throws ProcessEnded when the default action ends the process
   */
  deliver(): void {
    const { current } = this.kernel.tasks
    while (current.pending.length + current.group.pending.length > 0 && current.state === 'R') {
      const info = this.dequeue(current)
      if (!info) return
      this.act(current, info)
    }
  }

  private act(task: Task, info: SignalInfo): void {
    const { signal } = info
    const action = this.action(task.group, signal)
    if (this.isIgnored(task.group, signal)) return
    if (action && action.handler !== SIG_DFL) return this.handle(task, action, info)
    if (hasSignal(STOPS, signal)) return this.stop(task.group)
    throw new ProcessEnded(0, signal)
  }

  /** @mm handle_signal arch/x86/kernel/signal.c */
  private handle(task: Task, action: SignalAction, info: SignalInfo): void {
    const { kernel } = this
    kernel.emit(Tracepoint.Signal, info.signal, info.code, low32(info.address), high32(info.address))
    // pause, sigsuspend, poll, select and sleeps are never restarted (signal(7)).
    const restarts = (action.flags & SA_RESTART) !== 0 && task.sleepUntil === 0 && !neverRestarted(task)
    pushFrame(kernel, action, info, task.savedMask ?? task.blocked, !restarts)
    task.savedMask = null
    task.interrupted = false
    const own = action.flags & SA_NODEFER ? [0, 0] : signalSet(info.signal)
    task.blocked = without(unionOf(unionOf(task.blocked, action.mask), own as SignalSet), UNSTOPPABLE)
    if (action.flags & SA_RESETHAND) task.group.actions[info.signal] = null
  }

  /** @mm do_signal_stop kernel/signal.c Left out: telling the parent. */
  private stop(group: ThreadGroup): void {
    for (const thread of this.kernel.tasks.threadsOf(group)) if (thread.state !== 'Z') thread.state = 'T'
  }

  /**
   * A signal that the running task brought upon itself. If it is blocked or ignored there is no way on.
   * @mm force_sig_info_to_task kernel/signal.c
   */
  force(info: SignalInfo): void {
    const { current } = this.kernel.tasks
    const { signal } = info
    const action = this.action(current.group, signal)
    const handled = action && action.handler !== SIG_DFL && action.handler !== SIG_IGN
    if (!handled || hasSignal(current.blocked, signal)) {
      this.kernel.emit(Tracepoint.Signal, signal, info.code, low32(info.address), high32(info.address))
      throw new ProcessEnded(0, signal)
    }
    this.handle(current, action, info)
  }

  // ---- system calls ---------------------------------------------------------------------------------------------

  /** @mm do_sigaction kernel/signal.c: what is now ignored is not pending any more */
  setAction(group: ThreadGroup, signal: number, action: SignalAction): void {
    group.actions[signal] = action
    if (!this.isIgnored(group, signal)) return
    for (const queue of [group.pending, ...this.kernel.tasks.threadsOf(group).map((task) => task.pending)]) {
      const at = queue.findIndex((info) => info.signal === signal)
      if (at >= 0) queue.splice(at, 1)
    }
  }

  isValid(signal: number): boolean {
    return Number.isInteger(signal) && signal >= 1 && signal <= NSIG
  }

  /** Sends the SIGALRM whose time has come. */
  ringAlarms(): void {
    const { now } = this.kernel.clock
    for (const { group } of this.kernel.tasks.processes) {
      if (group.alarm === 0 || group.alarm > now) continue
      group.alarm = 0
      this.sendToProcess(group, plainSignal(SIGALRM, SI_KERNEL))
    }
  }
}

const neverRestarted = ({ wait }: Task): boolean => wait !== undefined && /^(signal|poll)/.test(wait.on)
