/** What a process may ask about itself and its machine: times, uname, user (kernel/sys.c). */
import type { Profile } from '../profiles/index.js'
import type { Kernel } from './kernel.js'
import { orEfault } from './or-efault.js'
import { timeOf } from './task.js'

const TICK = 1e9 / 100
/** Each field of struct utsname, NUL included. */
const UTSNAME_FIELD = 65

/** root, or the first user that an installer makes. */
export const userIdOf = ({ env }: Profile): number => (env.includes('USER=root') ? 0 : 1000)

/** What an installer calls the machine. */
export const hostName = ({ id }: Profile): string => id.split('-')[0]

/** @mm SYSCALL_DEFINE1(times) kernel/sys.c */
export function times(kernel: Kernel, buffer: number): number {
  kernel.syncClock()
  const { current, tasks, clock } = kernel
  const own = timeOf(current.group, tasks.threadsOf(current.group))
  const { childSpent } = current.group
  const fields = [own.user, own.system, childSpent.user, childSpent.system]
  const words = BigInt64Array.from(fields, (nanoseconds) => BigInt(Math.floor(nanoseconds / TICK)))
  const error = buffer === 0 ? 0 : orEfault(() => kernel.user.writeBytes(buffer, new Uint8Array(words.buffer)))
  return error < 0 ? error : Math.floor(clock.now / TICK)
}

/** @mm SYSCALL_DEFINE1(newuname) kernel/sys.c Left out: who built it and when. */
export function uname(kernel: Kernel, buffer: number): number {
  const { profile } = kernel
  const fields = ['Linux', hostName(profile), profile.kernel, '#1 SMP', 'x86_64', '(none)']
  const bytes = new Uint8Array(fields.length * UTSNAME_FIELD)
  fields.forEach((text, i) =>
    bytes.set(
      [...text].map((ch) => ch.charCodeAt(0)),
      i * UTSNAME_FIELD,
    ),
  )
  return orEfault(() => kernel.user.writeBytes(buffer, bytes))
}
