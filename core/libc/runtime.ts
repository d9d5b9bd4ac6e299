/** What every part of libc works with: the machine's user side, the version, libc's own objects, and the state. */
import { vaddr } from '../base/index.js'
import {
  Errno,
  NO_SIGNALS,
  SIG_DFL,
  SIG_UNBLOCK,
  SIGABRT,
  signalSet,
  WouldBlock,
  type SignalAction,
  type Syscalls,
  type ThreadLayout,
  type UserCpu,
  type UserMemory,
} from '../kernel/uapi/index.js'
import type { LibcContext, LibcFunction } from './abi.js'
import { layoutObjects, type LibcObjects } from './objects.js'
import type { MallocObserver, Ptmalloc } from './ptmalloc/index.js'
import type { LibcState } from './state.js'
import { Stream } from './stdio/stream.js'
import { freshStreams } from './stdio/streams.js'
import { latin1 } from './text.js'

export interface LibcOptions {
  /** Version, '2.36'. */
  readonly glibc: string
  /** Allocates static data of libc in its .data/.bss; @returns its user address. */
  readonly objects: (name: string, size: number) => number
  /** Fetch of the function's code page. */
  readonly touch: (symbol: string) => void
  /** What the loader does when the program first calls a function. */
  readonly bind: () => void
  /** Address of a place in libc's text. */
  readonly code: (symbol: string) => number
  /** Address of a variable in the libraries' data; 0 where the profile does not know it. */
  readonly place: (symbol: string) => number
  /** Where things are in struct pthread. */
  readonly tls: ThreadLayout
  /** argv[0] (program_invocation_name), for messages of assert and abort. */
  readonly program?: string
  readonly cpus?: number
  /** Told of every block that is handed out or comes back. */
  readonly observer?: MallocObserver
}

const DEFAULT_ACTION: SignalAction = { handler: SIG_DFL, flags: 0, mask: NO_SIGNALS, restorer: 0 }

export type FunctionTable = Readonly<Record<string, LibcFunction>>

export class Runtime {
  readonly sys: Syscalls
  readonly mem: UserMemory & UserCpu
  readonly objects: LibcObjects
  readonly allocator: Ptmalloc
  /** program_invocation_name and its last component, program_invocation_short_name. */
  readonly program: string
  readonly shortProgram: string
  readonly cpus: number
  readonly touch: (symbol: string) => void
  readonly code: (symbol: string) => number
  readonly place: (symbol: string) => number
  readonly tls: ThreadLayout
  private readonly minor: number
  private openStreams: readonly Stream[] = []

  constructor(
    readonly ctx: LibcContext,
    options: LibcOptions,
    readonly state: LibcState,
    makeAllocator: (rt: Runtime) => Ptmalloc,
  ) {
    this.sys = ctx.sys
    this.mem = ctx.mem
    this.touch = options.touch
    this.code = options.code
    this.place = options.place
    this.tls = options.tls
    this.program = options.program ?? './a.out'
    this.shortProgram = this.program.slice(this.program.lastIndexOf('/') + 1)
    this.cpus = options.cpus ?? 1
    this.minor = Number(options.glibc.split('.')[1])
    this.objects = layoutObjects(options.objects)
    state.streams = freshStreams(this.objects.files)
    this.allocator = makeAllocator(this)
  }

  /** stdin, stdout, stderr, and those opened since, in this order. */
  get streams(): readonly Stream[] {
    const { streams } = this.state
    if (this.openStreams.length !== streams.length) this.streamsChanged()
    return this.openStreams
  }

  /** To be called when streams were opened or closed, or the state was replaced. */
  streamsChanged(): void {
    this.openStreams = this.state.streams.map((state) => new Stream(this, state))
  }

  /** errno of the calling thread: in its TLS, so the store goes through the page tables. */
  get errnoAddress(): number {
    return this.ctx.threadPointer() + this.tls.errno
  }

  /** glibc 2.`minor` or later. */
  atLeast(minor: number): boolean {
    return this.minor >= minor
  }

  /** Sets errno; @returns -1, the usual answer of a function that failed. */
  fail(errno: number): -1 {
    this.mem.writeU32(this.errnoAddress, errno)
    return -1
  }

  /** Turns -errno of a raw system call into errno and -1 (INLINE_SYSCALL). */
  result(raw: number): number {
    return raw < 0 && raw > -4096 ? this.fail(-raw) : raw
  }

  /** malloc for libc's own use and for the program: counts as a call of malloc, sets errno. */
  malloc(size: number): number {
    this.touch('malloc')
    const p = this.allocator.malloc(size)
    if (p === 0) this.fail(Errno.ENOMEM)
    return p
  }

  /** Writes bytes that exist on the host only: through libc's scratch area, in pieces of its size. */
  writeHost(fd: number, bytes: Uint8Array): number {
    const { scratch, scratchSize } = this.objects
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + scratchSize)
      this.mem.writeBytes(scratch, piece)
      const n = this.sys.write(fd, vaddr(scratch), piece.length)
      if (n < 0) return n
      at += n
    }
    return bytes.length
  }

  /**
   * Message to stderr past stdio, then SIGABRT.
   * @glibc __libc_message sysdeps/posix/libc_fatal.c
   * Left out: the copy kept in __abort_msg; before 2.27 the backtrace and memory map after the message.
   */
  fatal(message: string): never {
    this.writeHost(2, latin1(message))
    return this.abort()
  }

  /**
   * Raises SIGABRT; when a handler for it has returned, raises it again without one.
   * @glibc abort stdlib/abort.c
   */
  abort(): never {
    this.sys.sigprocmask(SIG_UNBLOCK, signalSet(SIGABRT))
    if (this.state.aborting) this.sys.sigaction(SIGABRT, DEFAULT_ACTION)
    this.state.aborting = true
    this.sys.kill(this.sys.getpid(), SIGABRT)
    // The handler runs before this call is issued again.
    throw new WouldBlock('signal')
  }
}
