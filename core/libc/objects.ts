/**
 * libc's own objects in user memory. All are allocated when libc comes up, in one order, so that a libc made again
 * for a restored snapshot has them at the same addresses. Nothing is written here: see {@link initializeObjects}.
 */
import type { UserMemory } from '../kernel/uapi/index.js'
import { initializeGetopt, layoutGetopt, type GetoptObjects } from './getopt/objects.js'

/** sizeof(struct _IO_FILE_plus) on x86-64 (libio/libioP.h). */
const FILE_SIZE = 224
/** Offset of _shortbuf in struct _IO_FILE: the one-byte buffer of an unbuffered stream. */
export const SHORTBUF_OFFSET = 131
const SCRATCH_SIZE = 1024
const MESSAGES_SIZE = 1024
/** Two pointers, two flags and two lists of 32 functions (units/exit.ts): __exit_funcs, initial, initial_quick. */
const EXIT_STATE_SIZE = 24 + 2 * 1040

export interface LibcObjects {
  /** Addresses of _IO_2_1_stdin_, _IO_2_1_stdout_, _IO_2_1_stderr_. */
  readonly files: readonly [number, number, number]
  /** Objects that headers declare extern, by name. */
  readonly externs: ReadonlyMap<string, number>
  readonly environ: number
  readonly getopt: GetoptObjects
  /**
   * Where bytes that the real library would have on its stack pass through on their way to write(2): output to an
   * unbuffered stream, messages of abort.
   */
  readonly scratch: number
  readonly scratchSize: number
  /** Texts of strerror and strsignal are placed here when they are first asked for (string/messages.ts). */
  readonly messages: number
  readonly messagesSize: number
  /** What exit runs, kept by the library unit units/exit.ts. */
  readonly exitState: number
}

export function layoutObjects(allocate: (name: string, size: number) => number): LibcObjects {
  const files = [
    allocate('_IO_2_1_stdin_', FILE_SIZE),
    allocate('_IO_2_1_stdout_', FILE_SIZE),
    allocate('_IO_2_1_stderr_', FILE_SIZE),
  ] as const
  const externs = new Map(['stdin', 'stdout', 'stderr', 'environ'].map((name) => [name, allocate(name, 8)]))
  const getopt = layoutGetopt(allocate)
  for (const [name, address] of Object.entries<number>({ ...getopt })) externs.set(name, address)
  return {
    files,
    externs,
    getopt,
    environ: externs.get('environ') ?? 0,
    scratch: allocate('scratch', SCRATCH_SIZE),
    scratchSize: SCRATCH_SIZE,
    messages: allocate('messages', MESSAGES_SIZE),
    messagesSize: MESSAGES_SIZE,
    exitState: allocate('exit functions', EXIT_STATE_SIZE),
  }
}

/** Gives the pointer variables their values: what relocation of libc does in the real loader. */
export function initializeObjects(mem: UserMemory, objects: LibcObjects, environ: number): void {
  const names = ['stdin', 'stdout', 'stderr']
  names.forEach((name, i) => mem.writePtr(objects.externs.get(name) ?? 0, objects.files[i]))
  mem.writePtr(objects.environ, environ)
  initializeGetopt(mem, objects.getopt)
}
