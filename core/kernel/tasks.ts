/** All tasks of the machine, and which of them runs. Saved as plain data in which threads share what they share. */
import { assert, type StateTable } from '../base/index.js'
import type { Mm, VmaStructures } from '../mm/vma/index.js'
import { isLeader, type Task, type ThreadGroup } from './task.js'

interface SavedTask extends Omit<Task, 'group' | 'mm'> {
  readonly tgid: number
  /** Index of its address space. */
  readonly mm: number | null
}

interface SavedTasks {
  readonly groups: readonly ThreadGroup[]
  readonly mms: readonly Mm[]
  readonly tasks: readonly SavedTask[]
  readonly running: number
  /** The one that ran last, when it is no task any more: a thread that ended while nobody else could run. */
  readonly gone?: SavedTask
}

const PID_MAX = 32768
const RESERVED_PIDS = 300
/** A program that forks without end meets this limit before it meets the host's. */
const MAX_TASKS = 512

export class Tasks implements StateTable {
  private readonly byPid = new Map<number, Task>()
  /** In order of pids; made when asked for. */
  private sorted: readonly Task[] | undefined
  private running: Task | undefined

  /** @param structures where the mappings of restored address spaces come from */
  constructor(private readonly structures: VmaStructures) {}

  /** Processes by pid: the first thread of each. */
  get processes(): readonly Task[] {
    return this.all.filter(isLeader)
  }

  /** Every thread, by pid. */
  get all(): readonly Task[] {
    this.sorted ??= [...this.byPid.values()].sort((a, b) => a.pid - b.pid)
    return this.sorted
  }

  /** No room for another task: a limit of the simulation, told as RLIMIT_NPROC is. */
  get isFull(): boolean {
    return this.byPid.size >= MAX_TASKS
  }

  get(pid: number): Task | undefined {
    return this.byPid.get(pid)
  }

  /** Threads there are, zombies too. */
  get count(): number {
    return this.byPid.size
  }

  threadsOf(group: ThreadGroup): readonly Task[] {
    return this.all.filter((task) => task.group === group)
  }

  /** Address spaces in use, each once. */
  get mms(): readonly Mm[] {
    const all = new Set<Mm>()
    for (const { mm } of this.byPid.values()) if (mm) all.add(mm)
    return [...all]
  }

  /** A task that lives in the address space: the first by pid. */
  inside(mm: Mm): Task | undefined {
    return this.all.find((task) => task.mm === mm)
  }

  get current(): Task {
    assert(this.running, 'a task is running')
    return this.running
  }

  /** 0 before there is a task: what happens then is the boot's. */
  get runningPid(): number {
    return this.running?.pid ?? 0
  }

  add(task: Task): void {
    this.byPid.set(task.pid, task)
    this.sorted = undefined
    this.running ??= task
  }

  remove(task: Task): void {
    this.byPid.delete(task.pid)
    this.sorted = undefined
  }

  run(task: Task): void {
    this.running = task
  }

  /** The next free number behind `last`, from the start again when they are used up. @mm alloc_pid kernel/pid.c */
  freePid(last: number): number {
    let pid = last + 1
    while (pid >= PID_MAX || this.byPid.has(pid)) pid = pid >= PID_MAX ? RESERVED_PIDS : pid + 1
    return pid
  }

  save(): SavedTasks {
    const { mms, running } = this
    const gone = running && this.byPid.get(running.pid) !== running ? [running] : []
    const groups = [...new Set([...this.all, ...gone].map((task) => task.group))]
    const saved = ({ group, mm, ...rest }: Task): SavedTask => ({
      ...rest,
      tgid: group.tgid,
      mm: mm ? mms.indexOf(mm) : null,
    })
    const plain = { groups, tasks: this.all.map(saved), running: this.runningPid, gone: gone.map(saved).at(0) }
    return { ...plainCopy(plain), mms: mms.map((mm) => copyMm(mm)) }
  }

  load(saved: SavedTasks): void {
    const { groups, tasks, running, gone } = plainCopy({ ...saved, mms: [] })
    const mms = saved.mms.map((mm) => copyMm(mm, this.structures))
    this.structures.rmap.clear()
    for (const mm of mms) {
      mm.vmas.belongsTo(mm)
      mm.vmas.linkAll()
    }
    const groupOf = new Map(groups.map((group) => [group.tgid, group]))
    this.byPid.clear()
    this.sorted = undefined
    const loaded = ({ tgid, mm, ...rest }: SavedTask): Task => {
      const group = groupOf.get(tgid)
      assert(group, `task ${rest.pid} has a group`)
      return { ...rest, wait: rest.wait, group, mm: mm === null ? undefined : mms[mm] }
    }
    for (const task of tasks) this.byPid.set(task.pid, loaded(task))
    this.running = gone ? loaded(gone) : this.byPid.get(running)
  }
}

/** Address spaces share the parts of their index of mappings that neither changes. */
const copyMm = (mm: Mm, structures?: VmaStructures): Mm => ({
  ...plainCopy({ ...mm, vmas: undefined }),
  vmas: mm.vmas.clone(structures),
})

/** Tasks are plain data: JSON copies them whole. */
const plainCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
