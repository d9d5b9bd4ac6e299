/** Whatever comes in, a result comes out, and soon. */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { headers, said, unitOf } from './front.fixture.js'
import { parse } from './index.js'
import { MAX_NESTING } from './parser.js'

const demo = readFileSync(new URL('../../programs/mmap-demo.c', import.meta.url), 'utf8')
const attempt = (source: string): ReturnType<typeof parse> => parse(source, { file: 'a.c', headers })
const times = (text: string, n: number): string => text.repeat(n)

it('compiles the seed program without a word', () => {
  const unit = unitOf(demo)
  expect(unit.warnings).toEqual([])
  expect(unit.libcFunctions.map((f) => f.name).sort()).toEqual(['getchar', 'getpid', 'mmap', 'printf', 'puts'])
  expect(unit.main.body?.locals.map((l) => l.name)).toEqual(['argv', 'argc', 'i', 'tmp', 'addr', 'p', 'process_id'])
})

describe('fuzz', () => {
  const words =
    '( ) [ ] { } { } ; ; , = + - * & ! ~ / % < << . -> ++ ? : # ## ... int char struct union enum typedef static extern const unsigned long double void ' +
    'if else while for do switch case default return goto break continue sizeof x y S f 0 1 2.5 "s" \'c\' \\ @ " \' /* */ // _Alignas ' +
    '__attribute__ _Static_assert typeof __builtin_va_arg __builtin_offsetof\n #define #if #else #endif #include\n \n'
  const token = fc.constantFrom(...words.split(' '))
  const soup = fc.array(token, { maxLength: 120 }).map((tokens) => tokens.join(' '))

  it('token soup', () => {
    fc.assert(
      fc.property(soup, (text) => void attempt(`int x; struct S { int y; } *s; ${text}`)),
      { numRuns: 400 },
    )
  })
  it('token soup in a function', () => {
    fc.assert(
      fc.property(soup, (text) => void attempt(`int x; int f(int y) { ${text} } int main(void) { return f(x); }`)),
      { numRuns: 400 },
    )
  })
  it('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void attempt(text)),
      { numRuns: 200 },
    )
  })
  it('a good program with a piece cut out or put in', () => {
    const change = fc.record({
      at: fc.nat(demo.length),
      drop: fc.nat(20),
      put: fc.oneof(token, fc.string({ maxLength: 5 })),
    })
    fc.assert(
      fc.property(change, ({ at, drop, put }) => {
        const result = attempt(demo.slice(0, at) + put + demo.slice(at + drop))
        if (!result.ok) expect(result.diagnostics.some((d) => d.severity === 'error')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('limits', () => {
  it(`nests ${MAX_NESTING} levels`, () => {
    const fits = MAX_NESTING - 16
    unitOf(`int x = ${times('(', fits)}1${times(')', fits)};`)
    unitOf(`int main(void) ${times('{', fits)}${times('}', fits)}`)
    unitOf(`int x = ${times('!', fits)}1;`)
  })

  const deep = 20_000
  it.each([
    ['parentheses', `int x = ${times('(', deep)}1;`],
    ['prefix operators', `int x = ${times('!', deep)}1;`],
    ['casts', `int x = ${times('(int)', deep)}1;`],
    ['blocks', `int f(void) ${times('{', deep)}`],
    ['statements', `int f(void) { ${times('if (1) ', deep)}; }`],
    ['else if', `int f(void) { ${times('if (1); else ', deep)}; }`],
    ['assignments', `int a; int f(void) { ${times('a = ', deep)}1; }`],
    ['conditionals', `int x = ${times('1 ? 1 : ', deep)}1;`],
    ['sums', `int x; int f(void) { return x${times(' + x', deep)}; }`],
    ['pointers', `int ${times('*', deep)}p;`],
    ['dimensions', `int a${times('[1]', deep)};`],
    ['declarators', `int ${times('(', deep)}x;`],
    ['parameters', `int f${times('(int ', deep)};`],
    ['braces', `int x = ${times('{', deep)}`],
    ['structs', times('struct {', deep)],
    ['arguments of macros', `#define f(x) x\nint x = ${times('f(', deep)}1${times(')', deep)};`],
    ['conditions', `#if ${times('(', deep)}1\n#endif`],
  ])('%s do not overflow the stack', (_what, source) => {
    expect(said(source).some((s) => /nest|too (deep|many|long)|more than|produces/.test(s))).toBe(true)
  })

  it('a chain of typedefs is not followed for ever', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `typedef t${i} *t${i + 1};`).join('\n')
    expect(said(`typedef int t0;\n${chain}`)[0]).toContain('this type is too complex')
  })
  it('macros do not explode', () => {
    const bomb = Array.from({ length: 60 }, (_, i) => `#define m${i + 1} m${i} + m${i}`).join('\n')
    expect(said(`#define m0 1\n${bomb}\nint x = m60;`)[0]).toContain('produces too many tokens')
  })
  it('a header may not include itself for ever', () => {
    const result = parse('#include <self.h>', { file: 'a.c', headers: new Map([['self.h', '#include <self.h>']]) })
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'include-depth' }] })
  })
  it('a megabyte of anything is read', () => {
    unitOf(`char s[] = "${times('a', 1_000_000)}";`)
    unitOf(`int a[] = { ${times('1,', 100_000)} };`)
    expect(said(times('@', 1_000_000))).toHaveLength(20)
  })
})
