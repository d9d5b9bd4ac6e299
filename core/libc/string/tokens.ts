/** strspn and the functions that cut strings into tokens. */
import type { FunctionTable, Runtime } from '../runtime.js'
import { findByte, readString } from './scan.js'

const FOREVER = Number.MAX_SAFE_INTEGER

export function tokenFunctions(rt: Runtime): FunctionTable {
  const { mem, state } = rt
  const span = (s: number, set: number): number => {
    const accept = new Set(readString(mem, set))
    return findByte(mem, s, FOREVER, (byte) => !accept.has(byte))
  }
  const complementSpan = (s: number, set: number): number => {
    const reject = new Set(readString(mem, set)).add(0)
    return findByte(mem, s, FOREVER, (byte) => reject.has(byte))
  }
  const strpbrk = (s: number, set: number): number => {
    const at = s + complementSpan(s, set)
    return mem.readU8(at) === 0 ? 0 : at
  }
  /** @returns the token and where to go on; writes the NUL behind it. */
  const cut = (s: number, delimiters: number): { readonly token: number; readonly next: number } => {
    const token = s + span(s, delimiters)
    if (mem.readU8(token) === 0) return { token: 0, next: token }
    const end = token + complementSpan(token, delimiters)
    if (mem.readU8(end) === 0) return { token, next: end }
    mem.writeU8(end, 0)
    return { token, next: end + 1 }
  }
  /** @glibc __strtok_r string/strtok_r.c */
  const strtokR = (s: number, delimiters: number, save: number): number => {
    const { token, next } = cut(s !== 0 ? s : mem.readPtr(save), delimiters)
    mem.writePtr(save, next)
    return token
  }
  const strtok = (s: number, delimiters: number): number => {
    const { token, next } = cut(s !== 0 ? s : state.strtok, delimiters)
    state.strtok = next
    return token
  }
  const strsep = (place: number, delimiters: number): number => {
    const s = mem.readPtr(place)
    if (s === 0) return 0
    const end = s + complementSpan(s, delimiters)
    const last = mem.readU8(end) === 0
    if (!last) mem.writeU8(end, 0)
    mem.writePtr(place, last ? 0 : end + 1)
    return s
  }
  return {
    strspn: (a) => span(a.ptr(0), a.ptr(1)),
    strcspn: (a) => complementSpan(a.ptr(0), a.ptr(1)),
    strpbrk: (a) => strpbrk(a.ptr(0), a.ptr(1)),
    strtok: (a) => strtok(a.ptr(0), a.ptr(1)),
    strtok_r: (a) => strtokR(a.ptr(0), a.ptr(1), a.ptr(2)),
    strsep: (a) => strsep(a.ptr(0), a.ptr(1)),
  }
}
