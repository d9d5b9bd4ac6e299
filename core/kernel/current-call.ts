/**
 * The system call that is being served: its arguments, the ways it took and what the address space had before it. Only
 * while a call runs does it hold anything, and nothing stops in the middle of one (a call that has to wait is given up
 * and issued again), so it is no state of the machine.
 */
import type { Mm } from '../mm/vma/index.js'
import type { Kernel } from './kernel.js'

const ARGUMENTS = 5

export class CurrentCall {
  readonly args = new Float64Array(ARGUMENTS)
  branches = 0
  /** Dirty pages when it began. */
  dirty = 0
  private depth = 0
  private anon = 0
  private file = 0
  private shmem = 0
  private tables = 0

  get running(): boolean {
    return this.depth > 0
  }

  enter(mm: Mm | undefined, args: readonly unknown[]): void {
    if (this.depth++ > 0) return
    for (let i = 0; i < ARGUMENTS; i++) this.args[i] = typeof args[i] === 'number' ? (args[i] as number) : 0
    this.branches = 0
    this.anon = mm?.rss.anon ?? 0
    this.file = mm?.rss.file ?? 0
    this.shmem = mm?.rss.shmem ?? 0
    this.tables = mm?.pgd.tables ?? 0
    this.dirty = mm?.pgd.dirtyPages ?? 0
  }

  leave(): void {
    this.depth--
  }

  /** Notes ways taken, as MmBranch bits. */
  took(branches: number): void {
    this.branches |= branches
  }

  /** The address space has not what it had when the call began. */
  moved({ rss, pgd }: Mm): boolean {
    return (
      rss.anon !== this.anon ||
      rss.file !== this.file ||
      rss.shmem !== this.shmem ||
      pgd.tables !== this.tables ||
      pgd.dirtyPages !== this.dirty
    )
  }
}

/** No calls, but used by every one. */
const INNER: ReadonlySet<string> = new Set(['constructor', 'done', 'file'])

type Method = (...args: readonly unknown[]) => unknown

/** Has the kernel know of each call to a method of the table while it runs. */
export function noteCalls(table: object, kernel: Kernel): void {
  for (let type: unknown = Object.getPrototypeOf(table); type !== Object.prototype; type = Object.getPrototypeOf(type))
    for (const name of Object.getOwnPropertyNames(type))
      if (!INNER.has(name) && !Object.hasOwn(table, name)) note(table as Record<string, Method>, name, kernel)
}

function note(table: Record<string, Method>, name: string, kernel: Kernel): void {
  const method = table[name].bind(table)
  table[name] = (...args) => {
    kernel.call.enter(kernel.current.mm, args)
    try {
      return method(...args)
    } finally {
      kernel.call.leave()
    }
  }
}
