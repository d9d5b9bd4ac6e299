/** Initializers (C17 6.7.9): what lies where, and which stores an automatic object needs. */
import { describe, expect, it } from 'vitest'
import { bytesOf, global, said, saidIn, show, statements, unitOf } from './front.fixture.js'

const chars = (source: string): string =>
  bytesOf(source)
    .map((b) => (b === 0 ? '.' : String.fromCharCode(b)))
    .join('')
const P = 'struct P { char x, y; }; struct L { struct P a, b; char c[3]; };\n'

describe('static objects', () => {
  it.each([
    ['struct L x = { { "a"[0], 98 }, { 99, 100 }, "ef" };', 'abcdef.'],
    ['struct L x = { 97, 98, 99, 100, 101, 102, 103 };', 'abcdefg'],
    ['struct L x = { .b = { 97 }, 98 };', '..a.b..'],
    ['struct L x = { .b.y = 97, 98, .a = { .y = 99 } };', '.c.ab..'],
    ['struct L x = { { 97 }, 98 };', 'a.b....'],
    ['struct P x[] = { { 97, 98 }, [3] = { .y = 99 }, 100 };', 'ab.....cd.'],
    ['struct P x[2] = { [0] = { 97, 98 }, [0].y = 99 };', 'ac..'],
    ['struct P x[2] = { [0].y = 99, [0] = { 97 } };', 'a...'],
    ['char x[3][2] = { { 97 }, { 98, 99 } };', 'a.bc..'],
    ['char x[][2] = { 97, 98, 99 };', 'abc.'],
    ['char x[5] = "ab";', 'ab...'],
    ['char x[2] = "ab";', 'ab'],
    ['char x[] = { "ab" };', 'ab.'],
    ['char x[2][3] = { "ab", { "c" } };', 'ab.c..'],
    ['union { char a; short b; } x = { .b = 0x6261 };', 'ab'],
    ['struct { char a; struct { char b, c; }; union { char d, e; }; } x = { 97, { 98, 99 }, { 100 } };', 'abcd'],
    ['struct { char a; struct { char b, c; }; } x = { .c = 99, .a = 97 };', 'a.c'],
    ['struct { char n; struct P p; } x = { 97, (struct P){ 98, 99 } };', 'abc'],
  ])('%s', (source, expected) => {
    expect(chars(P + source)).toBe(expected)
  })

  it('that are zero lie in .bss, const ones stay in .rodata', () => {
    const unit = unitOf('int a = 0; int b[3] = { 0, 0 }; const int c = 0; static double d;')
    expect(['a', 'b', 'd'].map((name) => global(unit, name).init)).toEqual([undefined, undefined, undefined])
    expect(global(unit, 'c')).toMatchObject({ readonly: true, init: { bytes: new Uint8Array(4) } })
  })
  it('may point at each other, and at functions', () => {
    const unit = unitOf(
      'struct N { int v; struct N *next; }; struct N b = { 2, 0 }, a = { 1, &b }; int main(void) { return 0; } int (*f)(void) = main;',
    )
    expect(global(unit, 'a').init?.relocs).toEqual([{ offset: 8, target: global(unit, 'b'), addend: 0 }])
    expect(global(unit, 'f').init?.relocs[0].target).toBe(unit.main)
  })
  it('in functions are globals of their own', () => {
    const unit = unitOf('int f(void) { static int n = 1; return n++; } int g(void) { static int n = 2; return n++; }')
    expect(unit.globals.map((g) => g.init?.bytes[0])).toEqual([1, 2])
  })
})

const stores = (declaration: string): string[] => {
  const init = statements(`${P}int main(void) { ${declaration} }`).find((s) => s.kind === 'init')
  if (init?.kind !== 'init') throw new Error('no init statement')
  return [...(init.zeroFirst ? ['zero'] : []), ...init.stores.map(show)]
}

describe('automatic objects', () => {
  it('of scalar type are one store', () => {
    expect(stores('long x = 5;')).toEqual(['x = 5long'])
    expect(stores('int *x = { 0 };')).toEqual(['x = 0int*'])
  })
  it('are zeroed first when something is left out', () => {
    expect(stores('int x[3] = { 1, 2, 3 };')).toEqual(['*&x = 1', '*(&x + 1long*4) = 2', '*(&x + 2long*4) = 3'])
    expect(stores('int x[3] = { 1 };')).toEqual(['zero', '*&x = 1'])
    expect(stores('int x[100] = { 0 };')).toEqual(['zero'])
  })
  it('take whole structs', () => {
    expect(stores('struct P p; struct L x = { p, .b = p };').slice(1)).toEqual(['x.a = p:record', 'x.b = p:record'])
  })
  it('copy strings character by character', () => {
    expect(stores('char x[4] = "hi";')).toEqual(['zero', '*&x = 104char', '*(&x + 1long*1) = 105char'])
  })
})

describe('gcc’s words', () => {
  it.each([
    ['int a[2] = { 1, 2, 3 };', '20 warning: excess elements in array initializer'],
    ['struct { int q; } z = { 1, 2 };', '28 warning: excess elements in struct initializer'],
    ['int c = { 1, 2 };', '14 warning: excess elements in scalar initializer'],
    ['int e = {};', '9 error: empty scalar initializer'],
    ['char s[2] = "abc";', '13 warning: initializer-string for array of ‘char’ is too long'],
    ['int a[3] = 5;', '12 error: invalid initializer'],
    ['int a[2] = { [2] = 1 };', '15 error: array index in initializer exceeds array bounds'],
    ['struct { int q; } z = { .r = 1 };', /error: ‘struct <anonymous>’ has no member named ‘r’/],
    ['struct U u = { 1 };', '8 error: variable ‘u’ has initializer but incomplete type'.replace('8', '10')],
    ['int *p = 5;', '10 warning: initialization of ‘int *’ from ‘int’ makes pointer from integer without a cast'],
    [
      'int n = 1.5; char c = 300;',
      '23 warning: overflow in conversion from ‘int’ to ‘char’ changes value from ‘300’ to ‘44’',
    ],
  ])('%s', (statement, expected) => {
    expect(saidIn(statement)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)])
  })
  it('refuses to initialize a flexible array member', () => {
    expect(said('struct { int n; int a[]; } x = { 1, { 2 } };')[0]).toMatch(
      /error: initializing a flexible array member is not supported/,
    )
  })
})
