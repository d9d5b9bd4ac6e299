import type { UserMemory } from './uapi/index.js'

const SECOND = 1e9

/** Writes a struct timespec. @mm put_timespec64 kernel/time/time.c */
export function writeTimespec(user: UserMemory, at: number, nanoseconds: number): void {
  user.writePtr(at, Math.floor(nanoseconds / SECOND))
  user.writePtr(at + 8, nanoseconds % SECOND)
}
