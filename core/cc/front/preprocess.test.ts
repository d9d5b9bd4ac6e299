/** Directives and macros (C17 6.10). */
import { describe, expect, it } from 'vitest'
import { bytesOf, headers, read, said, unitOf, value, values } from './front.fixture.js'
import { parse } from './index.js'

const text = (source: string): string => String.fromCharCode(...bytesOf(source).slice(0, -1))

describe('object-like macros', () => {
  it('expand until nothing is left to expand', () => {
    expect(value('A', '#define A B + 1\n#define B 2')).toBe(3)
  })
  it('are not expanded in themselves', () => {
    expect(value('A', 'enum { A = 4, B = 7 };\n#define A B\n#define B A')).toBe(4)
  })
  it('end with #undef', () => {
    expect(value('A', 'enum { A = 9 };\n#define A 1\n#undef A')).toBe(9)
  })
  it('may be defined from outside', () => {
    const result = parse('int x[N]; int main(void) { return 0; }', { file: 'a.c', headers, defines: { N: '3' } })
    expect(result).toMatchObject({ ok: true, unit: { globals: [{ type: { length: 3 } }] } })
  })
})

describe('function-like macros', () => {
  it('take arguments with commas in parentheses, over several lines', () => {
    expect(value('ADD(ADD(1, 2),\n  sizeof(3, 4))', '#define ADD(a, b) ((a) + (b))')).toBe(7)
  })
  it('are names when no parenthesis follows', () => {
    expect(value('F', 'enum { F = 5 };\n#define F(x) x')).toBe(5)
  })
  it('make strings of arguments as they were written', () => {
    expect(
      text(String.raw`#define S(x) #x
char x[] = S( a  +b "q\n" 'c' );`),
    ).toBe(String.raw`a +b "q\n" 'c'`)
  })
  it('expand arguments before they are put in, but not beside # and ##', () => {
    expect(text('#define N 4\n#define S(x) #x\n#define XS(x) S(x)\nchar x[] = S(N) XS(N);')).toBe('N4')
    expect(value('C(N, 1)', 'enum { N1 = 8 };\n#define N 4\n#define C(a, b) a ## b')).toBe(8)
  })
  it('paste, also with empty arguments', () => {
    expect(values('P(1, 2, 3), P(1,, 3), P(,, 3)', '#define P(a, b, c) a ## b ## c')).toEqual([123, 13, 3])
  })
  it('take the rest as __VA_ARGS__', () => {
    const count =
      '#define COUNT(...) (sizeof((int[]){ __VA_ARGS__ }) / sizeof(int))\n#define LOG(f, ...) COUNT(f, ##__VA_ARGS__)'
    expect(values('COUNT(1, 2, 3), LOG(1), LOG(1, 2)', count)).toEqual([3, 1, 2])
  })
  it('complain about the number of arguments at the place of use', () => {
    expect(said('#define F(a, b) a\nint x = F(1);\nint y = F(1, 2, 3);')).toEqual([
      '2:9 error: macro "F" requires 2 arguments, but only 1 given',
      expect.stringContaining('2:9 error: ‘F’ undeclared here'),
      '3:9 error: macro "F" passed 3 arguments, but takes just 2',
      expect.stringContaining('3:9 error: ‘F’ undeclared here'),
    ])
  })
})

describe('places', () => {
  it('of a macro’s body are where it is used, of its arguments where they stand', () => {
    expect(said('#define BAD nowhere\n\nint x = BAD;')[0]).toMatch(/^3:9 error: ‘nowhere’ undeclared/)
    expect(said('#define ID(x) x\nint x = ID( nowhere );')[0]).toMatch(/^2:13 error: ‘nowhere’/)
  })
  it('count lines through continuations', () => {
    expect(said('int a\\\nb = \\\n  nowhere;')[0]).toMatch(/^3:3 /)
  })
  it('__LINE__ follows the text, #line changes it', () => {
    expect(values('__LINE__,\n__LINE__,\n#line 100\n__LINE__')).toEqual([2, 3, 100])
  })
  it('__FILE__ is the name given', () => {
    expect(text('char x[] = __FILE__;')).toBe('a.c')
  })
})

describe('conditions', () => {
  it.each([
    ['1 + 2 * 3 == 7', true],
    ['defined(__x86_64__) && defined __linux__ && !defined FOO', true],
    ['-1 > 0u', true],
    ['UNKNOWN', false],
    ["'a' == 97 && '\\n' == 10", true],
    ['__GNUC__ == 12 && __STDC_VERSION__ >= 201710L && __LP64__', true],
    ['0 && 1 / 0', false],
    ['1 ? 0 : 1 / 0', false],
    ['(0x7fffffffffffffff + 1u) > 0', true],
    ['__has_include(<stdio.h>) && !__has_include("none.h")', true],
  ])('#if %s', (condition, taken) => {
    expect(value('X', `#if ${condition}\n#define X 1\n#else\n#define X 0\n#endif`)).toBe(taken ? 1 : 0)
  })
  it('takes one branch of a chain', () => {
    const chain = (n: number): number =>
      value('X', `#define N ${n}\n#if N == 1\n#define X 10\n#elif N == 2\n#define X 20\n#else\n#define X 30\n#endif`)
    expect([chain(1), chain(2), chain(3)]).toEqual([10, 20, 30])
  })
  it('does not look at what it skips', () => {
    expect(
      said("#if 0\ndon't @ #include <none.h>\n#if 1\n#error no\n#endif\n#elif 1\n#endif\nint main(void) { return 0; }"),
    ).toEqual([])
  })
  it.each([
    ['#if 1 +\n#endif', '#if expression ends too early'],
    ['#if (1\n#endif', "missing ')' in expression"],
    ['#if 1 2\n#endif', 'missing binary operator before token "2"'],
    ['#if\n#endif', '#if with no expression'],
    ['#if 1 / 0\n#endif', 'division by zero in #if'],
    ['#if 1', 'unterminated #if'],
    ['#endif', '#endif without #if'],
    ['#else', '#else without #if'],
    ['#ifdef\n#endif', 'no macro name given in #ifdef directive'],
  ])('%j is wrong', (source, message) => {
    expect(said(source)[0]).toContain(`error: ${message}`)
  })
})

describe('other directives', () => {
  it('#error and #warning say their line', () => {
    expect(said("#warning careful   now\n#error it's broken")).toEqual([
      '1:2 warning: #warning careful now',
      "2:2 error: #error it's broken",
    ])
  })
  it('#pragma is ignored, an unknown directive is not', () => {
    expect(said('#pragma GCC whatever\n#foo')).toEqual(['2:2 error: invalid preprocessing directive #foo'])
  })
})

describe('#include', () => {
  it('reads bundled headers, once where they guard themselves', () => {
    expect(said('#include <stdio.h>\n#include "stdio.h"\nint main(void) { return puts("x"); }')).toEqual([])
  })
  it('takes a macro for the name', () => {
    expect(said('#define H <stdio.h>\n#include H\nint main(void) { return puts("x"); }')).toEqual([])
  })
  it('of anything else ends the compilation', () => {
    const result = read('#include <nosuch.h>\nint x = ;')
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'header-not-found', message: 'nosuch.h: No such file or directory' }],
    })
    expect(!result.ok && result.diagnostics[0].notes?.[0].message).toContain('stdio.h')
  })
  it('without a name says what may have happened to it', () => {
    const result = read('#include \nint main(void) { return 0; }')
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'include-name', span: { line: 1 } }] })
    expect(!result.ok && result.diagnostics[0].notes?.[0].message).toContain('angle brackets')
  })
})

it('comments are white space', () => {
  expect(unitOf('int/**/x/* // */=1;// */ int y;').globals).toHaveLength(1)
})
