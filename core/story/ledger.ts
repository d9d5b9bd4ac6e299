/**
 * One process's account: what each line added to its counters. Columns of one row a line; the sums of the columns are the
 * counters themselves.
 */
import { PAGE_KB } from '../base/index.js'
import type { StoryLineRow, StoryMoved } from '../protocol/index.js'

/** Pages, and faults and calls. */
export interface Amounts {
  anon: number
  file: number
  shmem: number
  dirty: number
  tables: number
  minflt: number
  majflt: number
  calls: number
}

export interface LineAccount extends Amounts {
  readonly line: number
  readonly functionName: string
}

export const noAmounts = (): Amounts => ({
  anon: 0,
  file: 0,
  shmem: 0,
  dirty: 0,
  tables: 0,
  minflt: 0,
  majflt: 0,
  calls: 0,
})

export const movedOf = (of: Amounts): StoryMoved => ({
  anonKb: of.anon * PAGE_KB,
  fileKb: of.file * PAGE_KB,
  shmemKb: of.shmem * PAGE_KB,
  dirtyKb: of.dirty * PAGE_KB,
  tablesKb: of.tables * PAGE_KB,
})

export class Ledger {
  private accounts = new Map<string, LineAccount>()

  account(line: number, functionName: string): LineAccount {
    const key = `${line} ${functionName}`
    let account = this.accounts.get(key)
    if (!account) this.accounts.set(key, (account = { line, functionName, ...noAmounts() }))
    return account
  }

  rows(): Omit<StoryLineRow, 'changed'>[] {
    return [...this.accounts]
      .sort(([, a], [, b]) => a.line - b.line)
      .map(([key, a]) => ({
        key,
        line: a.line,
        functionName: a.functionName,
        minflt: a.minflt,
        majflt: a.majflt,
        calls: a.calls,
        moved: movedOf(a),
      }))
  }

  get saved(): readonly LineAccount[] {
    return [...this.accounts.values()].map((account) => ({ ...account }))
  }
  static from(saved: readonly LineAccount[]): Ledger {
    const ledger = new Ledger()
    for (const account of saved) ledger.accounts.set(`${account.line} ${account.functionName}`, { ...account })
    return ledger
  }
}
