/** The three standard streams. */
import { UserFault, SEGV_MAPERR, SIGSEGV } from '../../kernel/uapi/index.js'
import { vaddr } from '../../base/index.js'
import type { Runtime } from '../runtime.js'
import type { StreamState } from '../state.js'
import type { Stream } from './stream.js'

const freshStream = (fd: number, mode: 'read' | 'write', unbuffered: boolean): StreamState => ({
  fd,
  canRead: mode === 'read',
  canWrite: mode === 'write',
  unbuffered,
  lineBuffered: false,
  putting: false,
  eof: false,
  error: false,
  bufBase: 0,
  bufEnd: 0,
  readPtr: 0,
  readEnd: 0,
  writePtr: 0,
  pushback: [],
})

/** stdin, stdout, and stderr, which is never buffered (libio/stdfiles.c). */
export const freshStreams = (): StreamState[] => [
  freshStream(0, 'read', false),
  freshStream(1, 'write', false),
  freshStream(2, 'write', true),
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

/** Flushes every stream that has output. @glibc _IO_flush_all_lockp libio/genops.c */
export function flushAll(rt: Runtime): boolean {
  let fine = true
  for (const stream of rt.streams) if (!stream.flush()) fine = false
  return fine
}
