/** Shared mappings: what tells them from private ones in flags and entries (mm/mmap.c, mm/mprotect.c). */
import type { Pfn } from '../../base/index.js'
import { PTE_DIRTY, ptePfn } from '../../arch/x86/index.js'
import { MAP_SHARED, MAP_SHARED_VALIDATE, MAP_TYPE } from '../../kernel/uapi/index.js'
import { PG_CACHE, PG_SWAPBACKED, type MemMap } from '../phys/index.js'
import type { MmapRequest } from './mmap.js'
import { VM_ACCOUNT, VM_MAYSHARE, VM_MAYWRITE, VM_SHARED } from './types.js'

/** A shared mapping of something: shared anonymous memory comes with a file of its own. */
export const isShared = ({ flags, file }: Pick<MmapRequest, 'flags' | 'file'>): boolean =>
  file !== 0 && ((flags & MAP_TYPE) === MAP_SHARED || (flags & MAP_TYPE) === MAP_SHARED_VALIDATE)

/**
 * Shared memory is charged to its file; what cannot be written is not shared in the sense of VM_SHARED.
 * @mm do_mmap mm/mmap.c (the flags of MAP_SHARED)
 */
export const sharedFlags = (flags: number, { readOnlyFile }: MmapRequest): number => {
  const shared = (flags & ~VM_ACCOUNT) | VM_SHARED | VM_MAYSHARE
  return readOnlyFile ? shared & ~(VM_MAYWRITE | VM_SHARED) : shared
}

/**
 * Whether mprotect to writable makes the entry of a shared mapping writable at once: shared memory's always, a file's
 * when the file system already knows that it is dirty.
 * @mm can_change_shared_pte_writable mm/mprotect.c
 */
export function sharedIsWritable(map: MemMap, low: number, high: number): boolean {
  const frame: Pfn = ptePfn(low, high)
  if (!map.has(frame, PG_CACHE)) return false
  return map.has(frame, PG_SWAPBACKED) || (low & PTE_DIRTY) !== 0
}
