/** What the running task is at, by its registers, as the story asks at every event. */
import type { CompiledProgram } from '../cc/index.js'
import { REG_CALL, REG_PENDING } from '../kernel/uapi/index.js'
import type { Arena } from '../mm/phys/index.js'
import type { Place } from '../story/index.js'

/** The function of libc that allocates a stream's buffer when it is first used (libio/filedoalloc.c). */
const ALLOCATES_BUFFER = '_IO_file_doallocate'

export class RunningPlace implements Place {
  symbol = ''
  buffering = false

  constructor(
    private readonly arena: Arena,
    private readonly program: Pick<CompiledProgram, 'libcCalls'>,
    private readonly point: () => number,
  ) {}

  get codePoint(): number {
    return this.point()
  }
  get call(): string {
    const { i32 } = this.arena
    return i32[REG_PENDING >> 2] ? this.program.libcCalls[i32[REG_CALL >> 2]].name : ''
  }

  /** The code of a libc function is being fetched. */
  fetching(symbol: string, fetch: () => void): void {
    if (symbol === ALLOCATES_BUFFER) this.buffering = true
    this.symbol = symbol
    fetch()
    this.symbol = ''
  }

  /** The call of the library is over. */
  returned(): void {
    this.buffering = false
  }
}
