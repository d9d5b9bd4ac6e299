/** System calls as strace prints them: names, and arguments by their meaning. */
import { hex } from '../base/index.js'
import { FileNr, Nr } from '../kernel/index.js'
import * as uapi from '../kernel/uapi/index.js'

const NAMES: ReadonlyMap<number, string> = new Map(
  [...Object.entries(Nr), ...Object.entries(FileNr)].map(([name, nr]) => [nr, name]),
)

export const callName = (nr: number): string => NAMES.get(nr) ?? `syscall_${nr}`

const ERRORS: ReadonlyMap<number, string> = new Map(Object.entries(uapi.Errno).map(([name, number]) => [number, name]))

/** Name of the error that a result stands for, or nothing. */
export const errorName = (result: number): string => (result < 0 ? (ERRORS.get(-result) ?? `E${-result}`) : '')

const PROT = [
  ['PROT_READ', uapi.PROT_READ],
  ['PROT_WRITE', uapi.PROT_WRITE],
  ['PROT_EXEC', uapi.PROT_EXEC],
  ['PROT_GROWSDOWN', uapi.PROT_GROWSDOWN],
] as const
const MAP = [
  ['MAP_SHARED', uapi.MAP_SHARED],
  ['MAP_PRIVATE', uapi.MAP_PRIVATE],
  ['MAP_FIXED', uapi.MAP_FIXED],
  ['MAP_ANONYMOUS', uapi.MAP_ANONYMOUS],
  ['MAP_GROWSDOWN', uapi.MAP_GROWSDOWN],
  ['MAP_LOCKED', uapi.MAP_LOCKED],
  ['MAP_NORESERVE', uapi.MAP_NORESERVE],
  ['MAP_POPULATE', uapi.MAP_POPULATE],
  ['MAP_NONBLOCK', uapi.MAP_NONBLOCK],
  ['MAP_STACK', uapi.MAP_STACK],
  ['MAP_FIXED_NOREPLACE', uapi.MAP_FIXED_NOREPLACE],
] as const
const MREMAP = [
  ['MREMAP_MAYMOVE', uapi.MREMAP_MAYMOVE],
  ['MREMAP_FIXED', uapi.MREMAP_FIXED],
  ['MREMAP_DONTUNMAP', uapi.MREMAP_DONTUNMAP],
] as const
const ADVICE = new Map(
  Object.entries(uapi)
    .filter(([name]) => name.startsWith('MADV_'))
    .map(([name, value]) => [value as number, name]),
)

const bits = (value: number, names: readonly (readonly [string, number])[], none: string): string => {
  const set = names.filter(([, bit]) => (value & bit) !== 0)
  const rest = set.reduce((left, [, bit]) => left & ~bit, value)
  return [...set.map(([name]) => name), ...(rest ? [`0x${hex(rest >>> 0)}`] : [])].join('|') || none
}
const place = (address: number): string => (address === 0 ? 'NULL' : `0x${hex(address)}`)
const number = String
const prot = (value: number): string => bits(value, PROT, 'PROT_NONE')

type Format = (value: number) => string

const FORMATS: Readonly<Record<string, readonly Format[]>> = {
  mmap: [place, number, prot, (value) => bits(value, MAP, '0'), number],
  munmap: [place, number],
  mprotect: [place, number, prot],
  mremap: [place, number, number, (value) => bits(value, MREMAP, '0')],
  madvise: [place, number, (value) => ADVICE.get(value) ?? number(value)],
  brk: [place],
  read: [number, place, number],
  write: [number, place, number],
  pread: [number, place, number, number],
  pwrite: [number, place, number, number],
  mlock: [place, number],
  munlock: [place, number],
  mlockall: [number],
  mincore: [place, number, place],
  msync: [place, number, number],
  ftruncate: [number, number],
  close: [number],
  lseek: [number, number, number],
  fstat: [number],
  fsync: [number],
  dup: [number],
  dup2: [number, number],
  nanosleep: [number],
  exit_group: [number],
  kill: [number, number],
  getrusage: [number, place],
}

/** Arguments that the trace has as numbers; names of files it has not. */
export const callArguments = (name: string, values: readonly number[]): string[] =>
  (FORMATS[name] ?? []).map((format, i) => format(values[i]))
