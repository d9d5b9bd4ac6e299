/** One program on one machine, from exec to its end: what a session holds between load and the next load. */
import type { CompiledProgram } from '../cc/index.js'
import type { Span } from '../cc/source.js'
import { boot, drawEntropy, exec, fixedEntropy, type Kernel, type Task } from '../kernel/index.js'
import { pssKbOf } from '../proc/index.js'
import type { Profile } from '../profiles/index.js'
import { Story } from '../story/index.js'
import { Timeline } from '../timeline/index.js'
import { leaksAtExit } from './heap-views.js'
import type { LeakReport } from './leaks.js'
import { Cpu, type Halt } from './cpu.js'
import type { UserProcess } from './process.js'

export interface SimulationOptions {
  readonly profile: Profile
  readonly program: CompiledProgram
  readonly seed: number
  /** Address space randomisation (randomize_va_space). */
  readonly randomised: boolean
  /** Look for lost blocks when the program ends: the work follows the memory in use, so only who asks pays it. */
  readonly findLeaks?: boolean
}

export class Simulation {
  readonly kernel: Kernel
  readonly timeline: Timeline
  readonly story: Story
  readonly cpu: Cpu
  readonly program: CompiledProgram
  readonly startTime: number
  halt: Halt = { why: 'budget' }
  /** How often the program has waited for input. */
  stops = 0
  /** Blocks lost when the program ended: its memory is gone by the time anybody can ask. */
  leaksAtEnd: LeakReport | undefined
  /** Called when the program is over and its memory still there. */
  beforeExit: (() => void) | undefined

  constructor(options: SimulationOptions) {
    const { profile, seed, randomised } = options
    this.program = options.program
    this.kernel = boot(profile, seed)
    this.story = new Story(this.kernel)
    const entropy = randomised ? drawEntropy(profile, seed) : fixedEntropy(profile, seed)
    const start = exec(this.kernel, this.program.image, entropy, randomised, [profile.argv0])
    this.startTime = this.kernel.clock.now
    this.timeline = new Timeline(this.kernel, start.task.pid, {
      heapBytes: () => this.heapBytes,
      pssKb: () => pssKbOf(this.kernel, start.task.pid),
    })
    this.cpu = new Cpu(this.kernel, this.program, start, () => {
      this.beforeExit?.()
      if (options.findLeaks) this.leaksAtEnd = leaksAtExit(this)
    })
    this.process.owners.changed = () => this.timeline.heapMoved()
    this.timeline.begin()
    this.story.begin(this.task.pid, this.cpu.place, this.program)
  }

  /** Runs at most that many statements; notes stops and the end on the timeline. */
  run(statements: number): Halt {
    const before = this.halt
    this.halt = this.cpu.run(statements)
    if (this.halt.why === 'input' && before.why !== 'input') this.noteStop()
    if (this.halt.why === 'ended' && before.why !== 'ended')
      this.timeline.mark(this.halt.signal ? 'signal' : 'exit', this.line)
    return this.halt
  }

  private noteStop(): void {
    this.timeline.mark('stop', this.line)
    this.story.noteStop(this.task.pid)
    this.stops++
  }

  /** Types on the terminal; a program that waited can go on. */
  type(bytes: Uint8Array): void {
    this.kernel.tty.type(bytes)
    this.goOn()
  }

  /** End of file on the terminal. */
  closeInput(): void {
    this.kernel.tty.close()
    this.goOn()
  }

  /** What was typed may wake a reader, or be a signal for anybody; or nothing happens, and the machine stands as it did. */
  private goOn(): void {
    const { tty, scheduler, tasks, signals } = this.kernel
    const woken = tty.readable ? scheduler.wake('tty') : 0
    const stands = this.halt.why === 'input' || this.halt.why === 'stuck'
    if (!stands || !(woken > 0 || tasks.all.some((task) => task.state !== 'Z' && signals.deliverable(task)))) return
    scheduler.noteInput()
    this.halt = { why: 'budget' }
  }

  get task(): Task {
    return this.cpu.mainTask
  }

  /** Bytes in use of malloc's. The prologue of main runs while the CPU is made: pages come then, there is no heap yet. */
  private get heapBytes(): number {
    const { cpu }: Partial<Pick<Simulation, 'cpu'>> = this
    return cpu?.main.owners.bytesInUse ?? 0
  }

  /** The first process. */
  get process(): UserProcess {
    return this.cpu.main
  }

  /** Virtual nanoseconds since exec. */
  get time(): number {
    return this.kernel.clock.now - this.startTime
  }

  /** Number of the stop it stands at, from 0; undefined when it does not wait for input. */
  get stop(): number | undefined {
    return this.halt.why === 'input' ? this.stops - 1 : undefined
  }

  /** The statement the program stands at. */
  get span(): Span | undefined {
    return this.halt.why === 'ended' ? undefined : this.program.spanOf(this.cpu.codePoint)
  }

  get functionName(): string | undefined {
    return this.program.functionOf(this.cpu.codePoint)
  }

  private get line(): number {
    return this.program.spanOf(this.cpu.codePoint)?.line ?? 0
  }

  /**
   * Runs to the next statement on another line or in another function, or in another call of the same line.
   * @returns statements used; `limit` of them means the line is not finished
   */
  step(limit: number): number {
    const from = this.span
    const fn = this.functionName
    let used = 0
    while (used < limit) {
      used++
      if (this.run(1).why !== 'budget') break
      const now = this.span
      if (!now || now.line !== from?.line || this.functionName !== fn) break
    }
    return used
  }
}

/** Message for a death by signal, as the shell prints it (bash, glibc sys_siglist). */
export const signalText = (signal: number): string => SIGNAL_TEXT[signal] ?? `Unknown signal ${signal}`

const SIGNAL_TEXT: Readonly<Record<number, string>> = {
  2: 'Interrupt',
  6: 'Aborted',
  7: 'Bus error',
  8: 'Floating point exception',
  9: 'Killed',
  11: 'Segmentation fault',
  15: 'Terminated',
}
