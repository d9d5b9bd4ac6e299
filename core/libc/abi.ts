/**
 * How compiled C calls libc. Arguments sit in order in 8-byte slots (see REG_ARGS in kernel/uapi/cpu.ts): integers
 * sign- or zero-extended to 64 bits by their C type, pointers as they are, double (and promoted float) as raw bits.
 * Variable arguments follow the named ones in the same slots. A va_list is a `char *` to such slots in user memory.
 */
import type { Ptmalloc } from './ptmalloc/index.js'
import type { Syscalls, UserCpu, UserMemory } from '../kernel/uapi/index.js'

/** Arguments of one call. `index` counts slots from 0. */
export interface CallArgs {
  readonly count: number
  /** As a C int (sign-extended 32 bits). */
  i32(index: number): number
  u32(index: number): number
  i64(index: number): bigint
  u64(index: number): bigint
  /** A pointer or size_t as a number; a size_t of 2^53 and more is rounded to 2^53 or more, so comparisons still hold. */
  ptr(index: number): number
  f64(index: number): number
}

/** Sequential reader over the variable part: of the call's own slots, or of a va_list in memory. */
export interface VarArgs {
  i64(): bigint
  f64(): number
}

/**
 * The caller's registers while a libc function serves its call: what setjmp keeps, what longjmp puts back, and where
 * alloca takes room. Writing them changes where and with what the program goes on once the call is served.
 */
export interface UserRegisters {
  /** Text address behind the call. Setting one where no code begins throws UserFault. */
  instructionPointer: number
  stackPointer: number
  framePointer: number
  /** rax: what the call to be gone on with returned. A function that returns a value overwrites it. */
  set result(value: number)
}

/** What a libc function gets: the machine's user side, nothing else. */
export interface LibcContext {
  readonly sys: Syscalls
  readonly mem: UserMemory & UserCpu
  readonly registers: UserRegisters
  /** The calling thread's struct pthread (fs base): errno and what belongs to a thread is found from it. */
  threadPointer(): number
}

/**
 * Returns what the C prototype says: a number for int, unsigned, pointer and size_t, a bigint for full 64-bit values
 * (both are truncated to the type), a number for double, nothing for void. May throw WouldBlock (the call is issued
 * again later, so it must not have lost anything), ProcessEnded or UserFault.
 */
export type LibcFunction = (args: CallArgs) => number | bigint | void

/** What observers may look at: the allocator, and what libc knows of the heap outside user memory. */
export interface LibcInside {
  readonly allocator: Ptmalloc
  /** The break as sbrk remembers it, 0 until it was asked for. */
  readonly brk: number
  /** Addresses that libc's FILE objects hold. */
  readonly blocks: readonly number[]
}

/** One instance per process image: exec makes a new one. All its state is either in user memory or in `state`. */
export interface Libc {
  readonly functions: ReadonlyMap<string, LibcFunction>
  /** Objects that headers declare `extern` (stdin, stdout, stderr, environ, optarg...): their address in user memory. */
  objectAddress(name: string): number | undefined
  /**
   * Gives libc's pointer variables (stdin, stdout, stderr, environ) their values in user memory, as the loader's
   * relocations do. Called once after exec, before main; not after a restore.
   */
  start(environ?: number): void
  /** exit(3) of a program that has registered no functions (units/exit.ts): flushes stdio, then exit_group. */
  exit(status: number): never
  /** Told before each call which thread makes it: 0 the first one, else its id. */
  threadRuns(id: number): void
  /** Told in the process that fork has made, before its first call. */
  forked(): void
  /** Where in libc's text handlers and threads return to, and what happens there; gets what was returned. */
  readonly returns: ReadonlyMap<number, (value: number) => void>
  readonly inside: LibcInside
  /** Host-side state for snapshots: plain JSON. */
  save(): unknown
  restore(state: unknown): void
}
