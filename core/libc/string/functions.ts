/** <string.h>, <strings.h>, <ctype.h>. Comparisons answer the difference of the bytes, as the x86-64 versions do. */
import { PAGE_SIZE } from '../../base/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { ctypeFunctions, toLower } from './ctype.js'
import { strerror, strsignal } from './messages.js'
import { boundedLength, findByte, readString, walkPair } from './scan.js'
import { tokenFunctions } from './tokens.js'

const FOREVER = Number.MAX_SAFE_INTEGER

function copyFunctions({ mem }: Runtime): FunctionTable {
  const copy = (to: number, from: number, n: number): number => {
    mem.copy(to, from, n)
    return to
  }
  /**
   * @glibc memset sysdeps/x86_64/multiarch/memset-vec-unaligned-erms.S
   * Left out: 2 kB and more are one string instruction, with which an AMD EPYC marks an entry as accessed before it
   * finds that it may not be written.
   */
  const fill = (p: number, byte: number, n: number): number => {
    mem.fill(p, byte & 0xff, n)
    return p
  }
  const memccpy = (to: number, from: number, c: number, n: number): number => {
    const found = findByte(mem, from, n, (byte) => byte === (c & 0xff))
    copy(to, from, found < 0 ? n : found + 1)
    return found < 0 ? 0 : to + found + 1
  }
  return {
    memcpy: (a) => copy(a.ptr(0), a.ptr(1), a.ptr(2)),
    memmove: (a) => copy(a.ptr(0), a.ptr(1), a.ptr(2)),
    mempcpy: (a) => copy(a.ptr(0), a.ptr(1), a.ptr(2)) + a.ptr(2),
    memccpy: (a) => memccpy(a.ptr(0), a.ptr(1), a.i32(2), a.ptr(3)),
    memset: (a) => fill(a.ptr(0), a.i32(1), a.ptr(2)),
    bzero: (a) => void fill(a.ptr(0), 0, a.ptr(1)),
    explicit_bzero: (a) => void fill(a.ptr(0), 0, a.ptr(1)),
    bcopy: (a) => void copy(a.ptr(1), a.ptr(0), a.ptr(2)),
  }
}

/** Last place of a byte in a range, from its end page by page. */
function lastByte({ mem }: Runtime, p: number, c: number, n: number): number {
  for (let end = p + n; end > p;) {
    const start = Math.max(p, end - 1 - ((end - 1) % PAGE_SIZE))
    const found = mem.readBytes(start, end - start).lastIndexOf(c & 0xff)
    if (found >= 0) return start + found
    end = start
  }
  return 0
}

function searchMemory(rt: Runtime): FunctionTable {
  const { mem } = rt
  const memchr = (p: number, c: number, n: number): number => {
    const found = findByte(mem, p, n, (byte) => byte === (c & 0xff))
    return found < 0 ? 0 : p + found
  }
  const memcmp = (a: number, b: number, n: number): number =>
    walkPair(mem, a, b, n, (x, y) => (x === y ? undefined : x - y)) ?? 0
  return {
    memchr: (a) => memchr(a.ptr(0), a.i32(1), a.ptr(2)),
    rawmemchr: (a) => memchr(a.ptr(0), a.i32(1), FOREVER),
    memrchr: (a) => lastByte(rt, a.ptr(0), a.i32(1), a.ptr(2)),
    memcmp: (a) => memcmp(a.ptr(0), a.ptr(1), a.ptr(2)),
    bcmp: (a) => memcmp(a.ptr(0), a.ptr(1), a.ptr(2)),
    memmem: (a) => {
      const found = indexOfBytes(mem.readBytes(a.ptr(0), a.ptr(1)), mem.readBytes(a.ptr(2), a.ptr(3)))
      return found < 0 ? 0 : a.ptr(0) + found
    },
  }
}

/** Where `needle` first occurs, or -1. */
function indexOfBytes(haystack: Uint8Array, needle: Uint8Array): number {
  if (needle.length === 0) return 0
  for (let at = haystack.indexOf(needle[0]); at >= 0; at = haystack.indexOf(needle[0], at + 1)) {
    if (at + needle.length > haystack.length) return -1
    if (needle.every((byte, i) => haystack[at + i] === byte)) return at
  }
  return -1
}

function buildFunctions(rt: Runtime): FunctionTable {
  const { mem } = rt
  /** Copies at most n bytes and fills the rest with NUL. @returns length of what was copied */
  const copyPadded = (to: number, from: number, n: number): number => {
    const length = boundedLength(mem, from, n)
    mem.copy(to, from, length)
    mem.fill(to + length, 0, n - length)
    return length
  }
  const copyString = (to: number, from: number): number => {
    const length = mem.stringLength(from)
    mem.copy(to, from, length + 1)
    return length
  }
  const append = (to: number, from: number, n: number): number => {
    const end = to + mem.stringLength(to)
    const length = boundedLength(mem, from, n)
    mem.copy(end, from, length)
    mem.writeU8(end + length, 0)
    return to
  }
  const duplicate = (from: number, length: number): number => {
    const p = rt.malloc(length + 1)
    if (p === 0) return 0
    mem.copy(p, from, length)
    mem.writeU8(p + length, 0)
    return p
  }
  const strxfrm = (to: number, from: number, n: number): number => {
    const length = mem.stringLength(from)
    if (n > 0) copyPadded(to, from, Math.min(n, length + 1))
    return length
  }
  return {
    strcpy: (a) => (copyString(a.ptr(0), a.ptr(1)), a.ptr(0)),
    stpcpy: (a) => a.ptr(0) + copyString(a.ptr(0), a.ptr(1)),
    strncpy: (a) => (copyPadded(a.ptr(0), a.ptr(1), a.ptr(2)), a.ptr(0)),
    stpncpy: (a) => a.ptr(0) + copyPadded(a.ptr(0), a.ptr(1), a.ptr(2)),
    strcat: (a) => append(a.ptr(0), a.ptr(1), FOREVER),
    strncat: (a) => append(a.ptr(0), a.ptr(1), a.ptr(2)),
    strdup: (a) => duplicate(a.ptr(0), mem.stringLength(a.ptr(0))),
    strndup: (a) => duplicate(a.ptr(0), boundedLength(mem, a.ptr(0), a.ptr(1))),
    strxfrm: (a) => strxfrm(a.ptr(0), a.ptr(1), a.ptr(2)),
  }
}

function compareFunctions({ mem }: Runtime): FunctionTable {
  const compare = (a: number, b: number, limit: number, fold: (byte: number) => number): number =>
    walkPair(mem, a, b, limit, (x, y) => {
      const difference = fold(x) - fold(y)
      return difference !== 0 || x === 0 ? difference : undefined
    }) ?? 0
  const same = (byte: number): number => byte
  return {
    strcmp: (a) => compare(a.ptr(0), a.ptr(1), FOREVER, same),
    strcoll: (a) => compare(a.ptr(0), a.ptr(1), FOREVER, same),
    strncmp: (a) => compare(a.ptr(0), a.ptr(1), a.ptr(2), same),
    strcasecmp: (a) => compare(a.ptr(0), a.ptr(1), FOREVER, toLower),
    strncasecmp: (a) => compare(a.ptr(0), a.ptr(1), a.ptr(2), toLower),
  }
}

function searchStrings({ mem }: Runtime): FunctionTable {
  const chrOrEnd = (s: number, c: number): number =>
    s + findByte(mem, s, FOREVER, (byte) => byte === (c & 0xff) || byte === 0)
  const strchr = (s: number, c: number): number => {
    const at = chrOrEnd(s, c)
    return mem.readU8(at) === (c & 0xff) ? at : 0
  }
  const strrchr = (s: number, c: number): number => {
    const bytes = mem.readBytes(s, mem.stringLength(s) + 1)
    const found = bytes.lastIndexOf(c & 0xff)
    return found < 0 ? 0 : s + found
  }
  const strstr = (s: number, needle: number, fold: (bytes: Uint8Array) => Uint8Array): number => {
    const found = indexOfBytes(fold(readString(mem, s)), fold(readString(mem, needle)))
    return found < 0 ? 0 : s + found
  }
  return {
    strlen: (a) => mem.stringLength(a.ptr(0)),
    strnlen: (a) => boundedLength(mem, a.ptr(0), a.ptr(1)),
    strchr: (a) => strchr(a.ptr(0), a.i32(1)),
    index: (a) => strchr(a.ptr(0), a.i32(1)),
    strchrnul: (a) => chrOrEnd(a.ptr(0), a.i32(1)),
    strrchr: (a) => strrchr(a.ptr(0), a.i32(1)),
    rindex: (a) => strrchr(a.ptr(0), a.i32(1)),
    strstr: (a) => strstr(a.ptr(0), a.ptr(1), (bytes) => bytes),
    strcasestr: (a) => strstr(a.ptr(0), a.ptr(1), (bytes) => bytes.map(toLower)),
  }
}

const ffs = (n: number): number => (n === 0 ? 0 : 32 - Math.clz32(n & -n))

export const stringFunctions = (rt: Runtime): FunctionTable => ({
  ...copyFunctions(rt),
  ...searchMemory(rt),
  ...buildFunctions(rt),
  ...compareFunctions(rt),
  ...searchStrings(rt),
  ...tokenFunctions(rt),
  ...ctypeFunctions(),
  strerror: (a) => strerror(rt, a.i32(0)),
  strsignal: (a) => strsignal(rt, a.i32(0)),
  ffs: (a) => ffs(a.i32(0)),
})
