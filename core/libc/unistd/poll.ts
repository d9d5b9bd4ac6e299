/** <poll.h> and <sys/select.h>. */
import { Errno } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { readTime } from '../time/timespec.js'

const NANO = 1_000_000_000
const MILLI = 1_000_000

/**
 * As Linux does, what is left of the time limit goes back to the program.
 * @glibc __select64 sysdeps/unix/sysv/linux/select.c
 */
function select(rt: Runtime, a: CallArgs): number {
  const limit = a.ptr(4)
  const sets = [a.ptr(1), a.ptr(2), a.ptr(3)]
  if (limit === 0) return rt.result(rt.sys.select(a.i32(0), sets, undefined, 0))
  const [seconds, micro] = readTime(rt.mem, limit)
  if (seconds < 0 || micro < 0) return rt.fail(Errno.EINVAL)
  const left = rt.objects.scratch
  const result = rt.sys.select(a.i32(0), sets, seconds * NANO + micro * 1000, left)
  if (result >= 0 || result === -Errno.EINTR) {
    rt.mem.writePtr(limit, rt.mem.readPtr(left))
    rt.mem.writePtr(limit + 8, Math.floor(rt.mem.readPtr(left + 8) / 1000))
  }
  return rt.result(result)
}

export const pollFunctions = (rt: Runtime): FunctionTable => ({
  poll: (a) => rt.result(rt.sys.poll(a.ptr(0), a.ptr(1), a.i32(2) < 0 ? undefined : a.i32(2) * MILLI)),
  select: (a) => select(rt, a),
})
