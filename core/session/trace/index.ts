/**
 * The calls of a trace (see ../malloc-trace.ts), made as the lines are read. Every block carries a stamp that is checked
 * when the block goes.
 */
import { HEADER, HEAP_MAX, IS_MMAPPED, NON_MAIN_ARENA, PAGE } from '../../libc/ptmalloc/layout.js'
import { DAMAGED, END, FULL, LINES_ROOM, MAX_ID, TOO_LARGE_ID } from '../trace-layout.js'
import {
  callocBytes,
  freeBlock,
  headOf,
  mallocBytes,
  memalignBytes,
  reallocBytes,
  setWord,
  usableSizeOf,
  word as wordAt,
} from './pool.js'
import { nextOperation, number, position, skipLine, word } from './reader.js'
import { bad, base } from './trace.js'
import { decimal, grow, hex, isFull, letter, letters, usedBytes } from './writer.js'

export { line } from './reader.js'
export { grow, number, position, usedBytes, word }

/** Operations that were begun. */
let count: u64 = 0

/** Makes calls until the trace ends, the room for lines does, or it comes to another operation, which the caller serves. */
export function run(): i32 {
  while (!isFull()) {
    const op = nextOperation()
    if (op == 0) return END
    decimal(count++)
    letter(0x20)
    if (!makeCall(op)) return op
    endLine()
  }
  return FULL
}

export function endLine(): void {
  letter(0x0a)
  skipLine()
}

/** @returns whether it is one */
function makeCall(op: u32): bool {
  switch (op) {
    case 0x6d: // m
      malloc(id())
      return true
    case 0x63: // c
      calloc(id())
      return true
    case 0x72: // r
      realloc(id(), id())
      return true
    case 0x61: // a
      memalign(id())
      return true
    case 0x66: // f
      free(id())
      return true
    default:
      return false
  }
}

/** Where what is known of a block stands. */
function id(): u32 {
  const index = number()
  if (index >= MAX_ID) bad(TOO_LARGE_ID)
  return LINES_ROOM + <u32>index * 16
}
function blockOf(id: u32): u64 {
  return load<u64>(id)
}
function forget(id: u32): void {
  store<u64>(id, 0)
}

function malloc(id: u32): void {
  const size = number()
  bind(id, mallocBytes(size), size)
}
function calloc(id: u32): void {
  const times = number()
  const size = number()
  bind(id, callocBytes(times, size), times * size)
}
function memalign(id: u32): void {
  const alignment = number()
  const size = number()
  bind(id, memalignBytes(alignment, size), size)
}

function bind(id: u32, block: u64, size: u64): void {
  stamp(id, block, size)
  place(block)
}

/** A block that can hold it begins with its own address. */
function stamp(id: u32, block: u64, size: u64): void {
  store<u64>(id, block)
  store<u64>(id, size, 8)
  if (block != 0 && size >= 8) setWord(block, block)
}
function isStamped(id: u32): bool {
  return blockOf(id) != 0 && load<u64>(id, 8) >= 8
}
function checkStamp(block: u64, stamp: u64): void {
  if (wordAt(block) != stamp) bad(DAMAGED)
}

function realloc(from: u32, to: u32): void {
  const size = number()
  const old = blockOf(from)
  const stamped = isStamped(from)
  if (stamped) checkStamp(old, old)
  const block = reallocBytes(old, size)
  if (block != 0 && stamped && size >= 8) checkStamp(block, old)
  if (block != 0 || size == 0) forget(from)
  if (block != 0 || from != to) stamp(to, block, size)
  place(block)
}

function free(id: u32): void {
  const block = blockOf(id)
  if (isStamped(id)) checkStamp(block, block)
  freeBlock(block)
  forget(id)
  letters(0x65657266, 4) // free
}

function place(block: u64): void {
  if (block == 0) return letters(0x4c4c554e, 4) // NULL
  const head = headOf(block - HEADER)
  if ((head & IS_MMAPPED) != 0) {
    letters(0x78302b70616d6d, 7) // mmap+0x
    hex(block & (PAGE - 1))
  } else if ((head & NON_MAIN_ARENA) != 0) {
    letters(0x78302b616e657261, 8) // arena+0x
    hex(block & (HEAP_MAX - 1))
  } else {
    letters(0x78302b70616568, 7) // heap+0x
    hex(block - base)
  }
  letters(0x3d656c6261737520, 8) //  usable=
  decimal(usableSizeOf(block))
}
