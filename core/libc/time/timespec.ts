/** struct timespec and struct timeval: 0 seconds, 8 nanoseconds or microseconds, both long. */
import type { UserMemory } from '../../kernel/uapi/index.js'

export const readTime = (mem: UserMemory, at: number): readonly [seconds: number, rest: number] => [
  readLong(mem, at),
  readLong(mem, at + 8),
]

const readLong = (mem: UserMemory, at: number): number => Number(BigInt.asIntN(64, mem.readU64(at)))
