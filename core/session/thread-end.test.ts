import { describe, expect, it } from 'vitest'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { smallProfile } from '../testing/machine.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const SOURCE = `
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
static sem_t go;
static void *run(void *arg) { char deep[20000]; deep[0] = 1; sem_wait(&go); return arg; }
int main(void)
{
    pthread_t t;
    sem_init(&go, 0, 0);
    pthread_create(&t, NULL, run, NULL);
    printf("waits\\n");
    getchar();
    sem_post(&go);
    printf("ends\\n");
    getchar();
    pthread_join(t, NULL);
    printf("joined\\n");
    getchar();
    return 0;
}
`

function start(): Simulation {
  const profile = smallProfile(findProfile('debian-12')!)
  const compiled = compileFor({ profile, source: SOURCE, path: 'program.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
}

function toStop(simulation: Simulation): string {
  for (;;) {
    const { why } = simulation.run(1 << 22)
    if (why !== 'budget') return why
  }
}

describe('a stop at which the thread that ran last has ended', () => {
  it('keeps all invariants, and the run goes on from a snapshot of it as it did the first time', () => {
    const simulation = start()
    const { kernel } = simulation
    toStop(simulation)
    simulation.type(Uint8Array.of(10))
    toStop(simulation)
    expect(kernel.tasks.get(kernel.runningPid)).toBeUndefined()
    assertInvariants(kernel)
    const snapshot = kernel.registry.snapshot()
    const before = kernel.registry.hash()
    const finish = (): string => {
      simulation.type(Uint8Array.of(10))
      toStop(simulation)
      return `${kernel.trace.hash} ${kernel.registry.hash()}`
    }
    const first = finish()
    kernel.registry.restore(snapshot)
    expect(kernel.registry.hash()).toBe(before)
    expect(finish()).toBe(first)
  })
})
