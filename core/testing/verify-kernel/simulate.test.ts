import { describe, expect, it } from 'vitest'
import { debian12 } from '../../profiles/index.js'
import { smallProfile } from '../machine.js'
import { simulate } from './simulate.js'

describe('a program on the simulated machine', () => {
  const run = (source: string): ReturnType<typeof simulate> =>
    simulate({ profile: smallProfile(debian12), source, path: 'program.c', seed: 1 })

  it('is told a newline at each stop, until it ends', () => {
    const { stops, end } = run('#include <stdio.h>\nint main(void) { puts("a"); getchar(); getchar(); return 3; }')
    expect(stops).toHaveLength(2)
    expect(end).toEqual({ code: 3, signal: 0, stdout: 'a\n' })
  })

  it('that waits for what never comes is an error, not a run without an end', () => {
    const source = '#include <unistd.h>\nint main(void) { int p[2]; char c; pipe(p); return read(p[0], &c, 1); }'
    expect(() => run(source)).toThrow(/stop 0: nothing can go on.*pipe/)
  })
})
