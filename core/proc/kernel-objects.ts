/**
 * Whose the kernel's objects are: every structure the machine holds in a slab, with the process, range or path that it is
 * about. What the slab panel says of an object, and what the invariants compare with the slabs themselves.
 */
import { hex } from '../base/index.js'
import { GROUP_CACHES, TASK_CACHES, THREAD_CACHES, type Kernel, type Task } from '../kernel/index.js'
import type { SlabObject } from '../mm/slab/index.js'

/** One object in use. Fields that do not apply are 0 or empty. */
export interface KernelObject {
  /** Its physical address. */
  readonly object: SlabObject
  /** Name of the C structure. */
  readonly structure: string
  readonly pid: number
  /** Range of addresses it is about, hex as in maps. */
  readonly start: string
  readonly end: string
  readonly path: string
}

const about = (object: SlabObject, structure: string, facts: Partial<KernelObject>): KernelObject => ({
  object,
  structure,
  pid: 0,
  start: '',
  end: '',
  path: '',
  ...facts,
})

/** Where a cache is not named after what it holds. */
const STRUCTURES: Readonly<Record<string, string>> = { sighand_cache: 'sighand_struct', signal_cache: 'signal_struct' }

function* ofTask(task: Task): Generator<KernelObject> {
  const { pid, group } = task
  const caches = task.objects.length === TASK_CACHES.length ? TASK_CACHES : THREAD_CACHES
  for (const [i, object] of task.objects.entries()) yield about(object, caches[i], { pid })
  if (group.tgid !== pid) return
  for (const [i, object] of group.objects.entries())
    yield about(object, STRUCTURES[GROUP_CACHES[i]] ?? GROUP_CACHES[i], { pid })
  if (group.filesObject !== 0) yield about(group.filesObject, 'files_struct', { pid })
}

function* ofMemory(kernel: Kernel): Generator<KernelObject> {
  for (const mm of kernel.tasks.mms) {
    const pid = kernel.tasks.inside(mm)?.pid ?? 0
    yield about(mm.object, 'mm_struct', { pid })
    for (const vma of mm.vmas) {
      const range = { pid, start: hex(vma.start, 8), end: hex(vma.end, 8) }
      yield about(vma.object ?? 0, 'vm_area_struct', range)
      for (const { object } of vma.anonChain) yield about(object, 'anon_vma_chain', range)
    }
  }
}

/** Each with the range of a mapping whose own it is; none of a child's end, for descendants may still need it. */
function* ofAnonVmas(kernel: Kernel): Generator<KernelObject> {
  const owners = new Map<number, Partial<KernelObject>>()
  for (const mm of kernel.tasks.mms) {
    const pid = kernel.tasks.inside(mm)?.pid ?? 0
    for (const { anonVma, start, end } of mm.vmas)
      if (!owners.has(anonVma)) owners.set(anonVma, { pid, start: hex(start, 8), end: hex(end, 8) })
  }
  for (const { id, object } of kernel.parts.mm.structures.anonVmas.all)
    yield about(object, 'anon_vma', owners.get(id) ?? {})
}

function* ofFiles(kernel: Kernel): Generator<KernelObject> {
  const { cache } = kernel.parts
  for (const { kind, ino, object } of kernel.files.open) {
    const path = kind === 'file' ? cache.inode(ino).path : kind === 'pipe' ? `pipe:[${ino}]` : kind
    yield about(object, 'file', { path })
  }
  for (const { objects, path } of cache.all) {
    const [inode, dentry] = objects
    yield about(inode, 'inode', { path })
    yield about(dentry, 'dentry', { path })
  }
}

/** Every object of the kernel in use. */
export function* kernelObjects(kernel: Kernel): Generator<KernelObject> {
  for (const task of kernel.tasks.all) yield* ofTask(task)
  yield* ofMemory(kernel)
  yield* ofAnonVmas(kernel)
  yield* ofFiles(kernel)
}
