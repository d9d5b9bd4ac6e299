/** One process as the story knows it: its counters so far, whose line each part of them is, and who made its mappings. */
import type { Task } from '../kernel/index.js'
import { FaultAction, faultAction, faultIsMajor, faultTables } from '../trace/index.js'
import { Ledger, noAmounts, type Amounts, type LineAccount } from './ledger.js'
import { Origins } from './origins.js'

export interface SavedProcess {
  readonly told: Amounts
  readonly ledger: readonly LineAccount[]
  readonly origins: Origins['saved']
}

interface Line {
  readonly line: number
  readonly functionName: string
}

const NOWHERE: Line = { line: 0, functionName: '' }

export class ProcessAccount {
  ledger = new Ledger()
  origins: Origins
  /** Sum of everything told so far: the process's counters (but for dirty pages). */
  private told = noAmounts()
  private lastLine: Line | undefined
  private lastAccount: LineAccount | undefined

  /** @param parent whose mappings it has at first */
  constructor(parent?: ProcessAccount) {
    this.origins = parent ? Origins.from(parent.origins.saved) : Origins.empty()
  }

  account(line: Line): LineAccount {
    if (line === this.lastLine && this.lastAccount) return this.lastAccount
    this.lastLine = line
    return (this.lastAccount = this.ledger.account(line.line, line.functionName))
  }

  add(line: Line, amounts: Readonly<Amounts>): void {
    const account = this.account(line)
    for (const sum of [account, this.told]) {
      sum.anon += amounts.anon
      sum.file += amounts.file
      sum.shmem += amounts.shmem
      sum.dirty += amounts.dirty
      sum.tables += amounts.tables
    }
  }

  /** Counts a fault on a line. @returns the counters so far */
  fault(line: Line, word: number, anon: number, file: number, shmem: number, dirty: number, known: boolean): Amounts {
    const counted = faultAction(word) !== FaultAction.Bad
    const major = faultIsMajor(word)
    const minflt = counted && !major ? 1 : 0
    const majflt = counted && major ? 1 : 0
    this.count(this.account(line), word, anon, file, shmem, dirty, minflt, majflt, 1)
    if (known) this.count(this.told, word, anon, file, shmem, dirty, minflt, majflt, 1)
    // The process was first seen with this fault in its counters: so far they were nobody's.
    else this.count(this.account(NOWHERE), word, anon, file, shmem, dirty, minflt, majflt, -1)
    return this.told
  }

  private count(
    to: Amounts,
    word: number,
    anon: number,
    file: number,
    shmem: number,
    dirty: number,
    minflt: number,
    majflt: number,
    by: 1 | -1,
  ): void {
    to.anon += by * anon
    to.file += by * file
    to.shmem += by * shmem
    to.dirty += by * dirty
    to.tables += by * faultTables(word)
    to.minflt += by * minflt
    to.majflt += by * majflt
  }

  /** What has to be added to what was told to come to these counters. */
  known(own: Amounts, anon: number, file: number, shmem: number, tables: number): void {
    own.anon = anon - this.told.anon
    own.file = file - this.told.file
    own.shmem = shmem - this.told.shmem
    own.tables = tables - this.told.tables
  }

  settle({ mm, group }: Task): void {
    const { minFlt, majFlt } = group
    const account = this.account(NOWHERE)
    if (mm) {
      const own = noAmounts()
      this.known(own, mm.rss.anon, mm.rss.file, mm.rss.shmem, mm.pgd.tables)
      own.dirty = mm.pgd.dirtyPages - this.told.dirty
      this.add(NOWHERE, own)
    }
    account.minflt += minFlt - this.told.minflt
    account.majflt += majFlt - this.told.majflt
    this.told.minflt = minFlt
    this.told.majflt = majFlt
  }

  save(): SavedProcess {
    return { told: { ...this.told }, ledger: this.ledger.saved, origins: this.origins.saved }
  }
  static from(saved: SavedProcess): ProcessAccount {
    const process = new ProcessAccount()
    process.told = { ...saved.told }
    process.ledger = Ledger.from(saved.ledger)
    process.origins = Origins.from(saved.origins)
    return process
  }
}
