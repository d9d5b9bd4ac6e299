/**
 * Open files: struct file (what open makes, shared by dup and fork) and each task's table of descriptors (fs/file.c).
 *
 * Left out: RLIMIT_NOFILE (a table has 1024 places), close-on-exec, locks.
 */
import { assert } from '../../base/index.js'
import type { KernelObjects, SlabObject } from '../../mm/slab/index.js'
import { Errno, O_ACCMODE, O_RDWR } from '../uapi/index.js'

/** What is open: the terminal, a device, a file by its inode number, or one end of a pipe by the pipe's. */
export type OpenKind = 'tty' | 'null' | 'zero' | 'dir' | 'file' | 'pipe'

export interface OpenFile {
  readonly kind: OpenKind
  /** Number of the inode or the pipe, 0 for anything else. */
  readonly ino: number
  readonly flags: number
  offset: number
  /** Descriptors that lead here. */
  users: number
  /** The struct file. */
  readonly object: SlabObject
}

/** Index of the open file behind each descriptor, -1 where there is none. */
type Descriptors = number[]

interface Saved {
  readonly files: readonly (OpenFile | null)[]
  readonly tables: readonly (readonly [number, Descriptors])[]
}

const MAX_FDS = 1024

export class OpenFiles {
  private files: (OpenFile | null)[] = []
  private readonly tables = new Map<number, Descriptors>()

  constructor(private readonly structures: KernelObjects) {}

  /** The first process starts with the terminal as 0, 1 and 2. */
  start(pid: number): void {
    const object = this.structures.alloc('filp')
    assert(object !== 0, 'there is memory for the terminal')
    const tty = this.add({ kind: 'tty', ino: 0, flags: O_RDWR, offset: 0, users: 3, object })
    this.tables.set(pid, [tty, tty, tty])
  }

  private table(pid: number): Descriptors {
    const table = this.tables.get(pid)
    assert(table, () => `process ${pid} has a table of descriptors`)
    return table
  }

  private add(file: OpenFile): number {
    const free = this.files.indexOf(null)
    const at = free < 0 ? this.files.length : free
    this.files[at] = file
    return at
  }

  get(pid: number, fd: number): OpenFile | undefined {
    const at = this.table(pid)[fd] ?? -1
    return at < 0 ? undefined : (this.files[at] ?? undefined)
  }

  /** Open descriptors of a task, for who only looks. */
  descriptors(pid: number): readonly number[] {
    const table = this.tables.get(pid)
    return table ? table.flatMap((at, fd) => (at < 0 ? [] : [fd])) : [0, 1, 2]
  }

  /** What a descriptor leads to, for who only looks. */
  kindOf(pid: number, fd: number): Pick<OpenFile, 'kind' | 'ino'> | undefined {
    const table = this.tables.get(pid)
    if (!table) return fd <= 2 ? { kind: 'tty', ino: 0 } : undefined
    return (table[fd] ?? -1) < 0 ? undefined : (this.files[table[fd]] ?? undefined)
  }

  /** Enters an open file at the lowest free descriptor: its number or -errno. @mm alloc_fd fs/file.c */
  install(pid: number, file: Omit<OpenFile, 'users' | 'object'>): number {
    const fd = this.lowestFree(pid)
    if (fd < 0) return -Errno.EMFILE
    const object = this.structures.alloc('filp')
    if (object === 0) return -Errno.ENOMEM
    this.table(pid)[fd] = this.add({ ...file, users: 1, object })
    return fd
  }

  private lowestFree(pid: number): number {
    const table = this.table(pid)
    const free = table.indexOf(-1)
    const fd = free < 0 ? table.length : free
    return fd < MAX_FDS ? fd : -1
  }

  /** A second descriptor for the same open file: the lowest free one, or `wanted`. @mm do_dup2 fs/file.c */
  dup(pid: number, fd: number, wanted = this.lowestFree(pid)): number {
    const table = this.table(pid)
    if (wanted < 0 || wanted >= MAX_FDS) return -1
    if (wanted === fd) return fd
    this.close(pid, wanted)
    while (table.length < wanted) table.push(-1)
    table[wanted] = table[fd]
    const file = this.get(pid, fd)
    assert(file, 'an open descriptor is duplicated')
    file.users++
    return wanted
  }

  close(pid: number, fd: number): boolean {
    const file = this.get(pid, fd)
    if (!file) return false
    const table = this.table(pid)
    if (--file.users === 0) {
      this.files[table[fd]] = null
      this.structures.freeAll([file.object])
    }
    table[fd] = -1
    return true
  }

  /** All descriptors of a task, as its end closes them. @mm exit_files fs/file.c */
  closeAll(pid: number): void {
    const table = this.tables.get(pid)
    if (!table) return
    for (let fd = 0; fd < table.length; fd++) this.close(pid, fd)
    this.tables.delete(pid)
  }

  /** The child's table: the same open files. @mm dup_fd fs/file.c */
  fork(parent: number, child: number): void {
    const table = [...this.table(parent)]
    this.tables.set(child, table)
    for (const at of table) {
      const file = at < 0 ? null : this.files[at]
      if (file) file.users++
    }
  }

  isOpen(ino: number): boolean {
    return this.files.some((file) => file?.kind === 'file' && file.ino === ino)
  }

  /** How many open ends of a pipe can be read from or written to. */
  pipeEnds(id: number, mode: number): number {
    return this.files.filter((file) => file?.kind === 'pipe' && file.ino === id && (file.flags & O_ACCMODE) === mode)
      .length
  }

  /** The struct files in use. */
  get open(): readonly OpenFile[] {
    return this.files.filter((file) => file !== null)
  }

  save(): Saved {
    return JSON.parse(JSON.stringify({ files: this.files, tables: [...this.tables] })) as Saved
  }
  load(saved: Saved): void {
    const { files, tables } = JSON.parse(JSON.stringify(saved)) as Saved
    this.files = [...files]
    this.tables.clear()
    for (const [pid, table] of tables) this.tables.set(pid, table)
  }
}
