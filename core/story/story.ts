/**
 * OBSERVER of the trace: turns events into rows that say what happened, why, and on which line of the source; and keeps for
 * each line what it cost. It listens to every event, so what the ring overwrites is not lost to it.
 *
 * Alike faults and calls (same line, same branch, same mapping's origin) are rows of their own only a few times between two
 * stops; the rest are folded into one row that counts. So a loop over a gigabyte is a few rows.
 *
 * Left out: pages that become dirty without a fault, by the hardware or because another process wrote to them; changes that
 * a system call of one process makes to another's memory are told with the other's next call.
 */
import { PAGE_KB } from '../base/index.js'
import { PTRS_PER_TABLE } from '../arch/x86/index.js'
import type { Kernel } from '../kernel/index.js'
import { rssPages, VM_EXEC, VM_MAYSHARE, VM_READ, VM_WRITE } from '../mm/vma/index.js'
import { mappingAt } from '../proc/index.js'
import type { StoryFault, StoryLineRow, StoryMapping, StoryMark, StoryRow, VmaChange } from '../protocol/index.js'
import {
  Backing,
  FaultAction,
  faultAction,
  faultFacts,
  faultKind,
  faultTables,
  MmBranch,
  PteState,
  Tracepoint,
  VmaFound,
} from '../trace/index.js'
import { callArguments, callName, errorName } from './calls.js'
import { movedOf, noAmounts, type Amounts } from './ledger.js'
import { BEFORE_MAIN, type Place, type Source } from './place.js'
import { ProcessAccount, type SavedProcess } from './process.js'

/** Rows of one kind on one line between two stops that are told one by one. */
const SINGLE = 8

/** What a row stands for beyond its first event. */
interface Fold {
  count: number
  lastAddress: number
  pages: number
  minflt: number
  majflt: number
  readonly amounts: Amounts
}

/** How often a kind of event came since the stop, and the row that the rest is folded into. */
interface Run {
  seen: number
  row: number
}

/** Times are absolute here, and `changed` is the view's business. */
type Bare<T> = T extends StoryRow ? Omit<T, 'changed'> : never
type BareRow = Bare<StoryRow>

interface SavedStory {
  readonly rows: readonly BareRow[]
  readonly folds: readonly (readonly [number, Fold])[]
  readonly runs: readonly (readonly [string, Run])[]
  readonly processes: readonly (readonly [number, SavedProcess])[]
  readonly stop: number
  readonly stoppedAt: number
  readonly zero: number
}

/** main has returned: there is no statement any more. */
const AFTER_MAIN = -1

const ACCESS = ['read', 'write', 'exec'] as const

/** Names of ids, by id. */
const namesOf = <T extends Readonly<Record<string, number>>>(ids: T): ReadonlyMap<number, keyof T & string> =>
  new Map(Object.entries(ids).map(([name, id]) => [id, name]))
const ACTIONS = namesOf(FaultAction)
const STATES = namesOf(PteState)
const BACKINGS = namesOf(Backing)
const FOUND = namesOf(VmaFound)
const BRANCHES = Object.entries(MmBranch) as [keyof typeof MmBranch, number][]

export class Story {
  private rows: BareRow[] = []
  private folds = new Map<number, Fold>()
  private runs = new Map<string, Run>()
  private processes = new Map<number, ProcessAccount>()
  private stop = 0
  /** Events there were at the last stop. */
  private stoppedAt = -1
  private zero = 0
  private place: Place = BEFORE_MAIN
  private source: Source | undefined
  private readonly lines = new Map<number, { readonly line: number; readonly functionName: string }>()
  /** Of the system call that has not returned yet, or of the stack that a fault grew. */
  private changes: number[] = []
  private inCall: number[] = []
  private readonly own = noAmounts()
  private inCallDirty = 0
  /** The event before, to know its like without making a key. */
  private readonly last = { pid: -1, codePoint: -1, call: '', symbol: '', kind: -1, vmaStart: -1 }
  private lastRun: Run | undefined

  constructor(private readonly kernel: Kernel) {
    kernel.registry.table('story', { save: () => this.save(), load: (saved: SavedStory) => this.load(saved) })
    kernel.trace.observe((point, time, pid) => this.event(point, time, pid))
  }

  /** main is about to run: from here on lines are known, and times count. */
  begin(pid: number, place: Place, source: Source): void {
    this.place = place
    this.source = source
    this.zero = this.kernel.clock.now
    this.settle(pid)
    this.changes = []
    this.mark(pid, 'main', 0)
    this.forgetRuns()
  }

  /** The program stands still, waiting for input. Noting it twice, as after a restore, is noting it once. */
  noteStop(pid: number): void {
    if (this.stoppedAt === this.kernel.trace.count) return
    this.stoppedAt = this.kernel.trace.count
    this.mark(pid, 'stop', this.stop)
    this.stop++
    this.forgetRuns()
  }

  get length(): number {
    return this.rows.length
  }

  window(from: number, count: number): readonly BareRow[] {
    return this.rows.slice(from, from + count).map((row, i) => this.whole(row, from + i))
  }

  /** When a fault or a system call was told, since main began, in order and each instant once. Nanoseconds since exec. */
  eventTimes(): readonly number[] {
    const times: number[] = []
    for (const row of this.rows) {
      const time = row.time - this.zero
      if (isEvent(row) && time > 0 && time !== times.at(-1)) times.push(time)
    }
    return times
  }

  linesOf(pid: number): Omit<StoryLineRow, 'changed'>[] {
    return this.processes.get(pid)?.ledger.rows() ?? []
  }

  private whole(row: BareRow, index: number): BareRow {
    const time = row.time - this.zero
    const fold = this.folds.get(index)
    if (!fold) return { ...row, time }
    const { count, lastAddress, pages, minflt, majflt, amounts } = fold
    const moved = movedOf(amounts)
    return row.kind === 'fault'
      ? { ...row, time, count, moved, lastAddress, pages, minflt, majflt }
      : { ...row, time, count, moved }
  }

  // ---- events -----------------------------------------------------------------------------------------------------

  private event(point: Tracepoint, time: number, tid: number): void {
    const pid = this.kernel.tasks.get(tid)?.group.tgid ?? tid
    switch (point) {
      case Tracepoint.PageFault:
        return this.fault(time, pid)
      case Tracepoint.RssStat:
        return this.rssStat(pid)
      case Tracepoint.SysExit:
        return this.sysExit(time, pid)
      case Tracepoint.Exec:
        return void this.process(pid)
      case Tracepoint.Fork:
        return void this.process(this.number(1))
      case Tracepoint.Exit:
        return this.exit(pid)
      case Tracepoint.VmaInsert:
      case Tracepoint.VmaRemove:
      case Tracepoint.VmaSplit:
      case Tracepoint.VmaFlags:
      case Tracepoint.VmaGrow:
      case Tracepoint.PagesMoved:
        return this.mapping(point, pid)
      default:
    }
  }

  private number(column: number): number {
    return this.kernel.trace.number(column)
  }

  private here(): { readonly line: number; readonly functionName: string } {
    const { codePoint } = this.place
    let here = this.lines.get(codePoint)
    if (!here) {
      const line = codePoint < 0 ? 0 : (this.source?.spanOf(codePoint)?.line ?? AFTER_MAIN)
      here = { line, functionName: codePoint < 0 ? '' : (this.source?.functionOf(codePoint) ?? '') }
      this.lines.set(codePoint, here)
    }
    return here
  }

  private process(pid: number): ProcessAccount {
    let process = this.processes.get(pid)
    if (!process) {
      const task = this.kernel.tasks.get(pid)
      const parent = task && this.processes.get(task.group.ppid)
      process = new ProcessAccount(parent)
      this.processes.set(pid, process)
      this.settle(pid)
    }
    return process
  }

  /** What nothing told of belongs to no line: what exec did itself, or what fork handed down. */
  private settle(pid: number): void {
    const task = this.kernel.tasks.get(pid)
    if (task) this.process(pid).settle(task)
  }

  // ---- faults -----------------------------------------------------------------------------------------------------

  private fault(time: number, pid: number): void {
    const known = this.processes.has(pid)
    const process = this.process(pid)
    const word = this.number(1)
    const here = this.here()
    const faults = process.fault(here, word, this.number(4), this.number(5), this.number(6), this.number(7), known)
    if (this.kernel.call.running) this.inCallDirty += this.number(7)
    const run = this.runOf(pid, word, this.number(2))
    run.seen++
    if (run.seen > SINGLE + 1) return this.addFault(run.row, faults)
    run.row = this.rows.length
    if (run.seen === SINGLE + 1) this.folds.set(run.row, { ...this.freshFold(faults) })
    if (this.kernel.call.running) this.inCall.push(run.row)
    this.rows.push(this.faultRow(time, pid, faults))
  }

  private freshFold(faults: Amounts): Fold {
    return {
      count: 1,
      lastAddress: this.number(0),
      pages: this.pages(),
      minflt: faults.minflt,
      majflt: faults.majflt,
      amounts: this.faultAmounts(noAmounts()),
    }
  }

  private addFault(row: number, faults: Amounts): void {
    const fold = this.folds.get(row)
    if (!fold) return
    fold.count++
    fold.lastAddress = this.number(0)
    fold.pages += this.pages()
    fold.minflt = faults.minflt
    fold.majflt = faults.majflt
    this.faultAmounts(fold.amounts)
  }

  /** Adds what the fault moved. */
  private faultAmounts(to: Amounts): Amounts {
    to.anon += this.number(4)
    to.file += this.number(5)
    to.shmem += this.number(6)
    to.dirty += this.number(7)
    to.tables += faultTables(this.number(1))
    return to
  }

  /** Pages entered into the page table. */
  private pages(): number {
    const action = faultAction(this.number(1))
    if (action === FaultAction.HugePage || action === FaultAction.HugeZeroPage) return PTRS_PER_TABLE
    if (action === FaultAction.Bad || action === FaultAction.Reuse || action === FaultAction.Spurious) return 0
    return Math.max(1, this.number(5) + this.number(6))
  }

  private runOf(pid: number, word: number, vmaStart: number): Run {
    const { codePoint, call, symbol } = this.place
    const kind = faultKind(word)
    const { last } = this
    const same =
      last.kind === kind &&
      last.codePoint === codePoint &&
      last.vmaStart === vmaStart &&
      last.call === call &&
      last.symbol === symbol &&
      last.pid === pid
    if (same && this.lastRun) return this.lastRun
    Object.assign(last, { pid, codePoint, call, symbol, kind, vmaStart })
    const origin = this.process(pid).origins.at(this.number(0))
    const { line, functionName } = this.here()
    const key = `${pid} ${line} ${functionName} ${call} ${symbol} ${kind} ${origin.line} ${origin.call}`
    return (this.lastRun = this.run(key))
  }

  private run(key: string): Run {
    let run = this.runs.get(key)
    if (!run) this.runs.set(key, (run = { seen: 0, row: -1 }))
    return run
  }

  private forgetRuns(): void {
    this.runs.clear()
    this.lastRun = undefined
  }

  private faultRow(time: number, pid: number, faults: Amounts): BareRow {
    const facts = faultFacts(this.number(1))
    const address = this.number(0)
    const { symbol, buffering } = this.place
    const anonymous = facts.backing === Backing.Anonymous
    const row: Bare<StoryFault> = {
      ...this.happened(time, pid),
      kind: 'fault',
      doing: symbol !== '' ? 'code' : buffering && anonymous ? 'buffer' : '',
      symbol,
      access: ACCESS[facts.access],
      inCall: facts.inCall,
      during: '',
      address,
      lastAddress: address,
      found: FOUND.get(facts.found)!,
      mapping: this.mappingOf(pid, address),
      permitted: facts.permitted,
      before: STATES.get(facts.before)!,
      backing: BACKINGS.get(facts.backing)!,
      action: ACTIONS.get(facts.action)!,
      major: facts.major,
      frame: this.number(3),
      pages: this.pages(),
      minflt: faults.minflt,
      majflt: faults.majflt,
      moved: movedOf(this.faultAmounts(noAmounts())),
    }
    if (!facts.inCall) this.changes = []
    return row
  }

  private happened(time: number, pid: number) {
    const { line, functionName } = this.here()
    const { call } = this.place
    return { index: this.rows.length, pid, time, stop: this.stop, line, functionName, call, count: 1 }
  }

  private mappingOf(pid: number, address: number): StoryMapping | undefined {
    const mapping = mappingAt(this.kernel, pid, address)
    if (!mapping?.vma) return undefined
    const piece = this.process(pid).origins.at(address)
    const { start, end } = mapping.vma
    const name = mapping.name.slice(mapping.name.lastIndexOf('/') + 1)
    return { start, end, perms: mapping.perms, name, line: piece.line, call: piece.call, piece: piece.start }
  }

  // ---- system calls -----------------------------------------------------------------------------------------------

  private rssStat(pid: number): void {
    const { own } = this
    const process = this.process(pid)
    process.known(own, this.number(0), this.number(1), this.number(2), this.number(3))
    own.dirty = this.number(4) - this.number(5) - this.inCallDirty
    process.add(this.here(), own)
  }

  private sysExit(time: number, pid: number): void {
    const nr = this.number(0)
    const process = this.process(pid)
    process.account(this.here()).calls++
    const name = callName(nr)
    for (const row of this.inCall) this.rows[row] = { ...this.rows[row], during: name } as BareRow
    this.inCall = []
    this.inCallDirty = 0
    const { line, functionName } = this.here()
    const result = this.number(1)
    const branches = this.number(2)
    const error = result < 0 ? result : 0
    const run = this.run(`${pid} ${line} ${functionName} ${this.place.call} call ${nr} ${branches} ${error}`)
    run.seen++
    this.lastRun = undefined
    if (run.seen > SINGLE + 1) this.addCall(run.row)
    else {
      run.row = this.rows.length
      if (run.seen === SINGLE + 1) this.folds.set(run.row, { ...NO_FOLD, amounts: { ...this.own } })
      this.rows.push(this.callRow(time, pid, name, result, branches))
    }
    Object.assign(this.own, noAmounts())
    this.changes = []
  }

  private addCall(row: number): void {
    const fold = this.folds.get(row)
    if (!fold) return
    fold.count++
    addTo(fold.amounts, this.own)
  }

  private callRow(time: number, pid: number, name: string, result: number, branches: number): BareRow {
    const args = [this.number(3), this.number(4), this.number(5), this.number(6), this.number(7)]
    return {
      ...this.happened(time, pid),
      kind: 'call',
      doing: this.doingOf(name, branches),
      symbol: '',
      name,
      args: callArguments(name, args),
      result,
      error: errorName(result),
      branches: BRANCHES.filter(([, bit]) => (branches & bit) !== 0).map(([id]) => id),
      changes: changesOf(this.changes),
      moved: movedOf(this.own),
    }
  }

  /** libc asks the kernel for memory only through the allocator, unless the program called that function itself. */
  private doingOf(name: string, branches: number): StoryRow['doing'] {
    const { call, buffering } = this.place
    if (call === '' || call === name || call === 'sbrk' || call === 'mmap64') return ''
    const gives = name === 'munmap' || name === 'madvise' || (name === 'brk' && (branches & MmBranch.Shrank) !== 0)
    if (gives) return 'free'
    if (name !== 'brk' && name !== 'mmap' && name !== 'mremap' && name !== 'mprotect') return ''
    return buffering ? 'buffer' : 'malloc'
  }

  private mapping(point: Tracepoint, pid: number): void {
    const { origins } = this.process(pid)
    const a = this.number(0)
    const b = this.number(1)
    if (point === Tracepoint.VmaInsert) {
      origins.insert(a, b, this.here().line, this.place.call)
    } else if (point === Tracepoint.VmaRemove) origins.remove(a, b)
    this.changes.push(point, a, b, this.number(2), this.number(3), this.number(4), this.number(5))
  }

  // ---- standing still ---------------------------------------------------------------------------------------------

  private exit(pid: number): void {
    const signal = this.number(1)
    this.mark(pid, signal === 0 ? 'exit' : 'signal', signal === 0 ? this.number(0) : signal)
  }

  private mark(pid: number, kind: StoryMark['kind'], value: number): void {
    const task = this.kernel.tasks.get(pid)
    this.rows.push({
      ...this.happened(this.kernel.clock.now, pid),
      kind,
      doing: '',
      symbol: '',
      value,
      rssKb: task?.mm ? rssPages(task.mm) * PAGE_KB : 0,
      minflt: task?.group.minFlt ?? 0,
      majflt: task?.group.majFlt ?? 0,
      moved: movedOf(noAmounts()),
    })
  }

  // ---- snapshots --------------------------------------------------------------------------------------------------

  private save(): SavedStory {
    return {
      rows: [...this.rows],
      folds: [...this.folds].map(([row, fold]) => [row, { ...fold, amounts: { ...fold.amounts } }]),
      runs: [...this.runs].map(([key, run]) => [key, { ...run }]),
      processes: [...this.processes].map(([pid, process]) => [pid, process.save()]),
      stop: this.stop,
      stoppedAt: this.stoppedAt,
      zero: this.zero,
    }
  }

  private load(saved: SavedStory): void {
    this.rows = [...saved.rows]
    this.folds = new Map(saved.folds.map(([row, fold]) => [row, { ...fold, amounts: { ...fold.amounts } }]))
    this.runs = new Map(saved.runs.map(([key, run]) => [key, { ...run }]))
    this.processes = new Map(saved.processes.map(([pid, process]) => [pid, ProcessAccount.from(process)]))
    this.stop = saved.stop
    this.stoppedAt = saved.stoppedAt
    this.zero = saved.zero
    this.lastRun = undefined
    this.changes = []
    this.inCall = []
  }
}

const isEvent = ({ kind }: BareRow): boolean => kind === 'fault' || kind === 'call'

const NO_FOLD = { count: 1, lastAddress: 0, pages: 0, minflt: 0, majflt: 0 }

function addTo(sum: Amounts, more: Readonly<Amounts>): void {
  sum.anon += more.anon
  sum.file += more.file
  sum.shmem += more.shmem
  sum.dirty += more.dirty
  sum.tables += more.tables
}

const permsOf = (flags: number): string =>
  (flags & VM_READ ? 'r' : '-') +
  (flags & VM_WRITE ? 'w' : '-') +
  (flags & VM_EXEC ? 'x' : '-') +
  (flags & VM_MAYSHARE ? 's' : 'p')

const mergedOf = (branches: number): 'no' | 'below' | 'above' | 'both' => {
  const below = (branches & MmBranch.MergedBelow) !== 0
  const above = (branches & MmBranch.MergedAbove) !== 0
  return below ? (above ? 'both' : 'below') : above ? 'above' : 'no'
}

const CHANGE_WIDTH = 7

/** Tracepoint and columns of each change, one behind the other. */
const changesOf = (numbers: readonly number[]): VmaChange[] =>
  Array.from({ length: numbers.length / CHANGE_WIDTH }, (_, i) => {
    const [point, a, b, c, d, e, f] = numbers.slice(i * CHANGE_WIDTH)
    return changeOf(point as Tracepoint, a, b, c, d, e, f)
  })

/** The numbers are the event's columns, in order. */
function changeOf(point: Tracepoint, a: number, b: number, c: number, d: number, e: number, f: number): VmaChange {
  switch (point) {
    case Tracepoint.VmaInsert:
      return { change: 'insert', start: a, end: b, perms: permsOf(c), merged: mergedOf(f) }
    case Tracepoint.VmaSplit:
      return { change: 'split', at: a, start: b, end: c }
    case Tracepoint.VmaFlags:
      return { change: 'flags', start: a, end: b, from: permsOf(c), perms: permsOf(d), merged: mergedOf(e) }
    case Tracepoint.VmaGrow:
      return { change: 'grow', from: a, start: b, end: c }
    case Tracepoint.PagesMoved:
      return { change: 'move', start: a, to: b, end: a + c }
    default:
      return { change: 'remove', start: a, end: b, perms: permsOf(c) }
  }
}
