import { expect, it } from 'vitest'
import { compile } from '../../cc/index.js'
import { debian12Pie } from '../../profiles/templates.js'
import { FlatMachine, type FlatResult } from '../../testing/flat-cpu.js'

function run(body: string): FlatResult {
  const source = `#include <setjmp.h>\n#include <stdio.h>\n${body}`
  const compiled = compile(source, { path: 'a.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message)
  return new FlatMachine(compiled.program).run()
}

it('keeps rbp, rsp and the return address where glibc has them, and the flag of the mask behind', () => {
  const { stdout } = run(`
    int main(void) {
      sigjmp_buf e; long *r = (long *)e; char *rbp; int flag;
      flag = sigsetjmp(e, 1);
      rbp = (char *)r[1];
      printf("%d %d ", rbp > (char *)e && rbp < (char *)e + 300, r[6] <= (long)&flag && r[6] > (long)&flag - 400);
      printf("%d %d ", r[7] > (long)main && r[7] < (long)main + 4000, *(int *)(r + 8));
      setjmp(e);
      printf("%d", *(int *)(r + 8));
      return 0;
    }`)
  expect(stdout).toBe('1 1 1 1 0')
})

it('faults when the buffer holds no place of the program', () => {
  expect(run('jmp_buf e; int main(void) { longjmp(e, 1); }').signal).toBe(11)
})

it('comes back to a caller that was stopped in a library unit', () => {
  const { stdout } = run(`
    #include <stdlib.h>
    jmp_buf e; int n;
    int f(const void *a, const void *b) { if (++n % 2) longjmp(e, n); return 0; }
    int main(void) {
      int a[3] = {1, 2, 3}, got = setjmp(e);
      printf("%d ", got);
      if (got < 5) { qsort(a, 3, sizeof(int), f); bsearch(a, a, 3, sizeof(int), f); }
      return 0;
    }`)
  expect(stdout).toBe('0 1 3 5 ')
})
