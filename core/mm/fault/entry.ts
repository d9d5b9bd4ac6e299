/** Page-table entries that a fault enters. */
import type { Pfn } from '../../base/index.js'
import { PTE_ACCESSED, PTE_DIRTY, PTE_NX_HIGH, PTE_PRESENT, PTE_RW, PTE_USER, pteHigh } from '../../arch/x86/index.js'
import { VM_EXEC, type Vma } from '../vma/index.js'

export const readFlags = PTE_PRESENT | PTE_USER | PTE_ACCESSED
export const writeFlags = readFlags | PTE_RW | PTE_DIRTY

export const highFor = (vma: Vma, frame: Pfn): number => pteHigh(frame) | (vma.flags & VM_EXEC ? 0 : PTE_NX_HIGH)
