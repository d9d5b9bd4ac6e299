import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { findProfile } from '../profiles/index.js'
import { compileFor } from './compile.js'
import { heapRows } from './heap.js'
import { heapSources } from './heap-views.js'
import { Simulation } from './simulation.js'

function simulate(source: string): Simulation {
  const profile = findProfile('debian-12')!
  const compiled = compileFor({ profile, source, path: 'a.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
}

function toEnd(simulation: Simulation): Simulation {
  while (simulation.run(1 << 22).why === 'budget');
  return simulation
}
const outputOf = (simulation: Simulation): string => decodeUtf8(simulation.kernel.tty.output)

const SORT = `#include <stdlib.h>
#include <stdio.h>
int order(const void *a, const void *b) {
  return *(int *)a - *(int *)b;
}
int main(void) {
  int a[4] = {3, 1, 2, 0};
  qsort(a, 4, sizeof(int), order);
  int *p = bsearch(&a[2], a, 4, sizeof(int), order);
  printf("%d", *p);
  return 0;
}
`

describe('stepping', () => {
  it('goes into the comparison, and over what calls it', () => {
    const simulation = simulate(SORT)
    const seen: string[] = []
    while (simulation.halt.why !== 'ended') {
      seen.push(`${simulation.functionName}:${simulation.span?.line}`)
      simulation.step(1000)
    }
    const compared = ['order:4', 'order:5', 'main:8']
    expect(seen.slice(0, 8)).toEqual(['main:7', 'main:8', ...compared, ...compared])
    expect(new Set(seen)).toEqual(new Set(['order:4', 'order:5', 'main:7', 'main:8', 'main:9', 'main:10', 'main:12']))
  })

  it('stands at the line that called, wherever in the library it stops', () => {
    const simulation = simulate(SORT)
    const seen = new Set<string>()
    while (simulation.run(1).why !== 'ended') seen.add(`${simulation.functionName}:${simulation.span?.line}`)
    expect([...seen].filter((at) => !/^(main|order):\d+$/.test(at))).toEqual([])
  })

  it('shows the end of main while functions run at exit', () => {
    const simulation = simulate(`#include <stdlib.h>
void bye(void) {
}
int main(void) {
  atexit(bye);
  return 0;
}
`)
    const seen: string[] = []
    while (simulation.halt.why !== 'ended') {
      seen.push(`${simulation.functionName}:${simulation.span?.line}`)
      simulation.step(1000)
    }
    expect(seen.slice(1)).toEqual(['main:6', 'main:7', 'bye:3', 'main:7'])
  })
})

describe('what a library unit does', () => {
  it('is on the account of the line that called', () => {
    const simulation = simulate(`#include <stdlib.h>
#include <stdio.h>
int once;
int order(const void *a, const void *b) {
  if (!once++) getchar();
  return 0;
}
int main(void) {
  static int a[500];
  qsort(a, 500, sizeof(int), order);
}
`)
    toEnd(simulation)
    expect(simulation.halt.why).toBe('input')
    const [row] = heapRows(heapSources(simulation)).filter(({ call }) => call === 'malloc')
    expect(row).toMatchObject({ state: 'used', usable: 2008, line: 10, functionName: 'main' })
  })

  it('ends at the line that called when it faults', () => {
    const simulation = toEnd(
      simulate(
        '#include <stdlib.h>\nint f(const void *a, const void *b) { return 1; }\nint main(void) {\n  qsort((void *)16, 4, 4, f);\n}\n',
      ),
    )
    expect(simulation.halt).toMatchObject({ why: 'ended', signal: 11 })
    expect(simulation.program.spanOf(simulation.cpu.codePoint)?.line).toBe(4)
  })

  it('goes on from a snapshot taken in the middle of it', () => {
    const simulation = simulate(SORT)
    simulation.run(30)
    expect(simulation.program.isLibrary(simulation.kernel.parts.arena.i32[1])).toBe(true)
    const snapshot = simulation.kernel.registry.snapshot()
    const first = [toEnd(simulation).halt, outputOf(simulation), simulation.kernel.trace.hash]
    simulation.kernel.registry.restore(snapshot)
    simulation.halt = { why: 'budget' }
    expect([toEnd(simulation).halt, outputOf(simulation), simulation.kernel.trace.hash]).toEqual(first)
    expect(first[1]).toBe('2')
  })
})

describe('qsort without room', () => {
  it('compares as the real library does (core/golden/libc)', () => {
    const read = (ending: string): string =>
      readFileSync(new URL(`../golden/libc/qsort-without-room.${ending}`, import.meta.url), 'utf8')
    expect(outputOf(toEnd(simulate(read('c'))))).toBe(read('out'))
  })
})
