import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { processesJson } from '../proc/index.js'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

/** Programs and what they print on a real machine (core/golden/processes). */
const read = (name: string): string => readFileSync(new URL(`../golden/processes/${name}`, import.meta.url), 'utf8')
const PROGRAMS = ['fork', 'pipe', 'signals', 'threads', 'thread-end', 'sigaltstack', 'poll']

const profile = findProfile('debian-12')!

function simulate(source: string, seed = 1): Simulation {
  const compiled = compileFor({ profile, source, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed, randomised: true })
}

const outputOf = (simulation: Simulation): string => decodeUtf8(simulation.kernel.tty.output)

/** Runs on, without input, until the program ends or stands still. */
function toEnd(simulation: Simulation, statements = 1 << 20): Simulation {
  for (;;) {
    const halt = simulation.run(statements)
    if (halt.why === 'budget') continue
    return simulation
  }
}

describe('fork, in pages of the C library (glibc posix/fork.c, nptl/nptl-stack.c)', () => {
  const HEAD =
    '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <pthread.h>\n#include <sys/wait.h>\n'
  /** Dirty kB of the child that are its own alone, of libc's .bss and of the thread's stack. */
  const ownOfChild = (source: string): { bss: number; stack: number } => {
    const { kernel } = toEnd(simulate(source))
    const { maps } = processesJson(kernel)[1]
    const data = maps.findIndex((m) => m.name === 'libc.so.6' && m.perms === 'rw-p')
    const stack = maps.find((m) => m.size_kb === 8192)
    return { bss: maps[data + 1].smaps.Private_Dirty, stack: stack?.smaps.Private_Dirty ?? 0 }
  }

  it("a child writes one page of libc's .bss", () => {
    expect(ownOfChild(`${HEAD}int main(void) { if (fork() == 0) { pause(); } getchar(); return 0; }`).bss).toBe(4)
  })

  it('one with threads resets the locks, and clears the ids of the threads that it does not have', () => {
    const source = `${HEAD}static void *wait_for_ever(void *p) { pause(); return p; }
      int main(void) { pthread_t t; pthread_create(&t, NULL, wait_for_ever, NULL);
        usleep(1000); if (fork() == 0) { pause(); } getchar(); return 0; }`
    expect(ownOfChild(source)).toEqual({ bss: 16, stack: 4 })
  })
})

describe('programs of several processes and threads', () => {
  it.each(PROGRAMS)('%s prints what it prints on a real machine', (name) => {
    const simulation = toEnd(simulate(read(`${name}.c`)))
    expect(outputOf(simulation)).toBe(read(`${name}.out`))
    expect(simulation.halt).toEqual({ why: 'ended', code: 0, signal: 0 })
    assertInvariants(simulation.kernel)
  })

  it.each(PROGRAMS)('%s does so however the turns fall', (name) => {
    for (const seed of [2, 3, 4]) expect(outputOf(toEnd(simulate(read(`${name}.c`), seed)))).toBe(read(`${name}.out`))
  })

  it.each(PROGRAMS)('%s is the same run when it is halted all the time', (name) => {
    const whole = toEnd(simulate(read(`${name}.c`)))
    const halted = toEnd(simulate(read(`${name}.c`)), 97)
    expect(halted.kernel.trace.hash).toBe(whole.kernel.trace.hash)
  })

  it.each(PROGRAMS)('%s goes on from snapshots taken on the way', (name) => {
    const simulation = simulate(read(`${name}.c`))
    const whole = toEnd(simulate(read(`${name}.c`)))
    for (let i = 0; i < 20; i++) {
      const halt = simulation.run(50)
      if (halt.why === 'ended') break
      const snapshot = simulation.kernel.registry.snapshot()
      simulation.run(500)
      simulation.kernel.registry.restore(snapshot)
      simulation.halt = halt
    }
    toEnd(simulation)
    expect(outputOf(simulation)).toBe(outputOf(whole))
    expect(simulation.kernel.trace.hash).toBe(whole.kernel.trace.hash)
  })
})

describe('a thread’s alternate stack', () => {
  it('is disabled in a new thread, and none at all in the first', () => {
    const source = `#define _GNU_SOURCE
      #include <pthread.h>
      #include <signal.h>
      #include <stdio.h>
      static void show(int signal, siginfo_t *info, void *context) {
        printf("%d ", ((ucontext_t *)context)->uc_stack.ss_flags);
      }
      static void *run(void *arg) { raise(SIGUSR1); return arg; }
      int main(void) {
        struct sigaction action = {0}; pthread_t t;
        action.sa_sigaction = show; action.sa_flags = SA_SIGINFO; sigaction(SIGUSR1, &action, NULL);
        raise(SIGUSR1); pthread_create(&t, NULL, run, NULL); pthread_join(t, NULL); return 0;
      }`
    expect(outputOf(toEnd(simulate(source)))).toBe('0 2 ')
  })
})

describe('memory after fork', () => {
  const source = (child: string, parent: string): string => `
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    #include <sys/mman.h>
    #include <sys/wait.h>
    int main(void) {
      char *p = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      memset(p, 1, 64 * 4096);
      pid_t pid = fork();
      if (pid == 0) { ${child}; pause(); }
      usleep(1000); ${parent}; getchar(); return 0;
    }`

  it('is shared until somebody writes: every page counts for both, by half', () => {
    const simulation = toEnd(simulate(source('', '')))
    const both = processesJson(simulation.kernel).map(({ maps }) =>
      maps.find((m) => (m.smaps.Rss ?? 0) >= 256 && m.name === '[anon]')!,
    )
    for (const { smaps } of both) {
      expect(smaps.Shared_Dirty).toBeGreaterThanOrEqual(256)
      expect(smaps.Pss).toBe(Number(smaps.Rss) - Number(smaps.Shared_Dirty) / 2)
    }
    assertInvariants(simulation.kernel)
  })

  it('gives the writer a copy of each page it writes, and the other keeps what it had', () => {
    const simulation = toEnd(simulate(source('for (int i = 0; i < 10; i++) p[i * 4096] = 9', 'printf("%d\\n", p[0])')))
    expect(outputOf(simulation)).toBe('1\n')
    assertInvariants(simulation.kernel)
  })

  it('is all given back when both have ended', () => {
    const simulation = simulate(source('_exit(0)', 'wait(0)'))
    toEnd(simulation)
    simulation.type(Uint8Array.of(10))
    toEnd(simulation)
    expect(simulation.kernel.tasks.mms).toEqual([])
    assertInvariants(simulation.kernel)
  })
})

describe('a program that forks without end', () => {
  it('gets EAGAIN, and the machine goes on', () => {
    const source = `
      #include <errno.h>
      #include <stdio.h>
      #include <unistd.h>
      int main(void) {
        int n = 0;
        for (;;) {
          pid_t pid = fork();
          if (pid == 0) pause();
          if (pid < 0) break;
          n++;
        }
        printf("%d %d\\n", n, errno == EAGAIN);
        return 0;
      }`
    expect(outputOf(toEnd(simulate(source)))).toBe('511 1\n')
  })
})

describe('a program that waits for nothing', () => {
  it('says what for', () => {
    const simulation = toEnd(simulate('#include <unistd.h>\nint main(void) { pause(); return 0; }'))
    expect(simulation.halt).toEqual({ why: 'stuck', on: 'signal' })
  })
})

describe('the first frame of main', () => {
  it('may bring in pages before there is a heap', () => {
    const simulation = toEnd(simulate('int main(int n) { char room[200000]; int last = n; return last - 1; }'))
    expect(simulation.halt).toEqual({ why: 'ended', code: 0, signal: 0 })
  })
})
