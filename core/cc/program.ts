/**
 * A compiled program and a running one. The complete state of a running program is its register file and its memory
 * (kernel/uapi/cpu.ts): nothing lives on the host's stack between two calls of `run`, so a task can be snapshot,
 * forked, stepped by statement and resumed at any statement.
 */
import type { ElfImage, ImageTemplate, UserCode, UserCpu } from '../kernel/uapi/index.js'
import type { Diagnostic, Span } from './source.js'
import type { CType } from './types.js'

export interface CompiledProgram {
  readonly image: ElfImage
  /** Code points: places where execution can start or stop (function entries, statements, return points). */
  readonly codePoints: number
  /**
   * Code points of the library units linked to the program: parts of libc that are written in C because they call back
   * into the program. They are numbered behind the place main returns to, from codePoints + 1 on.
   */
  readonly libraryPoints: number
  readonly mainEntry: number
  /** Text address (relative to the load bias) of code point p is textBase + p * CODE_POINT_BYTES. */
  readonly textBase: number
  /** Names of the libc functions by call index (REG_CALL), with how they return. */
  readonly libcCalls: readonly {
    readonly name: string
    readonly returns: 'void' | 'int' | 'float' | 'double'
    readonly type: CType
  }[]
  /**
   * Where the statement of a code point stands in the source; the place main returns to is its closing brace. Points of
   * library units have none: see {@link CompiledProgram.isLibrary}.
   */
  spanOf(codePoint: number): Span | undefined
  functionOf(codePoint: number): string | undefined
  /** Is the code point in a library unit? What runs then is libc, on behalf of a statement of the program. */
  isLibrary(codePoint: number): boolean
  /** Is the code point a function's first, where its frame is not there yet? */
  isEntry(codePoint: number): boolean
  readonly warnings: readonly Diagnostic[]
  /** Makes the code runnable against a machine's memory, with the image loaded at `bias`. */
  instantiate(cpu: UserCpu, bias: number, externals: ExternalAddresses): ProgramInstance
}

/** Addresses of what the program does not define itself. */
export interface ExternalAddresses {
  /** `extern` objects of libc (stdout, environ...). */
  object(name: string): number | undefined
  /** Text address a pointer to a libc function has; calling through it reaches the function again. */
  function(name: string): number
  /** Where libc's text has room for the library units: 8 bytes for each of {@link CompiledProgram.libraryPoints}. */
  readonly library: number
}

export const CODE_POINT_BYTES = 8

export const RunStatus = {
  /** REG_FUEL is used up: standing before the statement at REG_PC. */
  Budget: 0,
  /** libc function REG_CALL is to be called with the slots at REG_ARGS; then `run` again continues behind the call. */
  LibCall: 1,
  /** main returned; its value is in REG_RET. */
  Returned: 2,
  /** A jump to something that is not code of the program: the address is in REG_JUMP. */
  BadJump: 3,
  /** Integer division by zero or overflow: SIGFPE at REG_PC. */
  DivideError: 4,
} as const
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus]

export interface ProgramInstance extends UserCode {
  /** Puts the registers to a call of main(argc, argv, envp) on the given stack. */
  start(stackPointer: number, argc: number, argv: number, envp: number): void
  /**
   * Runs from REG_PC until fuel is used up, a libc call, or the end. Each statement costs one unit of REG_FUEL, taken
   * before it runs. UserFault thrown by the machine passes through; REG_PC then names the statement that faulted.
   */
  run(): RunStatus
}

/** Compiles or explains why not. `path` is the file name used in messages and maps. */
export type Compile = (
  source: string,
  options: {
    readonly path: string
    readonly imagePath: string
    readonly template: ImageTemplate
    readonly glibc: string
  },
) =>
  | { readonly ok: true; readonly program: CompiledProgram }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }
