/** What a process has besides its memory: its C library, and who asked for each block of its heap. */
import { assert } from '../base/index.js'
import type { CompiledProgram } from '../cc/index.js'
import { SyscallTable, touchAll, type Kernel, type ProgramStart } from '../kernel/index.js'
import { createLibc, type Libc, type LibcInside } from '../libc/index.js'
import { Owners } from '../libc/ptmalloc/index.js'
import type { RunningPlace } from './running-place.js'

interface SavedProcess {
  readonly libc: unknown
  readonly owners: ReturnType<Owners['save']>
}

export class UserProcess {
  readonly libc: Libc
  readonly owners: Owners

  constructor(
    private readonly kernel: Kernel,
    private readonly program: CompiledProgram,
    private readonly start: ProgramStart,
    private readonly place: RunningPlace,
  ) {
    this.owners = new Owners(() => this.running())
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
        threadPointer: () => kernel.current.threadPointer,
      },
      {
        glibc,
        program: argv0,
        tls,
        observer: this.owners,
        objects: objectPlaces(kernel, start),
        code: (name) => this.functionAddress(name),
        touch: (symbol) => {
          this.place.fetching(symbol, () => touchAll(kernel, symbols[symbol] ?? [], start.place))
        },
        bind: () => touchAll(kernel, kernel.profile.lazyBinding, start.place),
      },
    )
  }

  /** Where a pointer to a libc function points: its real place if the profile knows it, else one of its own in the text. */
  functionAddress(name: string): number {
    const { kernel, program, start } = this
    const known = kernel.profile.symbols[name]?.find(([place, , access]) => place === 'libc' && access === 'x')
    if (known) return start.libcBias + known[1]
    const text = kernel.profile.libc.segments.find((s) => s.exec)
    assert(text, 'libc has text')
    const called = program.libcCalls.findIndex((call) => call.name === name)
    const index = called >= 0 ? called : program.libcCalls.length + Math.max(0, INTERNAL.indexOf(name))
    return start.libcBias + text.vaddr + 0x400 + 16 * index
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
