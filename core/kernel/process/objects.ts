/**
 * The structures that a task is made of (kernel/fork.c, kernel/exit.c): which there are, and when they go.
 *
 * Left out: fs_struct, nsproxy, the kernel's stack; objects are freed at once, not after a grace period of RCU.
 */
import type { SlabObject } from '../../mm/slab/index.js'
import type { Kernel } from '../kernel.js'
import { isLeader, type Task, type ThreadGroup } from '../task.js'

/** What a thread has for itself; it shares the credentials. */
export const THREAD_CACHES = ['task_struct', 'pid'] as const
/** What a process's first thread has. */
export const TASK_CACHES = ['task_struct', 'cred', 'pid'] as const
/** What the threads of a process share, besides the table of descriptors. */
export const GROUP_CACHES = ['sighand_cache', 'signal_cache'] as const

export interface ProcessObjects {
  readonly task: readonly SlabObject[]
  readonly group: readonly SlabObject[]
  readonly files: SlabObject
}

/** All the structures of a new process but its address space, or undefined. @mm copy_process kernel/fork.c */
export function processObjects(kernel: Kernel): ProcessObjects | undefined {
  const { objects } = kernel.parts.mm
  const all = objects.allocAll([...TASK_CACHES, 'files_cache', ...GROUP_CACHES])
  if (!all) return undefined
  const [files] = all.slice(TASK_CACHES.length)
  return { task: all.slice(0, TASK_CACHES.length), files, group: all.slice(TASK_CACHES.length + 1) }
}

export function freeProcessObjects(kernel: Kernel, { task, group, files }: ProcessObjects): void {
  kernel.parts.mm.objects.freeAll([...group, files, ...task])
}

/** The table of descriptors goes when the process ends. @mm exit_files fs/file.c */
export function freeFilesObject(kernel: Kernel, group: ThreadGroup): void {
  if (group.filesObject !== 0) kernel.parts.mm.objects.freeAll([group.filesObject])
  group.filesObject = 0
}

/** Nobody will ask for it any more: its structures go. @mm release_task kernel/exit.c */
export function releaseObjects(kernel: Kernel, task: Task): void {
  const { group } = task
  if (isLeader(task)) {
    kernel.parts.mm.objects.freeAll(group.objects)
    group.objects = []
  }
  kernel.parts.mm.objects.freeAll(task.objects)
  task.objects = []
}
