/** `pagewalk malloc-trace`: where every block of a recorded series of malloc calls lands. */
import { BadTrace, decodeUtf8, findProfile, replayMallocTrace } from '../../core/session/index.js'
import { readInput } from './run.js'
import { BrokenInput } from './usage.js'

export function mallocTrace(file: string, profile: string): number {
  try {
    process.stdout.write(replayMallocTrace(findProfile(profile)!, decodeUtf8(readInput(file))))
    return 0
  } catch (error) {
    if (error instanceof BadTrace) throw new BrokenInput(`${file}: ${error.message}`)
    throw error
  }
}
