/** The streams of a process: the three standard ones, and how any is found. */
import { UserFault, SEGV_MAPERR, SIGSEGV } from '../../kernel/uapi/index.js'
import { vaddr } from '../../base/index.js'
import type { Runtime } from '../runtime.js'
import type { StreamState } from '../state.js'
import type { Stream } from './stream.js'

export const freshStream = (address: number, fd: number, mode: 'read' | 'write', unbuffered: boolean): StreamState => ({
  address,
  allocated: false,
  fd,
  canRead: mode === 'read',
  canWrite: mode === 'write',
  append: false,
  unbuffered,
  lineBuffered: false,
  putting: false,
  eof: false,
  error: false,
  bufBase: 0,
  bufEnd: 0,
  ownBuffer: false,
  readPtr: 0,
  readEnd: 0,
  writeBase: 0,
  writePtr: 0,
  offset: -1,
  pushback: [],
})

/** stdin, stdout, and stderr, which is never buffered (libio/stdfiles.c). */
export const freshStreams = ([stdin, stdout, stderr]: readonly [number, number, number]): StreamState[] => [
  freshStream(stdin, 0, 'read', false),
  freshStream(stdout, 1, 'write', false),
  freshStream(stderr, 2, 'write', true),
]

/**
 * The stream behind a FILE pointer. A wild pointer is followed as the real library would follow it: into a fault, or
 * into a FILE whose jump table is refused.
 */
export function streamAt(rt: Runtime, file: number): Stream {
  const stream = rt.streams.find((s) => s.address === file)
  if (stream) return stream
  rt.mem.readU32(file)
  if (rt.atLeast(24)) return rt.fatal('Fatal error: glibc detected an invalid stdio handle\n')
  throw new UserFault(SIGSEGV, SEGV_MAPERR, vaddr(file), false)
}

/** Flushes every stream that has output, the youngest first. @glibc _IO_flush_all_lockp libio/genops.c */
export function flushAll(rt: Runtime): boolean {
  let fine = true
  for (const stream of [...rt.streams].reverse()) if (!stream.flush()) fine = false
  return fine
}
