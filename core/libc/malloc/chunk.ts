/**
 * The chunk layout of glibc's malloc (malloc/malloc.c) on a 64-bit machine:
 *
 *   chunk ->  +0  prev_size   size of the chunk below, if that is free (else its user data)
 *             +8  size        multiple of 16, with flags in the low bits
 *   block -> +16  user data ...
 *   chunk + size  prev_size of the next chunk: still belongs to the user of this one
 */
import type { UserMemory } from '../../kernel/uapi/index.js'

export const PREV_INUSE = 1
export const IS_MMAPPED = 2

/** Distance from a chunk to the block its user sees. */
export const CHUNK_HEADER = 16
/** Bytes of a chunk that its user cannot use: the size field. */
export const CHUNK_OVERHEAD = 8
export const MIN_CHUNK = 32
export const MALLOC_ALIGNMENT = 16
/** Requests beyond PTRDIFF_MAX fail. */
export const MAX_REQUEST = 0x7fff_ffff_ffff_ffff

/** Chunk size for a request (request2size). */
export const chunkSizeFor = (request: number): number =>
  Math.max(MIN_CHUNK, Math.ceil((request + CHUNK_OVERHEAD) / MALLOC_ALIGNMENT) * MALLOC_ALIGNMENT)

export const readSizeField = (mem: UserMemory, chunk: number): number => mem.readPtr(chunk + 8)
export const writeSizeField = (mem: UserMemory, chunk: number, size: number, flags: number): void =>
  mem.writePtr(chunk + 8, size + flags)
/** The three low bits; sizes may exceed 32 bits, so no bit operators. */
export const flagsOf = (field: number): number => field % 8
export const sizeOf = (field: number): number => field - (field % 8)
