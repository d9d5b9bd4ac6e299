/**
 * The CPU: compiled code of the tasks that take turns, the libc calls it makes, and what interrupts it. The loop is the
 * kernel's way back to user mode: who runs, which signal is delivered, is a call to be finished; then statements until
 * the fuel is used up or a libc function is wanted.
 */
import { assert } from '../base/index.js'
import { LibcCall, RunStatus, type CompiledProgram, type ProgramInstance } from '../cc/index.js'
import type { Kernel, ProgramStart, Task } from '../kernel/index.js'
import { exitTask } from '../kernel/index.js'
import {
  FPE_INTDIV,
  plainSignal,
  ProcessEnded,
  REG_BP,
  REG_CALL,
  REG_JUMP,
  REG_PC,
  REG_PENDING,
  REG_RET,
  REG_SP,
  SIGFPE,
  SIGHUP,
  SIGILL,
  SIGKILL,
  ThreadEnded,
  UserFault,
  WouldBlock,
  type SignalInfo,
} from '../kernel/uapi/index.js'
import { Access } from '../mm/fault/index.js'
import { OutOfMemory } from '../mm/pgtable/index.js'
import { ArenaFull } from '../mm/phys/index.js'
import { UserProcess } from './process.js'
import { RunningPlace } from './running-place.js'

/** Why the machine stands still. */
export type Halt =
  | { readonly why: 'budget' }
  /** A task reads from an empty terminal, and the others wait too (or had their time to). */
  | { readonly why: 'input' }
  /** Every task waits for another: nothing will ever happen. `on` is what the first one waits for. */
  | { readonly why: 'stuck'; readonly on: string }
  /** `note` says what the simulation could not do, when it and not the program is the reason. */
  | { readonly why: 'ended'; readonly code: number; readonly signal: number; readonly note?: string }

/** Statements run in one go: short enough for V8 to swap in optimised code between two, long enough to cost nothing. */
const SLICE = 1 << 20
/** Virtual nanoseconds that other tasks get to come to rest once one waits for the terminal. */
const SETTLE = 50e6

type Ended = Extract<Halt, { why: 'ended' }>

export class Cpu {
  /** The first process: the one the machine was started for. */
  readonly main: UserProcess
  private readonly mainPid: number
  /** What the running task is at, for observers. */
  readonly place: RunningPlace
  private readonly instance: ProgramInstance
  private readonly call: LibcCall
  private readonly processes = new Map<number, UserProcess>()
  private ended: Ended | undefined
  /** The code point when it ended: its stack cannot be asked afterwards. */
  private endedAt: number | undefined
  /** Statements that the last turn of the loop has used. */
  private spent = 0

  /** @param beforeExit called when the first process is over and its memory still there */
  constructor(
    private readonly kernel: Kernel,
    private readonly program: CompiledProgram,
    start: ProgramStart,
    private readonly beforeExit: () => void,
  ) {
    this.mainPid = start.task.pid
    this.place = new RunningPlace(kernel.parts.arena, program, () => this.runningPoint)
    this.main = new UserProcess(kernel, program, start, this.place)
    this.processes.set(start.task.pid, this.main)
    this.instance = program.instantiate(kernel.user, start.bias, {
      object: (name) => this.main.libc.objectAddress(name),
      function: (name) => this.main.functionAddress(name),
      library: this.main.libraryAddress,
    })
    kernel.code = this.instance
    kernel.processBorn = (parent, child, shares) => this.born(parent, child, shares)
    this.call = new LibcCall(program, kernel.user)
    this.main.libc.start(start.envp)
    this.instance.start(start.stackPointer, start.argc, start.argv, start.envp)
    this.toFirstStatement()
    kernel.registry.table('cpu', { save: () => this.save(), load: (saved: SavedCpu) => this.load(saved) })
  }

  /** The first process's first thread; a zombie stays for who looks. */
  get mainTask(): Task {
    const task = this.kernel.tasks.get(this.mainPid)
    assert(task, 'the first process is there to the end')
    return task
  }

  /** Without fuel the program runs its prologue and stands before the first statement of main. */
  private toFirstStatement(): void {
    this.kernel.setFuel(0)
    try {
      this.instance.run()
    } catch (error) {
      this.leave(error)
    }
  }

  private born(parent: number, child: number, sharesMemory: boolean): void {
    const from = this.processOf(parent)
    this.processes.set(child, sharesMemory ? from : from.fork())
  }

  /** What a process has besides its memory; undefined once it has ended, but for the first. */
  process(pid: number): UserProcess | undefined {
    return pid === this.mainPid ? this.main : this.processes.get(pid)
  }

  private processOf(tgid: number): UserProcess {
    const process = this.processes.get(tgid)
    assert(process, `process ${tgid} has a C library`)
    return process
  }

  // ---- looking ----------------------------------------------------------------------------------------------------

  /** A word of a task's registers, whether it runs or not. */
  register32(task: Task, register: number): number {
    if (task === this.kernel.current) return this.kernel.parts.arena.i32[register >> 2]
    return task.registers[(register - REG_PC) >> 2] ?? 0
  }

  register64(task: Task, register: number): number {
    return this.register32(task, register + 4) * 2 ** 32 + (this.register32(task, register) >>> 0)
  }

  /** Code point of the statement the first process stands before, or in which it called the library unit that runs. */
  get codePoint(): number {
    if (this.endedAt !== undefined) return this.endedAt
    const { mainTask } = this
    const framePointer = this.register64(mainTask, REG_BP)
    const stackPointer = this.register64(mainTask, REG_SP)
    return this.main.pointOf(this.register32(mainTask, REG_PC), { framePointer, stackPointer }, mainTask.mm)
  }

  /** The same of the task that runs. */
  private get runningPoint(): number {
    const at = this.pc
    if (!this.program.isLibrary(at)) return at
    const { current } = this.kernel
    const framePointer = this.register64(current, REG_BP)
    const stackPointer = this.register64(current, REG_SP)
    return this.main.pointOf(at, { framePointer, stackPointer }, current.mm)
  }

  // ---- the loop ---------------------------------------------------------------------------------------------------

  /** Runs at most `statements` statements, of all tasks together. */
  run(statements: number): Halt {
    let left = statements
    for (;;) {
      if (this.ended && this.alone) return this.ended
      if (this.kernel.clock.now >= this.kernel.haltAt) return { why: 'budget' }
      const task = this.kernel.scheduler.pick()
      const halt = task ? this.settled() : this.idle()
      if (halt) return halt
      if (!task) continue
      this.spent = 0
      try {
        if (!this.enter(task)) continue
        if (left <= 0) return { why: 'budget' }
        this.execute(left)
      } catch (error) {
        this.leave(error)
      }
      // A fault that leads to a handler must not run for free, or it could go on for ever.
      left -= Math.max(1, this.spent)
    }
  }

  private get alone(): boolean {
    return this.kernel.tasks.all.every((task) => task.state === 'Z')
  }

  /** When a task has waited for the terminal long enough, the others are not waited for. */
  private settled(): Halt | undefined {
    const { scheduler, clock, tasks } = this.kernel
    if (tasks.count === 1 || !scheduler.waitsForInput) return undefined
    return clock.now > scheduler.inputSince + SETTLE ? { why: 'input' } : undefined
  }

  /** Nobody can run: the clock moves on to whatever is next, or there is nothing to come. */
  private idle(): Halt | undefined {
    const { scheduler, clock, tasks, khugepaged } = this.kernel
    const next = scheduler.nextDeadline()
    const input = scheduler.waitsForInput
    if (next <= (input ? scheduler.inputSince + SETTLE : Number.MAX_VALUE)) {
      clock.advance(Math.max(0, Math.min(next, khugepaged.due, this.kernel.haltAt) - clock.now))
      return undefined
    }
    if (input) return { why: 'input' }
    if (!this.ended) {
      const waiting = tasks.all.find((task) => task.state !== 'Z')
      return { why: 'stuck', on: waiting?.wait?.on ?? 'a signal' }
    }
    this.hangUp()
    return this.ended
  }

  /** The terminal goes with the shell's job: what is left of it hangs up. */
  private hangUp(): void {
    for (const task of this.kernel.tasks.processes) if (task.state !== 'Z') this.kernel.exit(task, 0, SIGHUP)
  }

  /** On the way back to user mode; false when the task is not to run on now. */
  private enter(task: Task): boolean {
    const { signals, parts } = this.kernel
    if (task.pending.length + task.group.pending.length > 0) signals.deliver()
    if (task.state !== 'R') return false
    const firstRun = task.setTid !== 0
    this.kernel.returnToUser()
    if (firstRun) this.processOf(task.group.tgid).libc.forked()
    if (parts.arena.i32[REG_PENDING >> 2] === 0) return true
    return this.finishCall(task) && task.pending.length + task.group.pending.length === 0
  }

  /** Serves the libc call; false if it has to wait. */
  private finishCall(task: Task): boolean {
    const { i32 } = this.kernel.parts.arena
    const index = i32[REG_CALL >> 2]
    const { name } = this.program.libcCalls[index]
    const { libc } = this.processOf(task.group.tgid)
    libc.threadRuns(task.pid === task.group.tgid ? 0 : task.pid)
    const fn = libc.functions.get(name)
    assert(fn, `libc has ${name}`)
    try {
      this.call.finish(index, fn(this.call.args))
    } catch (error) {
      if (error instanceof WouldBlock) return false
      throw error
    }
    this.kernel.parts.arena.i32[REG_PENDING >> 2] = 0
    task.interrupted = false
    this.place.returned()
    return true
  }

  private execute(left: number): void {
    const { kernel } = this
    const slice = Math.min(left, SLICE, Math.max(1, kernel.scheduler.left), this.untilHalt())
    const before = kernel.statements
    kernel.setFuel(slice)
    try {
      const status = this.instance.run()
      kernel.syncClock()
      this.serve(status)
    } finally {
      kernel.syncClock()
      this.spent = kernel.statements - before
      kernel.scheduler.used(this.spent)
    }
  }

  /** Statements that fit before the moment at which the machine is to halt, at least one. */
  private untilHalt(): number {
    const { haltAt, clock, profile } = this.kernel
    return Math.max(1, Math.floor((haltAt - clock.now) / profile.costs.statement))
  }

  private serve(status: RunStatus): void {
    const { kernel } = this
    switch (status) {
      case RunStatus.Budget:
        return
      case RunStatus.LibCall:
        return this.enterLibc()
      case RunStatus.Returned:
        return this.processOf(kernel.current.group.tgid).libc.exit(this.call.returnedInt())
      case RunStatus.BadJump:
        return this.jumpOut(this.register64(kernel.current, REG_JUMP))
      case RunStatus.DivideError:
        return kernel.signals.force({ ...plainSignal(SIGFPE, FPE_INTDIV), address: this.instance.addressOf(this.pc) })
    }
  }

  /** The call instruction pushes where it returns to; libc's frames below are not modelled. */
  private enterLibc(): void {
    const { user, current, parts } = this.kernel
    user.writePtr(this.register64(current, REG_SP) - 8, this.instance.addressOf(this.pc))
    parts.arena.i32[REG_PENDING >> 2] = 1
  }

  private get pc(): number {
    return this.kernel.parts.arena.i32[REG_PC >> 2]
  }

  /** A return into libc, or a jump to nowhere: the fetch faults, or finds what is no instruction. */
  private jumpOut(address: number): void {
    const { kernel } = this
    const { libc } = this.processOf(kernel.current.group.tgid)
    const continuation = libc.returns.get(address)
    libc.threadRuns(kernel.current.pid === kernel.current.group.tgid ? 0 : kernel.current.pid)
    if (continuation) return continuation(this.register64(kernel.current, REG_RET))
    kernel.user.touch(address, Access.Exec)
    kernel.signals.force({ ...plainSignal(SIGILL, 1), address })
  }

  // ---- ends -------------------------------------------------------------------------------------------------------

  /** What came up out of a task's code: a signal, its end, or a bug of the simulation, which goes on up. */
  private leave(error: unknown): void {
    const { kernel } = this
    if (error instanceof WouldBlock) return
    if (error instanceof ThreadEnded) return this.endThread()
    try {
      if (!(error instanceof UserFault)) throw error
      kernel.signals.force(faultInfo(error))
    } catch (fatal) {
      this.endProcess(fatal)
    }
  }

  private endThread(): void {
    const { kernel } = this
    const { current } = kernel
    const last = kernel.tasks.threadsOf(current.group).every((task) => task === current || task.state === 'Z')
    if (last) this.endProcess(new ProcessEnded(0, 0))
    else exitTask(kernel, current)
  }

  private endProcess(error: unknown): void {
    const { kernel } = this
    const end = endOf(error)
    const { group } = kernel.current
    const first = group === this.mainTask.group
    if (first) {
      this.endedAt = this.codePoint
      this.beforeExit()
    }
    kernel.exit(kernel.current, end.code, end.signal)
    if (first) this.ended = { why: 'ended', ...end }
    else this.processes.delete(group.tgid)
  }

  // ---- snapshots --------------------------------------------------------------------------------------------------

  private save(): SavedCpu {
    const each = [...new Set(this.processes.values())]
    return {
      ended: this.ended ?? null,
      endedAt: this.endedAt ?? null,
      each: each.map((process) => process.save()),
      processes: [...this.processes].map(([tgid, process]) => [tgid, each.indexOf(process)]),
    }
  }

  private load({ ended, endedAt, each, processes }: SavedCpu): void {
    this.ended = ended ?? undefined
    this.endedAt = endedAt ?? undefined
    const made = each.map((saved, i) => {
      const process = i === 0 ? this.main : this.main.fork()
      process.load(saved)
      return process
    })
    this.processes.clear()
    for (const [tgid, index] of processes) this.processes.set(tgid, made[index])
  }
}

interface SavedCpu {
  readonly ended: Ended | null
  readonly endedAt: number | null
  /** Each C library once: a vfork child shares its parent's. */
  readonly each: readonly ReturnType<UserProcess['save']>[]
  readonly processes: readonly (readonly [tgid: number, index: number])[]
}

const faultInfo = ({ signal, code, address }: UserFault): SignalInfo => ({ ...plainSignal(signal, code), address })

/** What ends a process; anything else is a bug of the simulation and goes up. */
function endOf(error: unknown): { code: number; signal: number; note?: string } {
  if (error instanceof ProcessEnded) return { code: error.code, signal: error.signal }
  if (error instanceof ArenaFull) return { code: 0, signal: SIGKILL, note: error.message }
  // A system call found no page for a page table: without reclaim the caller is killed.
  if (error instanceof OutOfMemory) return { code: 0, signal: SIGKILL }
  throw error
}
