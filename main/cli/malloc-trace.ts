/** `pagewalk malloc-trace`: where every block of a recorded series of malloc calls lands. */
import { BadTrace, findProfile, freshHeap, MallocReplay, replayMallocTrace } from '../../core/session/index.js'
import { readInput } from './input.js'
import { BrokenInput, type MallocTraceOptions } from './usage.js'

export function mallocTrace({ file, profile, glibc, repeat }: MallocTraceOptions): number {
  const trace = readInput(file)
  const machine = findProfile(profile)!
  try {
    process.stdout.write(
      repeat > 0 ? `${bestTime(machine, trace, glibc, repeat)}\n` : replayMallocTrace(machine, trace, glibc),
    )
    return 0
  } catch (error) {
    if (error instanceof BadTrace) throw new BrokenInput(`${file}: ${error.message}`)
    throw error
  }
}

/** Nanoseconds of the fastest of some replays, each on a fresh machine; booting it does not count. */
function bestTime(
  profile: NonNullable<ReturnType<typeof findProfile>>,
  trace: Uint8Array,
  glibc: string | undefined,
  repeat: number,
): number {
  let best = Infinity
  for (let i = 0; i < repeat; i++) {
    const { pool, host } = freshHeap(profile, glibc)
    const start = performance.now()
    new MallocReplay(pool, host).run(trace, () => {})
    best = Math.min(best, performance.now() - start)
  }
  return Math.round(best * 1e6)
}
