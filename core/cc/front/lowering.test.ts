/** What C leaves implicit is explicit in the tree that goes to the back end. */
import { describe, expect, it } from 'vitest'
import { expression, functionOf, show, statements, unitOf } from './front.fixture.js'

const VARS =
  'char c; unsigned char uc; short s; int i, j, a[4], m[3][5]; unsigned u; long l; float f; double d; int *p; char *q; void *v; ' +
  'struct S { int x; unsigned b : 3; int w : 32; struct { char y; }; } r, *t; struct S get(void); int fn(int, double); int any(); int pr(const char *, ...); int (*fp)(int); _Bool B;'
const lowered = (text: string): string => show(expression(text, VARS))

describe('conversions', () => {
  it.each([
    ['c + s', '((int)c:char +int (int)s:short)'],
    ['i + u', '((uint)i:int +uint u:uint)'],
    ['u + l', '((long)u:uint +long l:long)'],
    ['i * d', '((d)i:int *d d:d)'],
    ['f / i', '(f:f /f (f)i:int)'],
    ['uc << l', '((int)uc:uchar <<int l:long)'],
    ['c == uc', '((int)c:char == (int)uc:uchar)'],
    ['-c', '-(int)c:char'],
    ['~u', '~u:uint'],
    ['!p', '!p:int*'],
    ['i = d', 'i = (int)d:d'],
    ['c = i', 'c = (char)i:int'],
    ['B = p', 'B = (bool)p:int*'],
    ['v = p', 'v = (void*)p:int*'],
    ['p = 0', 'p = 0int*'],
    ['i ? c : l', '(i:int ? (long)c:char : l:long)'],
    ['i ? p : 0', '(i:int ? p:int* : 0int*)'],
    ['i, d', '(i:int, d:d)'],
    ['(char)i', '(char)i:int'],
    ['l = -2147483648', 'l = -2147483648long'],
    ['r.b + 1', '((int)r.b:uint +int 1)'],
    ['r.w + 1', '(r.w:int +int 1)'],
  ])('%s', (text, expected) => {
    expect(lowered(text)).toBe(expected)
  })
})

describe('pointers and arrays', () => {
  it.each([
    ['p + i', '(p:int* + (long)i:int*4)'],
    ['2 + q', '(q:char* + 2long*1)'],
    ['p - i', '(p:int* - (long)i:int*4)'],
    ['v + 1', '(v:void* + 1long*1)'],
    ['&a[3] - p', '((&a + 3long*4) - p:int*)/4'],
    ['a[i]', '*(&a + (long)i:int*4):int'],
    ['i[a]', '*(&a + (long)i:int*4):int'],
    ['m[1][2]', '*(&*(&m + 1long*20) + 2long*4):int'],
    ['*m', '&*&m'],
    ['&*p', 'p:int*'],
    ['&a', '&a'],
    ['t->x', '*t:record*.x:int'],
    ['r.y', 'r.<anonymous>.y:char'],
    ['&t->y', '&*t:record*.<anonymous>.y'],
    ['"ab"[1]', '*(&"ab" + 1long*1):char'],
    ['*fp', 'fp:function*'],
    ['fn', 'fn'],
    ['&fn', 'fn'],
  ])('%s', (text, expected) => {
    expect(lowered(text)).toBe(expected)
  })
})

describe('updates compute the place once', () => {
  it.each([
    ['i++', 'i := (old +int 1) (old)'],
    ['--c', 'c := (char)((int)old -int 1)'],
    ['*p++', '*p := (old + 1long*4) (old):int'],
    ['c += d', 'c := (char)((d)(int)old +d d:d)'],
    ['u <<= i', 'u := (old <<uint i:int)'],
    ['p -= 2', 'p := (old - 2long*4)'],
    ['r.b *= 2', 'r.b := (uint)((int)old *int 2)'],
    ['B++', 'B := (bool)((int)old +int 1) (old)'],
  ])('%s', (text, expected) => {
    expect(lowered(text)).toBe(expected)
  })
})

describe('calls', () => {
  it.each([
    ['fn(c, i)', 'fn((int)c:char, (d)i:int)'],
    ['pr("%f", f, c)', 'pr((char*)&"%f", (d)f:f, (int)c:char)'],
    ['any(f, s)', 'any((d)f:f, (int)s:short)'],
    ['fp(1)', '*fp:function*(1)'],
    ['(*fp)(1)', '*fp:function*(1)'],
    ['get().x', '{<result> = get()}.x:int'],
  ])('%s', (text, expected) => {
    expect(lowered(text)).toBe(expected)
  })
  it('of libc functions list them, of own functions not', () => {
    const unit = unitOf(
      'int puts(const char *); int getpid(void); int own(void) { return 1; } int main(void) { int (*p)(void) = getpid; return own() + p(); }',
    )
    expect(unit.libcFunctions.map((f) => f.name)).toEqual(['getpid'])
    expect(unit.functions.map((f) => f.name)).toEqual(['own', 'main'])
  })
  it('that are not evaluated need nothing', () => {
    const unit = unitOf('int puts(const char *); int main(void) { return sizeof puts("never"); }')
    expect(unit.libcFunctions).toEqual([])
    expect(unit.strings).toEqual([])
  })
})

it('variable arguments', () => {
  const unit = unitOf(
    '#include <stdarg.h>\nint f(int n, ...) { va_list ap, aq; va_start(ap, n); va_copy(aq, ap); int r = va_arg(ap, int); va_end(ap); return r; } int main(void) { return 0; }',
  )
  const shown = functionOf(unit, 'f').body.block.body.map((s) =>
    s.kind === 'expr' ? show(s.expr) : s.kind === 'init' ? show(s.stores[0]) : s.kind,
  )
  expect(shown).toEqual(['va_start(ap)', '(void)aq = ap:char*', 'r = va_arg(ap, int)', '(void)0', 'return'])
})

describe('statements', () => {
  it('a switch knows its labels wherever they stand', () => {
    const [, sw] = statements(
      'int main(void) { int n = 3; switch (n) { case 1: do { case 7: n--; default: ; } while (n); } return n; }',
    )
    expect(sw).toMatchObject({ kind: 'switch', cases: [{ value: 1n }, { value: 7n }], default: { kind: 'case' } })
  })
  it('case values have the type of the switch', () => {
    const [sw] = statements(
      'int main(void) { switch ((unsigned char)3) { case 256: ; } switch (3u) { case -1: ; } return 0; }',
    )
    expect(sw).toMatchObject({ cases: [{ value: 256n }] })
  })
  it('goto finds labels before and behind it', () => {
    const all = statements('int main(void) { a: goto b; b: goto a; }')
    const [a, toB, b, toA] = all
    expect(toB.kind === 'goto' && toB.target).toBe(b)
    expect(toA.kind === 'goto' && toA.target).toBe(a)
  })
  it('for has its own scope', () => {
    const all = statements('int main(void) { int i = 1; for (int i = 0, n = 2; i < n; i++) ; return i; }')
    expect(all[1]).toMatchObject({
      kind: 'loop',
      init: { kind: 'block', body: [{ kind: 'init' }, { kind: 'init' }] },
      testFirst: true,
    })
    const ret = all[2]
    expect(
      ret.kind === 'return' && ret.value?.kind === 'load' && ret.value.from.kind === 'var' && ret.value.from.symbol,
    ).toBe(
      functionOf(unitOf('int main(void) { int i = 1; return i; }'), 'main') && all[0].kind === 'init' && all[0].var,
    )
  })
  it('spans are where a debugger would stand', () => {
    const source = 'int main(void) {\n  int i = 4;\n  if (i)\n    i = 5;\n  for (;;)\n    break;\n  return i;\n}\n'
    expect(statements(source).map((s) => [s.span.line, source.slice(s.span.start, s.span.end)])).toEqual([
      [2, 'i = 4'],
      [3, 'if (i)'],
      [5, 'for (;;)'],
      [7, 'return i;'],
    ])
    expect(functionOf(unitOf(source), 'main').body.end.line).toBe(8)
  })
})

it('alignment that was asked for reaches the symbols', () => {
  const unit = unitOf(
    'char page[4096] __attribute__((aligned(4096))); int main(void) { _Alignas(64) char x = 1; return x; }',
  )
  expect(unit.globals).toMatchObject([{ name: 'page', align: 4096 }])
  expect(unit.main.body?.locals).toMatchObject([{ name: 'x', align: 64 }])
})
