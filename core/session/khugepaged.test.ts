import { describe, expect, it } from 'vitest'
import { findProfile } from '../profiles/index.js'
import { assertInvariants } from '../testing/invariants.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const profile = findProfile('debian-12')!

const HEAD = `
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#define PAGE 4096
#define HUGE (512 * PAGE)
static char *p;
`

/** Huge pages of the first process, in units of 2 MiB, each time it waits for input. */
function hugeAtStops(body: string): number[] {
  const source = `${HEAD}
int main(void)
{
    int i;
    p = mmap((void *)0x440000000, 20 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    ${body}
    return 0;
}
`
  const compiled = compileFor({ profile, source, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
  const found: number[] = []
  for (;;) {
    const halt = simulation.run(1 << 20)
    if (halt.why === 'budget') continue
    if (halt.why !== 'input') {
      assertInvariants(simulation.kernel)
      return found
    }
    const { tables, mm } = simulation.kernel.parts
    const main = simulation.kernel.tasks.processes[0].mm!
    let huge = 0
    for (const vma of main.vmas)
      tables.forEach(main.pgd, vma.start, vma.end, (entry) => {
        if (tables.isHuge(entry) && tables.pfnOf(entry) !== mm.hugeZero.frame) huge++
      })
    found.push(huge)
    simulation.type(new Uint8Array([10]))
  }
}

const touch = (pages: string): string => `for (i = 0; i < 20; i++) { ${pages} }`
const EVERY_REGION = touch('p[i * HUGE] = 1;')
const ADVISE = 'madvise(p, 20 * HUGE, MADV_HUGEPAGE);'

describe('khugepaged', () => {
  it('is woken by the first memory that may become huge, and then looks at eight regions every ten seconds', () => {
    const stops = hugeAtStops(`${EVERY_REGION} getchar(); ${ADVISE} sleep(1); getchar();
      sleep(8); getchar(); sleep(2); getchar(); sleep(10); getchar();`)
    expect(stops).toEqual([0, 8, 8, 16, 20])
  })

  it('does nothing where nobody asked for huge pages', () => {
    expect(hugeAtStops(`${EVERY_REGION} sleep(30); getchar();`)).toEqual([0])
  })

  it('wants one page at least (max_ptes_none 511): the page of zeros is none', () => {
    expect(hugeAtStops(`p[0] = 1; ${touch('i += p[i * HUGE + PAGE];')} ${ADVISE} sleep(60); getchar();`)).toEqual([1])
  })

  it('collapses what may only be read', () => {
    expect(hugeAtStops(`p[0] = 1; mprotect(p, 20 * HUGE, PROT_READ); ${ADVISE} sleep(1); getchar();`)).toEqual([1])
  })

  it('leaves alone what nobody used lately', () => {
    expect(hugeAtStops(`p[0] = 1; madvise(p, PAGE, MADV_COLD); ${ADVISE} sleep(60); getchar();`)).toEqual([0])
  })

  it('lets at most 256 pages of a region be shared with another process', () => {
    const program = (pages: number): string => `for (i = 0; i < ${pages}; i++) p[i * PAGE] = 1;
      if (fork() == 0) { pause(); _exit(0); }
      for (i = 0; i < ${pages}; i += 1) i += p[i * PAGE] - 1;
      ${ADVISE} sleep(1); getchar(); _exit(0);`
    expect(hugeAtStops(program(256))).toEqual([1])
    expect(hugeAtStops(program(257))).toEqual([0])
  })

  it('keeps an address space on its list over fork', () => {
    const stops = hugeAtStops(`p[0] = 1; ${ADVISE} sleep(1); p[HUGE] = 1; munmap(p, HUGE);
      if (fork() == 0) { pause(); _exit(0); } getchar(); _exit(0);`)
    expect(stops).toEqual([1])
  })
})
