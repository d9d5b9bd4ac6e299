/**
 * Which task runs. Tasks that can run take turns; how long a turn lasts is drawn from the seed, so that another seed
 * gives another interleaving and the same seed the same one. A task that waits says for what; whoever makes that happen
 * wakes it, and the call that waited is issued again.
 *
 * Left out: priorities, more than one CPU, preemption inside a statement or a system call.
 */
import { Prng, type StateRegistry } from '../base/index.js'
import type { Kernel } from './kernel.js'
import { Tracepoint } from '../trace/index.js'
import { REG_ARGC, REG_ARGS, REG_PC, WouldBlock } from './uapi/index.js'
import type { Task } from './task.js'

/** A turn in statements: half of this to one and a half of it (sysctl_sched_base_slice, about 3 ms). */
const TURN = 1 << 20

export class Scheduler {
  private readonly chance: Prng
  /** [statements left of the turn, earliest moment somebody may have to be woken, since when the terminal is waited for] */
  private readonly turn: Float64Array

  constructor(
    private readonly kernel: Kernel,
    registry: StateRegistry,
    seed: number,
  ) {
    this.chance = new Prng(seed, registry.column('scheduler.chance', Uint32Array, 4))
    this.turn = registry.column('scheduler.turn', Float64Array, 3)
  }

  /** Statements the running task may run before the others get their turn. */
  get left(): number {
    return this.turn[0]
  }

  /** Counts statements that the running task has run. */
  used(statements: number): void {
    this.turn[0] -= statements
  }

  /** Gives up the rest of the turn. @mm do_sched_yield kernel/sched/syscalls.c */
  yield(): void {
    this.turn[0] = 0
  }

  /**
   * The task that is to run now, or undefined when none can. The running one goes on while its turn lasts.
   * @mm pick_next_task kernel/sched/core.c
   */
  pick(): Task | undefined {
    const { current } = this.kernel.tasks
    if (this.kernel.clock.now >= this.turn[1]) this.wakeExpired()
    if (this.kernel.clock.now >= this.kernel.khugepaged.due) this.kernel.khugepaged.run()
    if (current.state === 'R' && this.turn[0] > 0) return current
    const next = this.after(current)
    if (!next) return undefined
    this.turn[0] = TURN / 2 + this.chance.below(TURN)
    this.switchTo(next)
    return next
  }

  /** The next runnable task behind `current` in order of pids, round and round; itself last. */
  private after(current: Task): Task | undefined {
    const runnable = this.kernel.tasks.all.filter((task) => task.state === 'R')
    return runnable.find((task) => task.pid > current.pid) ?? runnable[0]
  }

  /** @mm context_switch kernel/sched/core.c */
  private switchTo(next: Task): void {
    const { tasks, parts } = this.kernel
    const { current } = tasks
    if (next === current) return
    next.rseqStale = true
    if (current.state === 'R') current.nivcsw++
    else current.nvcsw++
    this.kernel.syncClock()
    if (current.state !== 'Z') current.registers = this.saveRegisters()
    tasks.run(next)
    this.loadRegisters(next.registers)
    if (next.mm !== current.mm) parts.tlb.flushAll()
    this.kernel.emit(Tracepoint.SchedSwitch, current.pid, next.pid)
  }

  /** The register block but for the fuel, without argument slots that are not in use. */
  saveRegisters(): number[] {
    const { i32 } = this.kernel.parts.arena
    const end = REG_ARGS / 4 + 2 * i32[REG_ARGC >> 2]
    return [...i32.subarray(REG_PC >> 2, end)]
  }

  loadRegisters(words: readonly number[]): void {
    this.kernel.parts.arena.i32.set(words, REG_PC >> 2)
  }

  // ---- waiting --------------------------------------------------------------------------------------------------

  /**
   * The running task sleeps until somebody wakes what it waits on, or until a moment of the clock.
   * @mm schedule_timeout kernel/time/sleep_timeout.c
   */
  block(on: string, until = 0): never {
    const { current } = this.kernel.tasks
    this.kernel.syncClock()
    current.wait = { on, until }
    current.state = 'S'
    current.rseqStale = true
    this.turn[0] = 0
    if (until > 0) this.noteDeadline(until)
    if (waitsForTyping(current)) this.turn[2] = this.kernel.clock.now
    throw new WouldBlock(on)
  }

  /** The running task's call is issued again, after signals that are pending were delivered. */
  yieldNow(on: string): never {
    this.kernel.current.wait = { on, until: 0 }
    throw new WouldBlock(on)
  }

  /** @returns how many were woken, `limit` at most. @mm __wake_up kernel/sched/wait.c */
  wake(on: string, limit = Infinity): number {
    let woken = 0
    for (const task of this.kernel.tasks.all) {
      if (woken >= limit) break
      if (task.state !== 'S' || !waitsOn(task, on)) continue
      this.wakeTask(task)
      woken++
    }
    return woken
  }

  wakeTask(task: Task): void {
    task.wait = undefined
    task.state = 'R'
  }

  /** Something is to happen then. */
  noteDeadline(moment: number): void {
    this.turn[1] = Math.min(this.turn[1], moment)
  }

  private wakeExpired(): void {
    const { now } = this.kernel.clock
    for (const task of this.kernel.tasks.all) {
      const until = task.state === 'S' ? (task.wait?.until ?? 0) : 0
      if (until > 0 && until <= now) this.wakeTask(task)
    }
    this.kernel.signals.ringAlarms()
    this.turn[1] = this.nextDeadline()
  }

  /** The earliest moment at which a sleeping task would wake by itself, Infinity for none. */
  nextDeadline(): number {
    let next = Infinity
    for (const { state, wait, group } of this.kernel.tasks.all) {
      if (state === 'S' && wait && wait.until > 0) next = Math.min(next, wait.until)
      if (state !== 'Z' && group.alarm > 0) next = Math.min(next, group.alarm)
    }
    return next
  }

  /** Something was typed: whoever can run has time again before a wait for the terminal is taken for the end. */
  noteInput(): void {
    this.turn[2] = this.kernel.clock.now
  }

  get inputSince(): number {
    return this.turn[2]
  }

  /** Whether a task waits for something to be typed. */
  get waitsForInput(): boolean {
    return this.kernel.tasks.all.some((task) => task.state === 'S' && waitsForTyping(task))
  }
}

/** A task in poll or select waits on several: 'poll|tty|pipe 3'. */
const waitsOn = ({ wait }: Task, on: string): boolean =>
  wait?.on === on || (wait?.on.startsWith('poll|') === true && wait.on.split('|').includes(on))

/** Nothing but input, or a signal, wakes it. */
const waitsForTyping = (task: Task): boolean => waitsOn(task, 'tty') && task.wait?.until === 0
