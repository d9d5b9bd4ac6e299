/**
 * The machine: one root for all state, wired in {@link boot} and nowhere else. It knows which task runs, answers its
 * faults and keeps its counters and the virtual clock.
 *
 * Left out: scheduling of more than one task, interrupts, more than one CPU.
 */
import type { Clock } from '../base/index.js'
import { assert, high32, low32, type Pfn, type StateRegistry, type VAddr } from '../base/index.js'
import type { Tlb } from '../arch/x86/index.js'
import type { Trace } from '../trace/index.js'
import { FaultAction, Tracepoint } from '../trace/index.js'
import type { Arena, FrameContents, MemMap, PageAllocator } from '../mm/phys/index.js'
import { OutOfMemory, type PageTables } from '../mm/pgtable/index.js'
import type { PageCache } from '../mm/backing/index.js'
import { Access, FaultOutOfMemory, handleFault, type FaultContext, type FaultResult } from '../mm/fault/index.js'
import { exitMmap, type MemoryLimits, type Mm } from '../mm/vma/index.js'
import type { Profile } from '../profiles/index.js'
import { defaultRlimits, memoryLimits } from './rlimits.js'
import type { Task } from './task.js'
import { dropUnused, OpenFiles } from './fs/index.js'
import { Tty } from './tty.js'
import { UserAccess, type FaultService } from './uaccess.js'
import { ProcessEnded, REG_FUEL, SIGKILL, UserFault } from './uapi/index.js'

export interface MachineParts {
  readonly registry: StateRegistry
  readonly profile: Profile
  readonly clock: Clock
  readonly trace: Trace
  readonly arena: Arena
  readonly map: MemMap
  readonly contents: FrameContents
  readonly buddy: PageAllocator
  readonly tables: PageTables
  readonly cache: PageCache
  readonly tlb: Tlb
  readonly zeroPage: Pfn
  /** Pages of the kernel image that the vdso mapping shows. */
  readonly vdsoPages: readonly Pfn[]
  readonly mm: FaultContext
}

export class Kernel implements FaultService {
  readonly registry: StateRegistry
  readonly profile: Profile
  readonly clock: Clock
  readonly trace: Trace
  readonly user: UserAccess
  readonly tty = new Tty()
  readonly files = new OpenFiles()
  private readonly tasksByPid = new Map<number, Task>()
  private running: Task | undefined
  private readonly result: FaultResult = { action: FaultAction.Spurious, major: false, signal: 0, code: 0 }
  /** [statements run so far, REG_FUEL when the clock last looked] */
  private readonly progress: Float64Array

  constructor(readonly parts: MachineParts) {
    this.registry = parts.registry
    this.profile = parts.profile
    this.clock = parts.clock
    this.trace = parts.trace
    this.user = new UserAccess(parts.arena, parts.map, parts.contents, parts.tables, parts.tlb, this)
    this.progress = parts.registry.column('kernel.progress', Float64Array, 2)
    parts.registry.table('tty', this.tty)
    parts.registry.table('open files', this.files)
    parts.registry.table('tasks', { save: () => this.saveTasks(), load: (saved: SavedTasks) => this.loadTasks(saved) })
  }

  // ---- tasks --------------------------------------------------------------------------------------------------

  get tasks(): readonly Task[] {
    return [...this.tasksByPid.values()].sort((a, b) => a.pid - b.pid)
  }

  task(pid: number): Task | undefined {
    return this.tasksByPid.get(pid)
  }

  get current(): Task {
    assert(this.running, 'a task is running')
    return this.running
  }

  /** 0 before there is a task: what happens then is the boot's. */
  get runningPid(): number {
    return this.running?.pid ?? 0
  }

  get mm(): Mm {
    const { mm } = this.current
    assert(mm, 'the running task has an address space')
    return mm
  }

  /** Limits of the running task; before there is one, the machine's defaults. */
  memoryLimits(): MemoryLimits {
    return memoryLimits(this.running?.rlimits ?? defaultRlimits(this.profile))
  }

  /** Pages charged by all address spaces (vm_committed_as). */
  committedPages(): number {
    let pages = 0
    for (const { mm } of this.tasksByPid.values()) pages += mm?.committedVm ?? 0
    return pages
  }

  addTask(task: Task): void {
    this.tasksByPid.set(task.pid, task)
    this.running = task
  }

  // ---- the clock ----------------------------------------------------------------------------------------------

  /** Statements the program has run. */
  get statements(): number {
    return this.progress[0]
  }

  /** Gives the program fuel for that many statements. */
  setFuel(statements: number): void {
    this.parts.arena.i32[REG_FUEL >> 2] = statements
    this.progress[1] = statements
  }

  /** Brings the clock up to the statements run since it was last asked. */
  syncClock(): void {
    const fuel = Math.max(0, this.parts.arena.i32[REG_FUEL >> 2])
    const done = this.progress[1] - fuel
    this.progress[1] = fuel
    this.progress[0] += done
    this.clock.advance(done * this.profile.costs.statement)
  }

  emit(point: Tracepoint, a = 0, b = 0, c = 0, d = 0): void {
    this.trace.emit(point, this.clock.now, this.runningPid, a, b, c, d)
  }

  // ---- faults -------------------------------------------------------------------------------------------------

  /**
   * @mm handle_mm_fault mm/memory.c
   * Counts as the kernel does: a fault that ends in a signal is not counted. Where the kernel itself brings pages in
   * for mmap and mlock (mm_populate), the attempt that waits for the disk is given up uncounted, and the next one finds the
   * page: minor.
   */
  fault(address: VAddr, access: Access, populating = false): void {
    this.syncClock()
    const { current, result } = this
    try {
      handleFault(this.parts.mm, this.mm, address, access, result)
    } catch (error) {
      if (error instanceof OutOfMemory || error instanceof FaultOutOfMemory) this.killByOom()
      throw error
    }
    if (result.signal !== 0) {
      this.emit(Tracepoint.PageFault, low32(address), high32(address), access, FaultAction.Bad)
      throw new UserFault(result.signal, result.code, address, access === Access.Write)
    }
    if (result.major && !populating) current.majFlt++
    else current.minFlt++
    this.clock.advance(this.faultCost())
    this.emit(Tracepoint.PageFault, low32(address), high32(address), access, result.action)
  }

  private faultCost(): number {
    const { costs } = this.profile
    const { action, major } = this.result
    const extra =
      action === FaultAction.AnonPage || action === FaultAction.ZeroPageCow
        ? costs.clearPage
        : action === FaultAction.FileCow || action === FaultAction.PageCow
          ? costs.copyPage
          : action === FaultAction.FileMap
            ? costs.mapPage * this.profile.faultAroundPages
            : 0
    return costs.fault + extra + (major ? costs.diskRead : 0)
  }

  /** Without reclaim there is nothing to try first: the task that asked is killed, nobody else is harmed. */
  private killByOom(): never {
    throw new ProcessEnded(0, SIGKILL)
  }

  // ---- end of a task ------------------------------------------------------------------------------------------

  /** Gives everything back; the task stays as a zombie for the inspectors. @mm do_exit kernel/exit.c */
  exit(task: Task, code: number, signal: number): void {
    this.syncClock()
    task.exitCode = code
    task.exitSignal = signal
    this.emit(Tracepoint.Exit, code, signal)
    const { mm } = task
    task.mm = undefined
    task.state = 'Z'
    if (mm) exitMmap(this.parts.mm, mm)
    this.files.closeAll(task.pid)
    dropUnused(this)
    this.parts.tlb.flushAll()
  }

  // ---- snapshots ----------------------------------------------------------------------------------------------

  private saveTasks(): SavedTasks {
    return structuredCopy({ tasks: this.tasks, running: this.running?.pid })
  }

  private loadTasks(saved: SavedTasks): void {
    const copy = structuredCopy(saved)
    this.tasksByPid.clear()
    for (const task of copy.tasks) this.tasksByPid.set(task.pid, task)
    this.running = copy.running === undefined ? undefined : this.tasksByPid.get(copy.running)
  }
}

interface SavedTasks {
  readonly tasks: readonly Task[]
  readonly running: number | undefined
}

/** Tasks and their mms are plain data: JSON copies them whole. */
const structuredCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
