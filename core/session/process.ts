/**
 * A C program running as the machine's task: compiled code, the libc it calls, and what ends it. The loop is the CPU:
 * run until the fuel is used up or a libc function is wanted, serve that, go on.
 */
import { assert, high32, low32 } from '../base/index.js'
import type { Kernel, ProgramStart } from '../kernel/index.js'
import { SyscallTable, touchAll } from '../kernel/index.js'
import {
  ProcessEnded,
  REG_CALL,
  REG_FUEL,
  REG_PC,
  SIGFPE,
  SIGKILL,
  SIGSEGV,
  UserFault,
  WouldBlock,
} from '../kernel/uapi/index.js'
import { CpuRegisters, LibcCall, RunStatus, TextMap, type CompiledProgram, type ProgramInstance } from '../cc/index.js'
import { createLibc, type Libc, type LibcInside } from '../libc/index.js'
import { Owners } from '../libc/ptmalloc/index.js'
import type { TouchPlace } from '../profiles/index.js'
import { ArenaFull } from '../mm/phys/index.js'
import { Tracepoint } from '../trace/index.js'
import { programPoint } from './calling-point.js'
import { MemoryPeek } from './peek.js'

/** Why the program stands still. */
export type Halt =
  | { readonly why: 'budget' }
  /** It reads from an empty terminal. */
  | { readonly why: 'input' }
  /** `note` says what the simulation could not do, when it and not the program is the reason. */
  | { readonly why: 'ended'; readonly code: number; readonly signal: number; readonly note?: string }

interface SavedProcess {
  readonly pending: boolean
  readonly ended: Extract<Halt, { why: 'ended' }> | undefined
  readonly endedAt: number | undefined
}

/** Statements run in one go: short enough for V8 to swap in optimised code between two, long enough to cost nothing. */
const SLICE = 1 << 20

export class UserProcess {
  private readonly instance: ProgramInstance
  private readonly libc: Libc
  private readonly call: LibcCall
  /** Who asked for each block of the heap. */
  readonly owners: Owners
  /** Called when the process is over and its memory still there. */
  beforeExit: (() => void) | undefined
  /** A libc call was asked for and is not finished: issued again before the program goes on. */
  private pending = false
  private ended: Extract<Halt, { why: 'ended' }> | undefined
  /** The code point when it ended: its stack cannot be asked afterwards. */
  private endedAt: number | undefined
  private readonly text: TextMap
  private readonly registers: CpuRegisters

  constructor(
    private readonly kernel: Kernel,
    private readonly program: CompiledProgram,
    start: ProgramStart,
  ) {
    this.owners = new Owners(() => this.running())
    this.text = new TextMap(program, start.bias, this.libraryAddress(start.libcBias))
    this.registers = new CpuRegisters(kernel.user, this.text)
    this.libc = this.makeLibc(start)
    this.instance = program.instantiate(kernel.user, start.bias, {
      object: (name) => this.libc.objectAddress(name),
      function: (name) => this.functionAddress(name, start.libcBias),
      library: this.libraryAddress(start.libcBias),
    })
    this.call = new LibcCall(program, kernel.user)
    this.libc.start(start.envp)
    this.instance.start(start.stackPointer, start.argc, start.argv, start.envp)
    this.toFirstStatement()
    kernel.registry.table('libc', { save: () => this.libc.save(), load: (saved) => this.libc.restore(saved) })
    kernel.registry.table('heap.owners', this.owners)
    kernel.registry.table('process', {
      save: () => ({ pending: this.pending, ended: this.ended, endedAt: this.endedAt }),
      load: (saved: SavedProcess) => {
        this.pending = saved.pending
        this.ended = saved.ended
        this.endedAt = saved.endedAt
      },
    })
  }

  /** Without fuel the program runs its prologue and stands before the first statement of main. */
  private toFirstStatement(): void {
    this.kernel.setFuel(0)
    try {
      this.instance.run()
    } catch (error) {
      this.end(error)
    }
  }

  private makeLibc(start: ProgramStart): Libc {
    const { kernel } = this
    const { symbols, libcObjects, glibc } = kernel.profile
    const arena = start.libcBias + kernel.profile.mainArena
    let arenaEnd = arena
    let next = start.libcBias + libcObjects.start
    const place = (name: TouchPlace): number => (name === 'libc' ? start.libcBias : start.bias)
    return createLibc(
      {
        sys: new SyscallTable(kernel),
        mem: kernel.user,
        registers: this.registers,
        errnoAddress: start.errnoAddress,
        setErrno: (value) => kernel.user.writeU32(start.errnoAddress, value),
      },
      {
        glibc,
        program: kernel.profile.argv0,
        observer: this.owners,
        objects: (name, size) => {
          if (name === 'main_arena') {
            arenaEnd = arena + Math.ceil(size / 16) * 16
            return arena
          }
          const address = next < arenaEnd && next + size > arena ? arenaEnd : next
          next = address + Math.ceil(size / 16) * 16
          assert(next <= start.libcBias + libcObjects.end, `libc's data has room for ${name}`)
          return address
        },
        touch: (symbol) => {
          const touches = symbols[symbol]
          if (touches) touchAll(kernel, touches, place)
        },
      },
    )
  }

  /** Where a pointer to a libc function points: its real place if the profile knows it, else one of its own in the text. */
  private functionAddress(name: string, libcBias: number): number {
    const known = this.kernel.profile.symbols[name]?.find(([place, , access]) => place === 'libc' && access === 'x')
    if (known) return libcBias + known[1]
    const index = this.program.libcCalls.findIndex((call) => call.name === name)
    return this.libcText(libcBias) + 0x400 + 16 * Math.max(0, index)
  }

  /** Where the library units are: behind the places of functions, and where the profile knows of no function. */
  private libraryAddress(libcBias: number): number {
    return this.libcText(libcBias) + 0x4000
  }

  private libcText(libcBias: number): number {
    const text = this.kernel.profile.libc.segments.find((s) => s.exec)
    assert(text, 'libc has text')
    return libcBias + text.vaddr
  }

  /** Code point of the program's statement it stands before, or in which it called the part of libc that runs now. */
  get codePoint(): number {
    const { kernel, program, registers, text } = this
    const at = kernel.parts.arena.i32[REG_PC >> 2]
    if (!program.isLibrary(at)) return at
    return this.endedAt ?? programPoint(program, at, registers, text, new MemoryPeek(kernel, kernel.current.mm))
  }

  get libcInside(): LibcInside {
    return this.libc.inside
  }

  private running(): { codePoint: number; call: string; time: number } {
    const { arena, clock } = this.kernel.parts
    const call = this.pending ? this.program.libcCalls[arena.i32[REG_CALL >> 2]].name : ''
    return { codePoint: this.codePoint, call, time: clock.now }
  }

  get isPending(): boolean {
    return this.pending
  }

  /** Runs at most `statements` statements. */
  run(statements: number): Halt {
    if (this.ended) return this.ended
    try {
      return this.runUntilHalt(statements)
    } catch (error) {
      return this.end(error)
    }
  }

  private runUntilHalt(statements: number): Halt {
    let left = statements
    while (left > 0) {
      if (this.pending && !this.finishCall()) return { why: 'input' }
      const slice = Math.min(left, SLICE)
      this.kernel.setFuel(slice)
      const status = this.instance.run()
      const unused = Math.max(0, this.kernel.parts.arena.i32[REG_FUEL >> 2])
      left -= slice - unused
      this.kernel.syncClock()
      this.serve(status)
    }
    // A call that was reached with the last statement still belongs to it.
    if (this.pending && !this.finishCall()) return { why: 'input' }
    return { why: 'budget' }
  }

  private serve(status: RunStatus): void {
    switch (status) {
      case RunStatus.Budget:
        return
      case RunStatus.LibCall:
        this.pending = true
        return
      case RunStatus.Returned:
        return this.libc.exit(this.call.returnedInt())
      case RunStatus.BadJump:
        throw new ProcessEnded(0, SIGSEGV)
      case RunStatus.DivideError:
        throw new ProcessEnded(0, SIGFPE)
    }
  }

  /** Serves the libc call; false if it has to wait for input. */
  private finishCall(): boolean {
    const index = this.kernel.parts.arena.i32[REG_CALL >> 2]
    const fn = this.libc.functions.get(this.program.libcCalls[index].name)
    assert(fn, `libc has ${this.program.libcCalls[index].name}`)
    try {
      this.call.finish(index, fn(this.call.args))
    } catch (error) {
      if (error instanceof WouldBlock) return false
      throw error
    }
    this.pending = false
    return true
  }

  private end(error: unknown): Halt {
    const end = endOf(error)
    this.endedAt = this.codePoint
    const { signal, code } = end
    if (error instanceof UserFault)
      this.kernel.emit(Tracepoint.Signal, signal, error.code, low32(error.address), high32(error.address))
    this.beforeExit?.()
    this.kernel.exit(this.kernel.current, code, signal)
    this.ended = { why: 'ended', ...end }
    return this.ended
  }
}

/** What ends a process; anything else is a bug of the simulation and goes up. */
function endOf(error: unknown): { code: number; signal: number; note?: string } {
  if (error instanceof ProcessEnded) return { code: error.code, signal: error.signal }
  if (error instanceof UserFault) return { code: 0, signal: error.signal }
  if (error instanceof ArenaFull) return { code: 0, signal: SIGKILL, note: error.message }
  throw error
}
