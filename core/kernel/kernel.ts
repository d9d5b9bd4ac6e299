/**
 * The machine: one root for all state, wired in {@link boot} and nowhere else. It knows which task runs, answers its
 * faults and keeps its counters and the virtual clock.
 *
 * Left out: interrupts, more than one CPU.
 */
import type { Clock } from '../base/index.js'
import { assert, PAGE_SIZE, type Pfn, type StateRegistry, type VAddr } from '../base/index.js'
import type { Tlb } from '../arch/x86/index.js'
import type { Trace } from '../trace/index.js'
import { FaultAction, faultWord, Tracepoint } from '../trace/index.js'
import type { Arena, FrameContents, MemMap, PageAllocator } from '../mm/phys/index.js'
import { OutOfMemory, type PageTables } from '../mm/pgtable/index.js'
import type { PageCache } from '../mm/backing/index.js'
import { Access, FaultOutOfMemory, freshResult, handleFault, type FaultContext } from '../mm/fault/index.js'
import { VM_SHARED, vmaAt, type MemoryLimits, type Mm } from '../mm/vma/index.js'
import type { Profile } from '../profiles/index.js'
import { CurrentCall } from './current-call.js'
import { defaultRlimits, memoryLimits } from './rlimits.js'
import { OpenFiles, Pipes } from './fs/index.js'
import { exitGroup } from './process/exit.js'
import { Khugepaged } from './khugepaged.js'
import { Scheduler } from './scheduler.js'
import { Signals } from './signal/signals.js'
import type { Task } from './task.js'
import { Tasks } from './tasks.js'
import { Tty } from './tty.js'
import { UserAccess, type FaultService } from './uaccess.js'
import {
  Errno,
  O_RDONLY,
  O_WRONLY,
  ProcessEnded,
  REG_FUEL,
  SIGINT,
  SIGKILL,
  UserFault,
  type UserCode,
} from './uapi/index.js'

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
  /** What chance there is: the turns of tasks. */
  readonly seed: number
}

export class Kernel implements FaultService {
  readonly registry: StateRegistry
  readonly profile: Profile
  readonly clock: Clock
  readonly trace: Trace
  readonly user: UserAccess
  readonly tty = new Tty(() => this.signals.sendToForeground(SIGINT))
  readonly files: OpenFiles
  readonly pipes = new Pipes((id) => this.scheduler.wake(`pipe ${id}`))
  readonly tasks: Tasks
  readonly scheduler: Scheduler
  readonly signals = new Signals(this)
  readonly khugepaged = new Khugepaged(this)
  /** The program's code, once there is one: where handlers and threads begin. */
  code: UserCode | undefined
  /** Told of each new process, so that what it has outside its memory can be copied. */
  processBorn: ((parent: number, child: number, sharesMemory: boolean) => void) | undefined
  /** The system call being served. */
  readonly call = new CurrentCall()
  private readonly result = { ...freshResult(), access: 0, inCall: false, tables: 0 }
  /** [statements run so far, REG_FUEL when the clock last looked, last pid given] */
  private readonly progress: Float64Array

  constructor(readonly parts: MachineParts) {
    this.registry = parts.registry
    this.profile = parts.profile
    this.clock = parts.clock
    this.trace = parts.trace
    this.files = new OpenFiles(parts.mm.objects)
    this.tasks = new Tasks(parts.mm.structures)
    this.user = new UserAccess(parts.arena, parts.map, parts.contents, parts.tables, parts.tlb, this)
    this.progress = parts.registry.column('kernel.progress', Float64Array, 3)
    parts.registry.table('tty', this.tty)
    this.scheduler = new Scheduler(this, parts.registry, parts.seed)
    parts.registry.table('open files', this.files)
    parts.registry.table('pipes', this.pipes)
    parts.registry.table('tasks', this.tasks)
    parts.registry.table('khugepaged', this.khugepaged)
  }

  // ---- tasks --------------------------------------------------------------------------------------------------

  get current(): Task {
    return this.tasks.current
  }

  /** 0 before there is a task: what happens then is the boot's. */
  get runningPid(): number {
    return this.tasks.runningPid
  }

  get mm(): Mm {
    const { mm } = this.current
    assert(mm, 'the running task has an address space')
    return mm
  }

  get lastPid(): number {
    return this.progress[2]
  }
  set lastPid(pid: number) {
    this.progress[2] = pid
  }

  /** Limits of the running task; before there is one, the machine's defaults. */
  memoryLimits(): MemoryLimits {
    return memoryLimits(this.runningPid === 0 ? defaultRlimits(this.profile) : this.current.group.rlimits)
  }

  /** Pages charged by all address spaces (vm_committed_as). */
  committedPages(): number {
    return this.tasks.mms.reduce((pages, mm) => pages + mm.committedVm, 0)
  }

  /** A task made by the boot: the first one runs. */
  addTask(task: Task): void {
    this.tasks.add(task)
    this.files.start(task.pid)
    this.lastPid = task.pid
  }

  /**
   * What a call does that has to wait: sleep, unless a signal's handler ran meanwhile.
   * @returns -EINTR
   * @throws WouldBlock
   */
  waitOn(on: string, until = 0): number {
    if (!this.current.interrupted) return this.scheduler.block(on, until)
    this.current.interrupted = false
    this.current.sleepUntil = 0
    return -Errno.EINTR
  }

  /** Names a word of memory for all who share it. @mm get_futex_key kernel/futex/core.c */
  futexId(address: number): string {
    const vma = vmaAt(this.mm, address)
    if (vma && vma.flags & VM_SHARED) return `${vma.file}:${vma.pgoff * PAGE_SIZE + address - vma.start}`
    return `${this.mm.pgd.frame}@${address}`
  }

  /** What the kernel writes to user memory before the running task goes on there. @mm exit_to_user_mode_loop kernel/entry/common.c */
  returnToUser(): void {
    const { current } = this
    if (current.setTid !== 0) {
      this.user.writeU32(current.setTid, current.pid)
      current.setTid = 0
    }
    if (!current.rseqStale) return
    current.rseqStale = false
    // cpu_id_start and cpu_id: there is one CPU. @mm rseq_update_cpu_node_id kernel/rseq.c
    if (current.rseq !== 0) this.user.writeU64(current.rseq, 0n)
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
    const nanoseconds = done * this.profile.costs.statement
    this.clock.advance(nanoseconds)
    if (done > 0 && this.runningPid > 0) this.current.spent.user += nanoseconds
  }

  /** Time that the kernel takes on the running task's account. @mm account_system_time kernel/sched/cputime.c */
  spend(nanoseconds: number): void {
    this.clock.advance(nanoseconds)
    this.current.spent.system += nanoseconds
  }

  /** Virtual time at which whoever drives the machine wants it to stand still, at the next statement. Not state. */
  haltAt = Infinity

  /** Takes the fuel away once that time has come: called wherever the clock moves while compiled code runs. */
  private haltIfDue(): void {
    if (this.clock.now < this.haltAt) return
    this.parts.arena.i32[REG_FUEL >> 2] = 0
    this.progress[1] = 0
  }

  emit(point: Tracepoint, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    this.trace.emit(point, this.clock.now, this.runningPid, a, b, c, d, e, f, g, h)
  }

  /** Leaves the event of a system call, after one of what the address space has if the call changed that. */
  emitSysExit(nr: number, result: number): void {
    const { call } = this
    const mm = this.current.mm
    if (mm && call.moved(mm))
      this.emit(
        Tracepoint.RssStat,
        mm.rss.anon,
        mm.rss.file,
        mm.rss.shmem,
        mm.pgd.tables,
        mm.pgd.dirtyPages,
        call.dirty,
      )
    const { args } = call
    this.emit(Tracepoint.SysExit, nr, result, call.branches, args[0], args[1], args[2], args[3], args[4])
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
    const { current, result, mm } = this
    const { anon, file, shmem } = mm.rss
    const { tables, dirtyPages } = mm.pgd
    result.access = access
    result.inCall = this.call.running
    try {
      handleFault(this.parts.mm, mm, address, access, result)
    } catch (error) {
      if (error instanceof OutOfMemory || error instanceof FaultOutOfMemory) this.killByOom()
      throw error
    }
    if (result.signal === 0) {
      if (result.major && !populating) {
        current.majFlt++
        current.group.majFlt++
      } else {
        current.minFlt++
        current.group.minFlt++
      }
      this.spend(this.faultCost())
    }
    if (result.action === FaultAction.HugePage || result.action === FaultAction.HugeZeroPage)
      this.khugepaged.enter(mm, vmaAt(mm, address))
    result.tables = mm.pgd.tables - tables
    const moved = mm.pgd.dirtyPages - dirtyPages
    const { rss } = mm
    this.emit(
      Tracepoint.PageFault,
      address,
      faultWord(result),
      result.vmaStart,
      result.frame,
      rss.anon - anon,
      rss.file - file,
      rss.shmem - shmem,
      moved,
    )
    this.haltIfDue()
    if (result.signal !== 0) throw new UserFault(result.signal, result.code, address, access === Access.Write)
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

  /** To be called when descriptors were closed: readers and writers of their pipes look again. */
  endsClosed(): void {
    this.pipes.closed((id) => this.files.pipeEnds(id, O_RDONLY) + this.files.pipeEnds(id, O_WRONLY) > 0)
  }

  // ---- end of a process ---------------------------------------------------------------------------------------

  /** Gives everything back; the task stays as a zombie for who waits for it and for the inspectors. */
  exit(task: Task, code: number, signal: number): void {
    exitGroup(this, task.group, code, signal)
  }
}
