import { describe, expect, it } from 'vitest'
import { findProfile } from '../profiles/index.js'
import type { HeapCall } from '../protocol/index.js'
import { compileFor } from './compile.js'
import { binRows, heapFields, heapRows } from './heap.js'
import { heapSources, leaksNow, whatIfNow } from './heap-views.js'
import { createSession } from './session.js'
import { Simulation } from './simulation.js'
import { whatIfText } from './what-if-text.js'

const PROLOGUE = '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n'

/** At the program's first stop, or at its end. The body of main begins at line 5. */
function simulate(body: string, { profile = 'debian-12', globals = '' } = {}): Simulation {
  const machine = findProfile(profile)!
  const source = `${PROLOGUE}${globals} int main(void) {\n${body}\nreturn 0; }\n`
  const compiled = compileFor({ profile: machine, source, path: 'a.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({
    profile: machine,
    program: compiled.program,
    seed: 1,
    randomised: true,
    findLeaks: true,
  })
  while (simulation.run(1 << 22).why === 'budget');
  return simulation
}

/** `used 32 malloc:5, tcache 48` without the tcache's own structure and getchar's buffer. */
const drawn = (simulation: Simulation): string =>
  heapRows(heapSources(simulation))
    .filter(({ call }) => call !== 'getchar' && call !== 'tcache_perthread_struct')
    .map(({ state, size, call, line }) => `${state} ${size}${call ? ` ${call}:${line}` : ''}`)
    .join(', ')

describe('the heap at a stop', () => {
  it('shows each block with the line that asked for it', () => {
    const simulation = simulate('char *a = malloc(10);\nchar *b = calloc(4, 10);\na = realloc(a, 100);\ngetchar();')
    expect(drawn(simulation)).toBe('tcache 32, used 48 calloc:6, used 112 realloc:7, top 133280')
  })

  it('names the function that ran, and what the library allocates by the function that was called', () => {
    const simulation = simulate('p = make();\nchar *s = strdup("x");\ngetchar();', {
      globals: 'char *p; char *make(void) { return malloc(8); }',
    })
    const rows = heapRows(heapSources(simulation)).filter(({ line }) => line > 0)
    expect(rows.map(({ call, functionName, line, serial }) => [call, functionName, line, serial])).toEqual([
      ['malloc', 'make', 4, 1],
      ['strdup', 'main', 6, 2],
      ['getchar', 'main', 7, 3],
    ])
  })

  it('lists mappings of their own behind the heap', () => {
    const row = heapRows(heapSources(simulate('char *a = malloc(300000);\ngetchar();'))).at(-1)!
    expect(row).toMatchObject({
      state: 'mmapped',
      size: 303104,
      usable: 303088,
      requested: 300000,
      flags: 'M',
      line: 5,
    })
  })

  it('has lists in their order, and each free chunk’s place in them', () => {
    const body =
      'char *a = malloc(24), *b = malloc(24), *c = malloc(2000), *d = malloc(24);\nfree(a); free(b); free(c);\ngetchar();'
    const sources = heapSources(simulate(body))
    // getchar's buffer was cut off c, which lies in the unsorted bin with what is left of it.
    expect(binRows(sources).map(({ name, count }) => `${name} ${count}`)).toEqual(['tcache[0] 2', 'unsorted 1'])
    const places = heapRows(sources).flatMap(({ bin, position }) => (bin ? [`${bin} #${position}`] : []))
    expect(places).toEqual(['tcache[0] #1', 'tcache[0] #0', 'unsorted #0'])
  })

  it('has no tcache in glibc 2.23: the fastbin’s chunk is consolidated and sorted when getchar asks for its buffer', () => {
    const body = 'char *a = malloc(24), *b = malloc(24);\nfree(a);\ngetchar();'
    expect(drawn(simulate(body, { profile: 'ubuntu-16.04' }))).toBe('small 32, used 32 malloc:5, top 134064')
  })

  it('adds up to what mallinfo2 says', () => {
    const simulation = simulate(
      'char *a = malloc(24), *b = malloc(3000), *c = malloc(1), *d = malloc(200000);\nfree(b); free(c);\ngetchar();',
    )
    const fields = new Map(heapFields(heapSources(simulation)).map(({ name, value }) => [name, value]))
    const info = simulation.process.libcInside.allocator.info()
    for (const [name, value] of Object.entries(info))
      if (name !== 'usmblks') expect([name, fields.get(name)]).toEqual([name, value])
  })

  it('is seen without changing anything', () => {
    const simulation = simulate('char *a = malloc(24);\nfree(a);\ngetchar();')
    const { registry } = simulation.kernel
    const before = registry.hash()
    const sources = heapSources(simulation)
    heapRows(sources)
    binRows(sources)
    leaksNow(simulation)
    whatIfNow(simulation, { call: 'malloc', size: 5000 })
    expect(registry.hash()).toBe(before)
  })

  it('comes back with a snapshot, owners and all', () => {
    const simulation = simulate(
      'char *a = malloc(24);\ngetchar();\nfree(a);\nfree(malloc(5000));\ngetchar(); getchar();',
    )
    const snapshot = simulation.kernel.registry.snapshot()
    const before = heapRows(heapSources(simulation))
    simulation.type(Uint8Array.of(10))
    simulation.run(1 << 20)
    expect(heapRows(heapSources(simulation))).not.toEqual(before)
    simulation.kernel.registry.restore(snapshot)
    expect(heapRows(heapSources(simulation))).toEqual(before)
  })
})

describe('what a call would do', () => {
  const BODY =
    'char *a = malloc(24), *b = malloc(2000), *c = malloc(24), *m = malloc(200000);\nfree(b);\nfree(c);\ngetchar();'
  const told = (call: HeapCall, simulation = simulate(BODY)): string => {
    const answer = whatIfNow(simulation, call)!
    return whatIfText(call, answer).replace(/0x[0-9a-f]+/g, '@')
  }

  it('says which list serves a request', () => {
    expect(told({ call: 'malloc', size: 24 })).toBe('malloc(24):\n  takes chunk @ (32) from tcache[0]\n  returns @\n')
    expect(told({ call: 'malloc', size: 100 })).toContain('splits chunk @ of unsorted: 112 are used')
    expect(told({ call: 'malloc', size: 4000 })).toContain(
      '(976) moves from unsorted to smallbin 61\n  cuts chunk @ (4016) off top',
    )
    expect(told({ call: 'malloc', size: 300000 })).toContain('mmap of 303104 bytes at @')
    const smallTop = simulate('char *a = malloc(10000);\ngetchar();')
    expect(told({ call: 'malloc', size: 131000 }, smallTop)).toContain('brk moves the break by 139264')
  })

  it('says where a freed block goes, or that glibc will abort', () => {
    const simulation = simulate(BODY)
    const [a, c] = heapRows(heapSources(simulation)).filter(({ size }) => size === 32)
    const block = (row: { user: string }): number => parseInt(row.user, 16)
    expect(told({ call: 'free', block: block(a) }, simulation)).toContain('goes to tcache[0], which then holds 2')
    expect(told({ call: 'free', block: block(c) }, simulation)).toContain(
      'aborts: free(): double free detected in tcache 2',
    )
    expect(told({ call: 'free', block: block(a) + 8 }, simulation)).toContain('aborts: free(): invalid pointer')
    expect(told({ call: 'free', block: 4096 }, simulation)).toContain('signal 11: nothing is mapped at @')
    const mapped = heapRows(heapSources(simulation)).at(-1)!
    expect(told({ call: 'free', block: block(mapped) }, simulation)).toContain(
      'munmap of 200704 bytes at @\n  mmap_threshold rises to 200704, trim_threshold to 401408',
    )
  })

  it.each<HeapCall>([
    ...[0, 24, 100, 960, 1500, 4000, 131000, 140000, 300000].map((size) => ({ call: 'malloc', size }) as const),
    { call: 'calloc', count: 3, size: 700 },
    { call: 'memalign', alignment: 4096, size: 100 },
    { call: 'memalign', alignment: 64, size: 300000 },
  ])('is what it then does: %j', (call) => {
    const simulation = simulate(BODY)
    const { end } = whatIfNow(simulation, call)!
    const { allocator } = simulation.process.libcInside
    const value =
      call.call === 'malloc'
        ? allocator.malloc(call.size)
        : call.call === 'calloc'
          ? allocator.calloc(call.count, call.size)
          : call.call === 'memalign'
            ? allocator.memalign(call.alignment, call.size)
            : 0
    expect(end).toEqual({ how: 'returns', value })
  })
})

describe('leaks', () => {
  const lost = (simulation: Simulation): string[] =>
    leaksNow(simulation).leaks.map(({ kind, requested, line }) => `${kind} ${requested}:${line}`)

  it('are blocks that neither stack nor globals nor reachable blocks point to', () => {
    const body = 'p = malloc(8); *p = malloc(16);\nchar *q = malloc(24);\nq = malloc(32);\ngetchar();'
    expect(lost(simulate(body, { globals: 'char **p;' }))).toEqual(['direct 24:6'])
  })

  it('are not blocks with a pointer to their inside', () => {
    expect(lost(simulate('char *q = malloc(24); q += 5;\ngetchar();'))).toEqual([])
  })

  it('lead to others: those are lost indirectly; of a ring one is lost itself', () => {
    const body = 'void **a = malloc(8); void **b = malloc(16);\na[0] = b; b[0] = a; a = b = 0;\ngetchar();'
    expect(lost(simulate(body))).toEqual(['direct 8:5', 'indirect 16:5'])
  })

  it('of a program that has ended are what was lost when it ended, with main’s variables gone', () => {
    const body = 'char *q = malloc(24);\nkept = malloc(10);'
    const simulation = simulate(body, { globals: 'char *kept;' })
    expect(simulation.halt.why).toBe('ended')
    expect(lost(simulation)).toEqual(['direct 24:5'])
    expect(leaksNow(simulation).reachable).toEqual({ blocks: 1, bytes: 10 })
  })

  it('do not include main’s blocks when it calls exit', () => {
    expect(lost(simulate('char *q = malloc(24);\nexit(0);'))).toEqual([])
  })

  it('are not the library’s own buffers', () => {
    expect(lost(simulate('printf("x\\n");\nfree(malloc(10));'))).toEqual([])
  })
})

describe('the tables of the heap in a session', () => {
  function stopped() {
    const session = createSession()
    const source = `${PROLOGUE}int main(void) { char *a = malloc(10); getchar(); a = malloc(20); getchar(); return 0; }`
    const reply = session.load({ source, path: 'a.c', profile: 'debian-12', seed: undefined })
    if (!reply.ok) throw new Error(reply.error.message)
    session.advance('stop', 1 << 20)
    return session
  }
  const window = { from: 0, count: 100 }

  it('come as rows that tell what changed between two looks', () => {
    const session = stopped()
    const args = { pid: session.moment().pid }
    const first = session.rows({ table: 'heap', args, ...window })
    expect(first.ok && first.value.rows.every(({ changed }) => changed.length === 0)).toBe(true)
    session.input('\n')
    session.advance('stop', 1 << 20)
    const second = session.rows({ table: 'heap', args, ...window })
    expect(second.ok && second.value.rows.filter((row) => row.changed.includes('*')).length).toBe(1)
    const leaks = session.rows({ table: 'leaks', args, ...window })
    expect(leaks.ok && leaks.value.rows.map(({ requested }) => requested)).toEqual([10])
    expect(session.rows({ table: 'bins', args, ...window })).toMatchObject({ ok: true })
    expect(session.rows({ table: 'mallinfo', args, ...window })).toMatchObject({ ok: true })
  })

  it('answer what-if while there is a process', () => {
    const session = stopped()
    expect(session.whatIf({ call: 'malloc', size: 1 })).toMatchObject({ ok: true, value: { end: { how: 'returns' } } })
    session.input('\n\n')
    session.advance('stop', 1 << 20)
    expect(session.whatIf({ call: 'malloc', size: 1 })).toMatchObject({ ok: false, error: { code: 'ended' } })
    expect(createSession().whatIf({ call: 'malloc', size: 1 })).toMatchObject({ error: { code: 'no-program' } })
  })
})
