/**
 * Address arithmetic. JavaScript's bit operators cut to 32 bits, so everything that treats an address as bits lives
 * here and uses division instead. User addresses stay below 2^47 and are exact in a double; the one higher address
 * the simulation prints (vsyscall, ffffffffff600000) is only ever formatted.
 */
import type { VAddr } from './scalars.js'

export const PAGE_SHIFT = 12
export const PAGE_SIZE = 4096
export const PAGE_KB = 4
/** First address past user space on x86-64 with 4-level paging (TASK_SIZE_MAX: one guard page below 2^47). */
export const TASK_SIZE = 0x7fff_ffff_f000 as VAddr

const TWO32 = 0x1_0000_0000

export const pageOf = (address: number): number => Math.floor(address / PAGE_SIZE)
export const pageOffset = (address: number): number => address & (PAGE_SIZE - 1)
export const pageDown = (address: number): VAddr => (address - (address & (PAGE_SIZE - 1))) as VAddr
export const pageUp = (address: number): VAddr => pageDown(address + PAGE_SIZE - 1)
export const alignDown = (value: number, to: number): number => value - (value % to)
export const alignUp = (value: number, to: number): number => alignDown(value + to - 1, to)
/** Whole pages in `bytes`, rounded up. */
export const pagesIn = (bytes: number): number => Math.ceil(bytes / PAGE_SIZE)

/** ToInt32 takes the value modulo 2^32, whatever its size. */
export const low32 = (address: number): number => address | 0
/** Rounded down, as a shift of 64 bits would: -8 has the high half -1. Times 2^-32, a literal as libc's hottest path. */
export const high32 = (address: number): number => ((address - (address >>> 0)) * 2.3283064365386963e-10) | 0
/** Rebuilds an address from its halves; `high` is taken as unsigned. */
export const join32 = (low: number, high: number): number => (high >>> 0) * TWO32 + (low >>> 0)

/** Lower-case hex without prefix, padded with zeros to `width`. */
export const hex = (address: number, width = 1): string => address.toString(16).padStart(width, '0')
