/**
 * The founding experiment's loops over 16 MiB, against the same loops over a JavaScript typed array. Goal: both C
 * loops together well under 0.7 s on the development machine (about 3.6 ns an iteration, two statements each), that is
 * at most about 10 times the JavaScript loops.
 */
import { bench, describe } from 'vitest'
import { debian12Pie } from '../../profiles/templates.js'
import { FlatMachine } from '../../testing/flat-cpu.js'
import { compile } from '../compile.js'

const N = 1 << 24

function machine(body: string): FlatMachine {
  const source = `#include <sys/mman.h>
    int main(void) {
      int i, tmp;
      char *p = mmap(0, ${N}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      ${body}
      return 0;
    }`
  const compiled = compile(source, { path: 'loop.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message)
  return new FlatMachine(compiled.program)
}

const options = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 }

describe('16 Mi reads and 16 Mi writes', () => {
  const bytes = new Int8Array(N)
  let sink = 0
  bench(
    'JavaScript typed array',
    () => {
      for (let i = 0; i < N; i++) sink = bytes[i]
      for (let i = 0; i < N; i++) bytes[i] = i + sink
    },
    options,
  )
  bench(
    'compiled C with page faults',
    () => void machine(`for (i = 0; i < ${N}; i++) tmp = p[i]; for (i = 0; i < ${N}; i++) p[i] = i;`).run(),
    options,
  )
})

describe('calls', () => {
  bench(
    'fib(25), 250 thousand calls',
    () => {
      const source = `int fib(int n) { if (n < 2) return n; return fib(n - 1) + fib(n - 2); } int main(void) { return fib(25); }`
      const compiled = compile(source, { path: 'fib.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
      if (compiled.ok) new FlatMachine(compiled.program).run()
    },
    options,
  )
})
