/** Constants of the x86-64 address space that the loader and mmap use (arch/x86/include/asm/processor.h, elf.h). */
import { pageDown, TASK_SIZE } from '../../base/index.js'

export const STACK_TOP = TASK_SIZE
/** Where position-independent programs start before randomisation: two thirds of user space. */
export const ELF_ET_DYN_BASE = pageDown(Math.floor(TASK_SIZE / 3) * 2)
/** Bits of mmap randomness (CONFIG_ARCH_MMAP_RND_BITS), in pages. */
export const MMAP_RND_BITS = 28
/** stack_maxrandom_size: 22 bits of pages (arch/x86/mm/mmap.c, __STACK_RND_MASK 0x3fffff). */
export const STACK_RND_PAGES = 0x3f_ffff
/** Pages kept free below a growing stack (mm/mmap.c, stack_guard_gap). */
export const STACK_GUARD_GAP = 256 * 4096
/** The gap between mmap_base and the top of user space is at least this (arch/x86/mm/mmap.c). */
export const MIN_STACK_GAP = 128 * 1024 * 1024
export const MMAP_MIN_ADDR = 0x10000
/** The fixed page of the legacy vsyscall ABI: only ever shown. */
export const VSYSCALL_TEXT = 'ffffffffff600000'
