/** What a process has besides its memory: its C library, and who asked for each block of its heap. */
import { assert } from '../base/index.js'
import { CpuRegisters, TextMap, type CompiledProgram } from '../cc/index.js'
import { SyscallTable, touchAll, type Kernel, type ProgramStart } from '../kernel/index.js'
import { createLibc, type Libc, type LibcInside } from '../libc/index.js'
import { Owners } from '../libc/ptmalloc/index.js'
import type { Mm } from '../mm/vma/index.js'
import type { TouchPlace } from '../profiles/index.js'
import { programPoint } from './calling-point.js'
import { MemoryPeek } from './peek.js'
import type { RunningPlace } from './running-place.js'

interface SavedProcess {
  readonly libc: unknown
  readonly owners: ReturnType<Owners['save']>
}

export class UserProcess {
  readonly libc: Libc
  readonly owners: Owners
  private readonly text: TextMap
  private readonly registers: CpuRegisters

  constructor(
    private readonly kernel: Kernel,
    private readonly program: CompiledProgram,
    private readonly start: ProgramStart,
    private readonly place: RunningPlace,
  ) {
    this.owners = new Owners(() => this.running())
    this.text = new TextMap(program, start.bias, this.libraryAddress)
    this.registers = new CpuRegisters(kernel.user, this.text)
    this.libc = this.makeLibc()
  }

  /** The process that fork makes: everything as it is, and apart from now on. */
  fork(): UserProcess {
    const child = new UserProcess(this.kernel, this.program, this.start, this.place)
    child.load(this.save())
    return child
  }

  get libcInside(): LibcInside {
    return this.libc.inside
  }

  private running(): { codePoint: number; call: string; time: number } {
    const { codePoint, call } = this.place
    return { codePoint, call, time: this.kernel.clock.now }
  }

  private makeLibc(): Libc {
    const { kernel, start } = this
    const { symbols, glibc, argv0, tls } = kernel.profile
    return createLibc(
      {
        sys: new SyscallTable(kernel),
        mem: kernel.user,
        registers: this.registers,
        threadPointer: () => kernel.current.threadPointer,
      },
      {
        glibc,
        program: argv0,
        tls,
        observer: this.owners,
        objects: objectPlaces(kernel, start),
        code: (name) => this.functionAddress(name),
        place: (name) => this.dataAddress(name),
        touch: (symbol) => {
          this.place.fetching(symbol, () => touchAll(kernel, symbols[symbol] ?? [], this.placeOf))
        },
        bind: () => touchAll(kernel, kernel.profile.lazyBinding, this.placeOf),
      },
    )
  }

  private readonly placeOf = (name: TouchPlace): number =>
    name === 'caller' ? this.registers.stackPointer : this.start.place(name)

  /** Where a pointer to a libc function points: its real place if the profile knows it, else one of its own in the text. */
  functionAddress(name: string): number {
    const { kernel, program, start } = this
    const known = kernel.profile.symbols[name]?.find(([place, , access]) => place === 'libc' && access === 'x')
    if (known) return start.libcBias + known[1]
    const called = program.libcCalls.findIndex((call) => call.name === name)
    const index = called >= 0 ? called : program.libcCalls.length + Math.max(0, INTERNAL.indexOf(name))
    return this.libcText + 0x400 + 16 * index
  }

  /** Where a variable of a library is that the profile knows; else 0. */
  private dataAddress(name: string): number {
    const known = this.kernel.profile.symbols[name]?.[0]
    return known ? this.start.place(known[0]) + known[1] : 0
  }

  /** Where the library units are: behind the places of functions, and where the profile knows of no function. */
  get libraryAddress(): number {
    return this.libcText + 0x4000
  }

  private get libcText(): number {
    const text = this.kernel.profile.libc.segments.find((s) => s.exec)
    assert(text, 'libc has text')
    return this.start.libcBias + text.vaddr
  }

  /** The program's own code point of a task that stands at `at`: where it called the library unit that runs for it. */
  pointOf(at: number, registers: { framePointer: number; stackPointer: number }, mm: Mm | undefined): number {
    const { kernel, program, text } = this
    return program.isLibrary(at) ? programPoint(program, at, registers, text, new MemoryPeek(kernel, mm)) : at
  }

  save(): SavedProcess {
    return { libc: this.libc.save(), owners: this.owners.save() }
  }
  load(saved: SavedProcess): void {
    this.libc.restore(saved.libc)
    this.owners.load(saved.owners)
  }
}

/** Places in libc's text that no program calls by name: what handlers and threads return to. */
const INTERNAL = ['__restore_rt', 'start_thread']

/** Gives libc's objects their addresses in its .data: malloc's arena where the real one is, the others around it. */
function objectPlaces(kernel: Kernel, { libcBias }: ProgramStart): (name: string, size: number) => number {
  const { libcObjects, mainArena } = kernel.profile
  const arena = libcBias + mainArena
  let arenaEnd = arena
  let next = libcBias + libcObjects.start
  return (name, size) => {
    if (name === 'main_arena') {
      arenaEnd = arena + Math.ceil(size / 16) * 16
      return arena
    }
    const address = next < arenaEnd && next + size > arena ? arenaEnd : next
    next = address + Math.ceil(size / 16) * 16
    assert(next <= libcBias + libcObjects.end, `libc's data has room for ${name}`)
    return address
  }
}
