/**
 * New processes and threads (kernel/fork.c).
 *
 * Left out: namespaces, process groups and sessions, RLIMIT_NPROC (the simulation has room for 512 tasks, then EAGAIN), separate tables for files and signal handlers.
 */
import { Errno, NO_SIGNALS, REG_ARGC, REG_ARGS, REG_BP, REG_PC, REG_PENDING, REG_RET, REG_SP } from '../uapi/index.js'
import type { NewThread } from '../uapi/index.js'
import { forkMm, type Mm } from '../../mm/vma/index.js'
import { OutOfMemory } from '../../mm/pgtable/index.js'
import { Tracepoint } from '../../trace/index.js'
import type { Kernel } from '../kernel.js'
import { DISABLED } from '../signal/alt-stack.js'
import { freeProcessObjects, processObjects, THREAD_CACHES, type ProcessObjects } from './objects.js'
import { newGroup, newTask, type Task, type ThreadGroup } from '../task.js'

type Words = number[]

const set32 = (words: Words, register: number, value: number): void => {
  words[(register - REG_PC) / 4] = value | 0
}
const set64 = (words: Words, register: number, value: number): void => {
  set32(words, register, value)
  set32(words, register + 4, Math.floor(value / 2 ** 32))
}

/**
 * A child with a copy of the address space; it will go on behind the libc call that asked, with 0.
 * @mm kernel_clone kernel/fork.c
 * @returns the child, or -errno
 */
export function fork(kernel: Kernel): Task | number {
  const parent = kernel.current
  if (kernel.tasks.isFull) return -Errno.EAGAIN
  const objects = processObjects(kernel)
  if (!objects) return -Errno.ENOMEM
  const mm = copyMm(kernel, kernel.mm)
  if (!mm) {
    freeProcessObjects(kernel, objects)
    return -Errno.ENOMEM
  }
  const child = newProcess(kernel, parent, mm, objects)
  child.setTid = child.clearTid
  return child
}

/** A child in the same address space; the parent sleeps until it has ended. */
export function vfork(kernel: Kernel): Task | number {
  if (kernel.tasks.isFull) return -Errno.EAGAIN
  const objects = processObjects(kernel)
  if (!objects) return -Errno.ENOMEM
  const child = newProcess(kernel, kernel.current, kernel.mm, objects)
  child.group.vforkParent = kernel.current.pid
  return child
}

function copyMm(kernel: Kernel, mm: Mm): Mm | undefined {
  try {
    const child = forkMm(kernel.parts.mm, mm)
    if (child) kernel.khugepaged.forked(mm, child)
    return child
  } catch (error) {
    if (error instanceof OutOfMemory) return undefined
    throw error
  }
}

function newProcess(kernel: Kernel, parent: Task, mm: Mm, objects: ProcessObjects): Task {
  const pid = kernel.tasks.freePid(kernel.lastPid)
  const from = parent.group
  const group: ThreadGroup = {
    ...newGroup(
      pid,
      from.tgid,
      from.rlimits.map((limit) => ({ ...limit })),
      from,
    ),
    actions: [...from.actions],
    objects: objects.group,
    filesObject: objects.files,
  }
  const words = kernel.scheduler.saveRegisters()
  set32(words, REG_PENDING, 0)
  set64(words, REG_RET, 0)
  const child = {
    ...newTask(pid, group, mm, parent.comm, parent.cmdline, kernel.clock.now),
    ...inherited(parent),
    registers: words,
    objects: objects.task,
  }
  kernel.files.fork(from.tgid, pid)
  kernel.processBorn?.(from.tgid, pid, mm === parent.mm)
  return born(kernel, child)
}

const inherited = ({ blocked, altStack, rseq, clearTid, threadPointer }: Task): Partial<Task> => ({
  blocked,
  altStack,
  rseq,
  clearTid,
  threadPointer,
  rseqStale: true,
})

function born(kernel: Kernel, child: Task): Task {
  kernel.tasks.add(child)
  kernel.lastPid = child.pid
  kernel.emit(Tracepoint.Fork, child.pid, child.group.tgid)
  return child
}

/** A thread of the running process. @mm copy_thread arch/x86/kernel/process.c */
export function clone(kernel: Kernel, thread: NewThread): Task | number {
  if (kernel.tasks.isFull) return -Errno.EAGAIN
  const point = kernel.code?.codePointAt(thread.entry) ?? -1
  if (point < 0) return -Errno.EINVAL
  const objects = kernel.parts.mm.objects.allocAll(THREAD_CACHES)
  if (!objects) return -Errno.ENOMEM
  const parent = kernel.current
  const pid = kernel.tasks.freePid(kernel.lastPid)
  const words: Words = Array.from({ length: (REG_ARGS - REG_PC) / 4 + 2 }, () => 0)
  set32(words, REG_PC, point)
  set64(words, REG_SP, thread.stack - 8)
  set64(words, REG_BP, 0)
  set32(words, REG_ARGC, 1)
  set64(words, REG_ARGS, thread.argument)
  const child: Task = {
    ...newTask(pid, parent.group, kernel.mm, parent.comm, parent.cmdline, kernel.clock.now),
    blocked: parent.blocked ?? NO_SIGNALS,
    registers: words,
    altStack: DISABLED,
    clearTid: thread.tidAddress,
    rseq: thread.rseqAddress,
    threadPointer: thread.threadPointer,
    rseqStale: true,
    objects,
  }
  return born(kernel, child)
}
