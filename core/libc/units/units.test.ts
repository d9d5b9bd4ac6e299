import { describe, expect, it } from 'vitest'
import { compile } from '../../cc/index.js'
import type { LinkedProgram } from '../../cc/index.js'
import { REG_BP, REG_PC } from '../../kernel/uapi/index.js'
import { debian12Pie } from '../../profiles/templates.js'
import { FlatMachine } from '../../testing/flat-cpu.js'

function program(source: string): LinkedProgram {
  const compiled = compile(source, { path: 'a.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message)
  return compiled.program
}
const output = (source: string): string => new FlatMachine(program(`#include <stdio.h>\n${source}`)).run().stdout

/** Differs from one that calls a host function only in the name. */
const sorting = (name: string): string => `
  static int numbers[] = {3, 1, 2}; int zeros[100]; const char *text = "text";
  void ${name}(void *, unsigned long, unsigned long, int (*)(const void *, const void *));
  int order(const void *a, const void *b) { return *(int *)a - *(int *)b; }
  int main(void) { ${name}(numbers, 3, sizeof(int), order); return numbers[0]; }`

describe('a library unit', () => {
  it('leaves the program’s image as it is', () => {
    const [linked, plain] = [program(sorting('qsort')), program(sorting('srand'))]
    expect(linked.libraryPoints).toBeGreaterThan(0)
    expect(plain.libraryPoints).toBe(0)
    expect(linked.image).toEqual(plain.image)
    expect([linked.codePoints, linked.textBase]).toEqual([plain.codePoints, plain.textBase])
    expect(linked.libcCalls[0].name).toBe('qsort')
  })

  it('is not linked with a program that refers to none, nor with one that has its own', () => {
    expect(program('int main(void) { return 0; }').libraryPoints).toBe(0)
    expect(program('#include <stdlib.h>\nint main(void) { exit(3); }').libraryPoints).toBe(0)
    const own = 'void *bsearch(void) { return 0; } int main(void) { return bsearch() != 0; }'
    expect(program(own).libraryPoints).toBe(0)
  })

  it('has names of its own', () => {
    expect(
      output(`#include <stdlib.h>
        static int merge_sort = 1, take = 2; int state(void) { return 3; }
        static int run(const void *a, const void *b) { return *(char *)a - *(char *)b; }
        int main(void) { char s[] = "cab"; qsort(s, 3, 1, run); printf("%s %d %d %d", s, merge_sort, take, state()); return 0; }`),
    ).toBe('abc 1 2 3')
  })

  it('shows no line and no function of its own', () => {
    const p = program(sorting('qsort'))
    const first = p.codePoints + 1
    expect(p.spanOf(first)).toBeUndefined()
    expect(p.functionOf(first)).toBeUndefined()
    expect([p.isLibrary(first), p.isLibrary(p.codePoints), p.isLibrary(0)]).toEqual([true, false, false])
    expect(p.functionOf(p.codePoints)).toBe('main')
  })

  it('is called without a prototype, too', () => {
    expect(
      output(
        'int f(int *a, int *b) { return *a - *b; } int main(void) { int a[] = {2, 1}; qsort(a, 2, 4, f); printf("%d", a[0]); return 0; }',
      ),
    ).toBe('1')
  })

  it('faults where a bad pointer makes it fault', () => {
    const source = '#include <stdlib.h>\nint main(void) { return bsearch("a", "b", 1, 1, (void *)16) != 0; }'
    expect(new FlatMachine(program(source)).run().signal).toBe(11)
  })
})

describe('the frames of qsort are the real library’s', () => {
  const source = (count: number, declared: string): string => `#include <stdlib.h>
    static ${declared}; static int order(const void *a, const void *b) { return 0; }
    int main(void) { qsort(a, ${count}, sizeof *a, order); return 0; }`

  /** Distances between the frame pointers, from main's down, when the comparison first runs. */
  function frames(text: string): number[] {
    let found: number[] = []
    const p = program(text)
    const onStop = ({ cpu }: FlatMachine): void => {
      if (found.length > 0 || p.functionOf(cpu.view.getInt32(REG_PC, true)) !== 'order') return
      const chain: number[] = []
      for (let bp = Number(cpu.view.getBigUint64(REG_BP, true)); bp !== 0; bp = cpu.readPtr(bp)) chain.push(bp)
      found = chain
        .slice(0, -1)
        .map((bp, i) => chain[i + 1] - bp)
        .reverse()
    }
    new FlatMachine(p, { slice: 1, onStop }).run()
    return found
  }

  it('160 bytes and what alloca takes, 112 for each level', () => {
    const [, qsort, room, ...levels] = frames(source(16, 'int a[16]'))
    expect([qsort, room]).toEqual([48, 160 + 80])
    expect(levels).toEqual([112, 112, 112, 112])
  })

  it('without room from alloca when it comes from malloc', () => {
    const [, , room] = frames(source(300, 'int a[300]'))
    expect(room).toBe(160)
  })
})
