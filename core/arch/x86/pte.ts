/**
 * Page-table entries of x86-64 with 4 levels (Intel SDM vol. 3A, 4.5; arch/x86/include/asm/pgtable_types.h). An entry
 * is 64 bits; we keep it as two 32-bit halves.
 *
 *   63 62      52 51                                  12 11 9 8 7 6 5 4 3 2 1 0
 *  +--+----------+--------------------------------------+----+-+-+-+-+-+-+-+-+-+
 *  |NX| software |        page frame number             | sw |G|S|D|A|.|.|U|W|P|   (G: PROT_NONE when P is 0)
 *  +--+----------+--------------------------------------+----+-+-+-+-+-+-+-+-+-+
 *       high half: NX, pfn >> 20                low half: (pfn & 0xfffff) << 12 | flags
 *
 * Left out: 5-level paging, protection keys, PCID, global and cache-attribute bits.
 */
import type { Pfn } from '../../base/index.js'

export const PTE_PRESENT = 0x001
export const PTE_RW = 0x002
export const PTE_USER = 0x004
export const PTE_ACCESSED = 0x020
export const PTE_DIRTY = 0x040
/** Page size bit: a PMD entry that maps 2 MiB. */
export const PTE_PSE = 0x080
/** _PAGE_SPECIAL (software bit 9): no struct page stands behind it for accounting, e.g. the zero page. */
export const PTE_SPECIAL = 0x200
/** _PAGE_PROTNONE (the global bit of an entry that is not present): a page that PROT_NONE keeps but hides. */
export const PTE_PROTNONE = 0x100
/** NX, in the high half. */
export const PTE_NX_HIGH = 0x8000_0000 | 0

export const PTRS_PER_TABLE = 512
export const PMD_SIZE = 0x20_0000
export const PUD_SIZE = 0x4000_0000
export const PGDIR_SIZE = 0x80_0000_0000

/** Whether a page stands behind the entry, be it hidden by PROT_NONE. @mm pte_present arch/x86/include/asm/pgtable.h */
export const ptePresent = (low: number): boolean => (low & (PTE_PRESENT | PTE_PROTNONE)) !== 0

export const ptePfn = (low: number, high: number): Pfn => (((high & 0x7fff_ffff) << 20) | (low >>> 12)) as Pfn
export const pteLow = (frame: Pfn, flags: number): number => (frame << 12) | flags
export const pteHigh = (frame: Pfn): number => frame >>> 20

export const pgdIndex = (address: number): number => Math.floor(address / PGDIR_SIZE) & (PTRS_PER_TABLE - 1)
export const pudIndex = (address: number): number => Math.floor(address / PUD_SIZE) & (PTRS_PER_TABLE - 1)
export const pmdIndex = (address: number): number => Math.floor(address / PMD_SIZE) & (PTRS_PER_TABLE - 1)
export const pteIndex = (address: number): number => Math.floor(address / 4096) & (PTRS_PER_TABLE - 1)
