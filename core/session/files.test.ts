import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { runReadout } from '../proc/index.js'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

/** Programs and what they print on a real machine's terminal (core/golden/libc). */
const read = (name: string): string => readFileSync(new URL(`../golden/libc/${name}`, import.meta.url), 'utf8')
const profile = findProfile('debian-12')!

function simulate(source: string): Simulation {
  const compiled = compileFor({ profile, source, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: false })
}

function toEnd(simulation: Simulation, statements = 1 << 20): Simulation {
  while (simulation.run(statements).why === 'budget');
  return simulation
}

const outputOf = (simulation: Simulation): string => decodeUtf8(simulation.kernel.tty.output)

describe('files of stdio', () => {
  it('hold what they hold on a real machine, and their blocks lie where they lie there', () => {
    const simulation = toEnd(simulate(read('files.c')))
    expect(outputOf(simulation)).toBe(read('files.out'))
    expect(simulation.halt).toEqual({ why: 'ended', code: 0, signal: 0 })
    assertInvariants(simulation.kernel)
  })

  it('are the same after a restore on the way', () => {
    const whole = toEnd(simulate(read('files.c')))
    const simulation = simulate(read('files.c'))
    for (let i = 0; i < 12; i++) {
      const halt = simulation.run(400)
      if (halt.why === 'ended') break
      const snapshot = simulation.kernel.registry.snapshot()
      simulation.run(300)
      simulation.kernel.registry.restore(snapshot)
      simulation.halt = halt
    }
    toEnd(simulation)
    expect(outputOf(simulation)).toBe(outputOf(whole))
    expect(simulation.kernel.trace.hash).toBe(whole.kernel.trace.hash)
  })
})

describe('the environment', () => {
  it('grows where it grows on a real machine', () => {
    const simulation = toEnd(simulate(read('environment.c')))
    expect(outputOf(simulation)).toBe(read('environment.out'))
  })
})

describe('names of memory', () => {
  const source = `
    #include <stdio.h>
    #include <sys/mman.h>
    #include <sys/prctl.h>
    #include <sys/utsname.h>
    #include <sys/sysinfo.h>
    #include <sys/times.h>
    #include <unistd.h>
    int main(void) {
      struct utsname names;
      struct sysinfo machine;
      struct tms used;
      char *p = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      char *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      int named = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p + 4096, 2 * 4096, "frame buffer");
      int shared = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, s, 4096, "ring");
      int bad = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p, 4096, "x[y");
      int unaligned = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p + 1, 4096, "x");
      printf("%d %d %d %d\\n", named, shared, bad, unaligned);
      getchar();
      prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p + 4096, 2 * 4096, NULL);
      uname(&names);
      sysinfo(&machine);
      printf("%s %s %d %d\\n", names.sysname, names.machine, machine.totalram > machine.freeram, times(&used) >= 0);
      printf("%d\\n", getuid() == geteuid());
      getchar();
    }`

  it('show in maps, keep mappings apart and can be taken away', () => {
    const simulation = toEnd(simulate(source.replaceAll('\\\\', '\\')))
    const pid = simulation.kernel.tasks.processes[0].pid
    const maps = (): string => runReadout(simulation.kernel, `cat /proc/${pid}/maps`, pid).text
    expect(outputOf(simulation)).toBe('0 0 -1 -1\n')
    expect(maps()).toMatch(/ {2,}\[anon:frame buffer\]$/m)
    expect(maps()).toMatch(/rw-s .* {2,}\[anon_shmem:ring\]$/m)
    const before = maps().split('\n').length
    expect(runReadout(simulation.kernel, `pmap -X ${pid}`, pid).text).toContain(' [anon:frame buffer]\n')
    simulation.type(Uint8Array.of(10))
    toEnd(simulation)
    expect(maps().split('\n').length).toBe(before - 2)
    expect(outputOf(simulation)).toBe('0 0 -1 -1\nLinux x86_64 1 1\n1\n')
  })
})
