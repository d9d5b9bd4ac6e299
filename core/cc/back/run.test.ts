import { describe, expect, it } from 'vitest'
import { REG_FUEL, REG_PC, REG_SP, UserFault } from '../../kernel/uapi/index.js'
import { debian12NoPie, debian12Pie } from '../../profiles/templates.js'
import { FlatMachine, type FlatOptions } from '../../testing/flat-cpu.js'
import { compile } from '../compile.js'
import type { Compile } from '../program.js'
import type { LinkedProgram } from './index.js'

function program(source: string, template = debian12Pie): LinkedProgram {
  const compiled = compile(source, { path: 'a.c', imagePath: '/prog', template, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message)
  return compiled.program
}
const machine = (source: string, options: FlatOptions = {}): FlatMachine => new FlatMachine(program(source), options)

/** Lines the program stands at when it is stepped one statement at a time. */
function lines(source: string): number[] {
  const seen: number[] = []
  const onStop = ({ cpu, program: p }: FlatMachine): void => {
    seen.push(p.spanOf(cpu.view.getInt32(REG_PC, true))?.line ?? 0)
  }
  machine(source, { slice: 1, onStop }).run()
  return seen
}

describe('fuel', () => {
  it('is one statement each', () => {
    const flat = machine('int main(void) { int a = 1; a++; a += 2; return a; }')
    flat.cpu.view.setInt32(REG_FUEL, 2, true)
    expect(flat.instance.run()).toBe(0)
    expect(flat.cpu.view.getInt32(REG_FUEL, true)).toBe(0)
    // init, a++, a += 2, return, closing brace
    expect(machine('int main(void) { int a = 1; a++; a += 2; return a; }').run()).toMatchObject({
      exit: 4,
      statements: 5,
    })
  })

  it.each([
    'for (;;) ;',
    'while (1) ;',
    'do ; while (1);',
    'a: goto a;',
    'for (;;) { continue; }',
    'while (1) { if (0) break; }',
  ])('runs out in %s', (loop) => {
    expect(() => machine(`int main(void) { ${loop} return 0; }`, { limit: 100_000, slice: 1000 }).run()).toThrow(
      'still',
    )
  })

  it('runs out in endless recursion, or the stack does', () => {
    const result = machine('int f(int n) { return f(n + 1); } int main(void) { return f(0); }', {
      stackSize: 1 << 16,
    }).run()
    expect(result.signal).toBe(11)
  })
})

describe('stepping', () => {
  it('stops where gdb stops', () => {
    const source = `int main(void) {
      int i, s = 0;
      for (i = 0; i < 2; i++)
        s += i;
      return s;
    }`
    expect(lines(source)).toEqual([3, 4, 3, 4, 3, 5, 6])
  })

  it('enters functions and comes back to the statement that called', () => {
    const source = `int f(int x) {
      return x + 1;
    }
    int main(void) {
      int a = f(1);
      return a;
    }`
    expect(lines(source)).toEqual([2, 3, 6, 7])
  })
})

describe('faults', () => {
  it('name the statement and leave the clock exact', () => {
    const source = `int main(void) {
      int a = 1;
      int *p = 0;
      a = *p;
      return a;
    }`
    const flat = machine(source)
    expect(flat.run()).toMatchObject({ signal: 11, statements: 3 })
    expect(flat.program.spanOf(flat.cpu.view.getInt32(REG_PC, true))?.line).toBe(4)
  })

  it('show current registers to the machine', () => {
    const seen: number[] = []
    const flat = machine('char big[9000]; int main(void) { big[0] = 1; big[5000] = 2; return 0; }', { slice: 100 })
    flat.cpu.onMiss = () => {
      seen.push(flat.cpu.view.getInt32(REG_FUEL, true))
    }
    flat.run()
    expect(seen.slice(-2)).toEqual([99, 98])
  })

  it('stop a store to a page that lost its permission while a frame window was open', () => {
    const flat = machine('char big[9000]; int main(void) { int a = 1; big[5000] = a; a = 2; return a; }')
    flat.cpu.onMiss = (address) => {
      if (address < 0x6000_0000_0000) {
        // As the kernel does when it takes the stack away: entry flushed, then no page.
        flat.cpu.onMiss = undefined
        flat.cpu.ranges.splice(0, flat.cpu.ranges.length, ...flat.cpu.ranges.filter((r) => r.end < 0x7fff_0000_0000))
        flat.cpu.flushTlb()
      }
    }
    const result = flat.run()
    expect(result).toMatchObject({ signal: 11, statements: 3 })
  })
})

describe('calls', () => {
  it('keep a return address on the guest stack that a program can destroy', () => {
    const source = 'int f(void) { long a[1]; a[2] = 12345; a[1] = 0; return 0; } int main(void) { f(); return 7; }'
    expect(machine(source).run()).toMatchObject({ signal: 11 })
  })

  it('keep the stack aligned to 16 bytes', () => {
    const tops: number[] = []
    const source =
      'int g(int n) { char c[3]; c[0] = n; return c[0]; } int f(int n) { int a; a = g(n); return a; } int main(void) { return f(1); }'
    machine(source, {
      slice: 1,
      onStop: ({ cpu }) => void tops.push(Number(cpu.view.getBigInt64(REG_SP, true) % 16n)),
    }).run()
    expect(tops.every((rest) => rest === 0)).toBe(true)
  })

  it('get argc, argv and envp', () => {
    const source =
      '#include <stdio.h>\nint main(int argc, char **argv, char **envp) { printf("%d %s %d", argc, argv[0], envp[0] == 0); return 0; }'
    expect(machine(source).run().stdout).toBe('1 prog 1')
  })

  it('work without a load bias', () => {
    const source =
      '#include <stdio.h>\nstatic const char *names[] = {"a", "b"}; int f(void) { return 3; } int (*p)(void) = f; int main(void) { printf("%s%d", names[1], p()); return 0; }'
    const noPie = program(source, debian12NoPie)
    expect(noPie.relocations).toEqual([])
    expect(new FlatMachine(noPie).run().stdout).toBe('b3')
  })
})

it('passes errors of the machine through', () => {
  const flat = machine('int main(void) { return 0; }')
  flat.cpu.onMiss = (address, write) => {
    throw new UserFault(7, 2, address as never, write)
  }
  flat.cpu.flushTlb()
  expect(flat.run().signal).toBe(7)
})

it('refuses what the calling convention cannot carry, at its place', () => {
  const args = Array.from({ length: 300 }, () => '1').join()
  const compiled = compile(`int f(int n, ...) { return n; }\nint main(void) { return f(${args}); }`, {
    ...{ path: 'a.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' },
  })
  expect(compiled).toMatchObject({ ok: false, diagnostics: [{ code: 'too-many-arguments', span: { line: 2 } }] })
})

it('keeps the contract of program.ts', () => {
  const contract: Compile = compile
  expect(
    contract('int main(void) { return 0; }', { path: 'a.c', imagePath: '/prog', template: debian12Pie, glibc: '2.36' })
      .ok,
  ).toBe(true)
})
