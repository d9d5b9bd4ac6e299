/** `pagewalk malloc-trace`: where every block of a recorded series of malloc calls lands. */
import {
  BadTrace,
  decodeUtf8,
  findProfile,
  freshHeap,
  MallocReplay,
  replayMallocTrace,
} from '../../core/session/index.js'
import { readInput } from './run.js'
import { BrokenInput, type MallocTraceOptions } from './usage.js'

export function mallocTrace({ file, profile, repeat }: MallocTraceOptions): number {
  const text = decodeUtf8(readInput(file))
  const machine = findProfile(profile)!
  try {
    process.stdout.write(repeat > 0 ? `${bestTime(machine, text, repeat)}\n` : replayMallocTrace(machine, text))
    return 0
  } catch (error) {
    if (error instanceof BadTrace) throw new BrokenInput(`${file}: ${error.message}`)
    throw error
  }
}

/** Nanoseconds of the fastest of some replays, each on a fresh machine; booting it does not count. */
function bestTime(profile: NonNullable<ReturnType<typeof findProfile>>, text: string, repeat: number): number {
  let best = Infinity
  for (let i = 0; i < repeat; i++) {
    const { pool, host } = freshHeap(profile)
    const start = performance.now()
    new MallocReplay(pool, host).run(text, () => {})
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best * 1e6)
}
