import { describe, expect, it } from 'vitest'
import { profiles } from '../../profiles/index.js'
import { smallProfile } from '../machine.js'
import { brokenInvariants, programOf } from './verify.js'

const SEED = Number(process.env['FUZZ_SEED'] ?? 1)
const PROGRAMS = Number(process.env['FUZZ_RUNS'] ?? 8)

describe('random C programs', () => {
  it('are the same for the same seed, and others for others', () => {
    expect(programOf(1, 5)).toBe(programOf(1, 5))
    expect(programOf(1, 5)).not.toBe(programOf(1, 6))
    expect(programOf(2, 5)).not.toBe(programOf(1, 5))
  })

  it('use everything there is to use', () => {
    const all = Array.from({ length: 300 }, (_, i) => programOf(1, i)).join('')
    for (const call of ['mremap', 'mprotect', 'munmap', 'MAP_FIXED_NOREPLACE', 'mlock2', 'msync', 'mincore', 'sbrk'])
      expect(all).toContain(call)
    for (const call of ['memfd_create', 'ftruncate', 'pread', 'pwrite', 'realloc', 'malloc_trim', 'deep', 'HUGEPAGE'])
      expect(all).toContain(call)
    for (const call of [
      'fork',
      'waitpid',
      'kill',
      'wait(NULL)',
      'DONTFORK',
      'WIPEONFORK',
      'pthread_join',
      'pthread_detach',
    ])
      expect(all).toContain(call)
    expect(all).toContain('pthread_barrier_wait')
  })

  const what =
    'hold all invariants at every stop, the files of /proc add up to the page, and all memory is back at the end'
  it.each(profiles.map((profile) => [profile.id, profile] as const))(
    `${what}: %s`,
    { timeout: 300_000 },
    (_, profile) => {
      for (let i = 0; i < PROGRAMS; i++)
        expect(
          brokenInvariants(smallProfile(profile), SEED, i),
          `program ${i} of seed ${SEED}:\n${programOf(SEED, i)}`,
        ).toEqual([])
    },
  )
})
