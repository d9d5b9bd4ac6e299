/** Absolute times of CLOCK_REALTIME, as the timed waits take them. */
import { BOOT_EPOCH } from '../../kernel/uapi/index.js'
import type { Runtime } from '../runtime.js'
import { readTime } from '../time/timespec.js'

const NANO = 1_000_000_000

/** Nanoseconds from now to the struct timespec at the address, at least 1. */
export function nanosecondsUntil(rt: Runtime, timespec: number): number {
  const [seconds, nanoseconds] = readTime(rt.mem, timespec)
  return Math.max(1, (seconds - BOOT_EPOCH) * NANO + nanoseconds - rt.sys.clockGettime())
}
