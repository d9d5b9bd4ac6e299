/**
 * poll and select (fs/select.c): what each descriptor is ready for, and the wait until one is.
 *
 *   struct pollfd   0 fd   4 events   6 revents   8          fd_set   1024 bits
 *
 * Waiting for the terminal with a time limit lets the clock go on: nobody types unless it was typed before.
 *
 * Left out: ppoll and pselect's masks, out-of-band data, RLIMIT_NOFILE as the limit of poll's list (1024 here).
 */
import type { Kernel } from '../kernel.js'
import { writeTimespec } from '../timespec.js'
import {
  Errno,
  O_ACCMODE,
  O_RDONLY,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../uapi/index.js'
import type { OpenFile } from './open-files.js'
import { PIPE_BUF } from './pipes.js'

const POLLFD_BYTES = 8
const FDS_MAX = 1024
const READABLE = POLLIN | POLLRDNORM
const WRITABLE = POLLOUT | POLLWRNORM
/** What select's three sets ask for. @mm POLLIN_SET fs/select.c */
const SETS = [READABLE | POLLRDBAND | POLLHUP | POLLERR, WRITABLE | POLLWRBAND | POLLERR, POLLPRI] as const

const fileOf = (kernel: Kernel, fd: number): OpenFile | undefined => kernel.files.get(kernel.current.group.tgid, fd)

/** What may be done without waiting, as POLL* bits. */
function readiness(kernel: Kernel, file: OpenFile): number {
  if (file.kind === 'tty') return WRITABLE | (kernel.tty.readable ? READABLE : 0)
  return file.kind === 'pipe' ? pipeReadiness(kernel, file) : READABLE | WRITABLE
}

/** A pipe can be written to as long as one of its 16 pages is empty. @mm pipe_poll fs/pipe.c */
function pipeReadiness({ pipes, files }: Kernel, { ino, flags }: OpenFile): number {
  if ((flags & O_ACCMODE) === O_RDONLY)
    return (pipes.available(ino) > 0 ? READABLE : 0) | (files.pipeEnds(ino, O_WRONLY) === 0 ? POLLHUP : 0)
  return (pipes.room(ino) >= PIPE_BUF ? WRITABLE : 0) | (files.pipeEnds(ino, O_RDONLY) === 0 ? POLLERR : 0)
}

/** What a change of its readiness is called. */
const sourceOf = ({ kind, ino }: OpenFile): string => (kind === 'pipe' ? `pipe ${ino}` : kind)

/**
 * Sleeps until one of the files may have changed, or until the moment that the first call has set.
 * @returns 0 when the time is over, or -EINTR
 * @param nanoseconds undefined to wait for ever
 */
function sleepOn(kernel: Kernel, files: readonly OpenFile[], nanoseconds: number | undefined): number {
  const { current, clock } = kernel
  kernel.syncClock()
  if (nanoseconds !== undefined) {
    if (current.sleepUntil === 0) current.sleepUntil = clock.now + nanoseconds
    if (current.sleepUntil <= clock.now) return 0
  }
  return kernel.waitOn(['poll', ...files.map(sourceOf)].join('|'), current.sleepUntil)
}

/**
 * Writes revents of each when the wait is over. @returns how many are ready, 0 when the time is over, or -errno
 * @mm do_sys_poll fs/select.c
 * @throws UserFault
 */
export function poll(kernel: Kernel, fds: number, count: number, nanoseconds: number | undefined): number {
  if (count > FDS_MAX) return -Errno.EINVAL
  const { user } = kernel
  const files: OpenFile[] = []
  const revents: number[] = []
  for (let at = fds; at < fds + count * POLLFD_BYTES; at += POLLFD_BYTES) {
    const fd = user.readI32(at)
    const file = fd < 0 ? undefined : fileOf(kernel, fd)
    if (file) files.push(file)
    const wanted = user.readU16(at + 4) | POLLERR | POLLHUP
    revents.push(file ? readiness(kernel, file) & wanted : fd < 0 ? 0 : POLLNVAL)
  }
  const ready = revents.filter((found) => found !== 0).length
  const result = ready > 0 ? ready : sleepOn(kernel, files, nanoseconds)
  kernel.current.sleepUntil = 0
  revents.forEach((found, i) => user.writeU16(fds + i * POLLFD_BYTES + 6, found))
  return result
}

/** The sets as they come in, or go out when the call is done; a set at address 0 is not asked about. */
type Sets = readonly { readonly at: number; readonly asked: Uint8Array; readonly found: Uint8Array }[]

function readSets(kernel: Kernel, count: number, addresses: readonly number[]): Sets {
  const bytes = 8 * Math.ceil(count / 64)
  return addresses.map((at) => ({
    at,
    asked: at === 0 ? new Uint8Array(bytes) : kernel.user.readBytes(at, bytes),
    found: new Uint8Array(bytes),
  }))
}

/** Looks at one descriptor. @returns in how many sets it is ready */
function look(kernel: Kernel, fd: number, file: OpenFile, sets: Sets): number {
  const is = readiness(kernel, file)
  let ready = 0
  sets.forEach(({ asked, found }, i) => {
    if (!isIn(asked, fd) || (is & SETS[i]) === 0) return
    found[fd >> 3] |= 1 << (fd & 7)
    ready++
  })
  return ready
}

const isIn = (set: Uint8Array, fd: number): boolean => ((set[fd >> 3] >> (fd & 7)) & 1) !== 0

/**
 * Leaves in each set who is ready, and what is left of the time in the struct timespec at `remaining`.
 * @returns how many bits are set, 0 when the time is over, or -errno
 * @mm core_sys_select fs/select.c
 * @throws UserFault
 */
export function select(
  kernel: Kernel,
  count: number,
  addresses: readonly number[],
  nanoseconds: number | undefined,
  remaining: number,
): number {
  if (count < 0) return -Errno.EINVAL
  const limit = Math.min(count, FDS_MAX)
  const sets = readSets(kernel, limit, addresses)
  const files: OpenFile[] = []
  let ready = 0
  for (let fd = 0; fd < limit; fd++) {
    if (!sets.some(({ asked }) => isIn(asked, fd))) continue
    const file = fileOf(kernel, fd)
    if (!file) return -Errno.EBADF
    files.push(file)
    ready += look(kernel, fd, file, sets)
  }
  const until = kernel.current.sleepUntil
  const result = ready > 0 ? ready : sleepOn(kernel, files, nanoseconds)
  kernel.current.sleepUntil = 0
  if (nanoseconds !== undefined)
    writeTimespec(kernel.user, remaining, until === 0 ? nanoseconds : Math.max(0, until - kernel.clock.now))
  if (result >= 0) for (const { at, found } of sets) if (at !== 0) kernel.user.writeBytes(at, found)
  return result
}
