/** Constant expressions have the value and the type gcc gives them. */
import { describe, expect, it } from 'vitest'
import { bytesOf, global, said, saidIn, unitOf, value, values } from './front.fixture.js'

describe('integers', () => {
  it.each([
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['1 << 10 | 3', 1027],
    ['-16 >> 2', -4],
    ['(1u << 31) >> 31', 1],
    ['-1 < 0u', 0],
    ['-1L < 0u', 1],
    ['-1 > 0ul', 1],
    ['1u - 2', 4294967295],
    ['(unsigned char)300', 44],
    ['(signed char)200', -56],
    ['(short)70000', 4464],
    ['(unsigned short)-1 + 1', 65536],
    ['(_Bool)5', 1],
    ['(_Bool)0.5', 1],
    ['(int)-3.99', -3],
    ['(long)-1u', 4294967295],
    ['18446744073709551615u == -1', 1],
    ['5 > 3 && !(2 > 3) || 1 / 0', 1],
    ['0 ? 1 / 0 : 7', 7],
    ['1 ?: 2', 1],
    ['sizeof(1 ? 1 : 1.0)', 8],
    ['sizeof((char)1 + (char)1)', 4],
    ['sizeof(2147483648)', 8],
    ['sizeof(0x80000000)', 4],
    ['sizeof(int) * 2', 8],
    ['sizeof(-1)', 4],
    ['010 + 0x1F + 0b101', 44],
  ])('%s = %i', (expression, expected) => {
    expect(value(expression)).toBe(expected)
  })
  it('divides by zero with a warning only', () => {
    expect(saidIn('return 1 / 0;')).toEqual(['10 warning: division by zero'])
  })
  it('wraps with a warning', () => {
    expect(saidIn('int q = 2147483647 + 1;')).toEqual(
      ['20 warning: integer overflow in expression of type ‘int’ results in ‘-2147483648’'].map((s) => s),
    )
  })
})

describe('characters and strings', () => {
  it('escapes', () => {
    expect(values(String.raw`'\n', '\0', '\x7f', '\377', '\e', '\101', '\'', '"', L'\xff'`)).toEqual([
      10, 0, 127, -1, 27, 65, 39, 34, 255,
    ])
  })
  it('packs several characters', () => {
    expect(value("'ab'")).toBe(24930)
  })
  it('encodes text as UTF-8, wide text as code points', () => {
    expect(bytesOf('char x[] = "中";')).toEqual([0xe4, 0xb8, 0xad, 0])
    expect(bytesOf('int x[] = L"中";')).toEqual([0x2d, 0x4e, 0, 0, 0, 0, 0, 0])
    expect(values('sizeof u"😀", sizeof U"😀", sizeof u8"😀"')).toEqual([6, 8, 5])
  })
  it('joins neighbours without mixing their escapes', () => {
    expect(bytesOf(String.raw`char x[] = "\x1" "2";`)).toEqual([1, 50, 0])
  })
  it('shares equal literals', () => {
    const unit = unitOf('const char *a = "one", *b = "two", *c = "one";')
    expect(unit.strings).toHaveLength(2)
    const [a, c] = ['a', 'c'].map((name) => global(unit, name).init?.relocs[0])
    expect(a?.target).toBe(c?.target)
  })
})

describe('floating constants', () => {
  it.each([
    ['0x1.8p1 == 3', 1],
    ['.5 + .5 == 1.', 1],
    ['(float)0.1 == 0.1', 0],
    ['1.0f / 3 == 1.0 / 3', 0],
    ['1e400 > 1e308', 1],
    ['sizeof 1.0f', 4],
    ['sizeof 1.0L', 16],
  ])('%s = %i', (expression, expected) => {
    expect(value(expression)).toBe(expected)
  })
})

describe('addresses', () => {
  it('are symbol and offset', () => {
    const unit = unitOf('struct { int a; int b[4]; } s; int *x = &s.b[2]; char *y = (char *)&s.b[1] - 1;')
    expect(global(unit, 'x').init?.relocs).toMatchObject([{ offset: 0, addend: 12 }])
    expect(global(unit, 'x').init?.relocs[0].target).toBe(global(unit, 's'))
    expect(global(unit, 'y').init?.relocs).toMatchObject([{ addend: 7 }])
  })
  it('of the same object have a difference', () => {
    expect(values('&a[5] - &a[2], (char *)&a[5] - (char *)&a[2], &a[3] == a + 3, &a != 0', 'int a[9];')).toEqual([
      3, 12, 1, 1,
    ])
  })
  it('of a null pointer are offsets', () => {
    expect(value('(long)&((struct S *)0)->b', 'struct S { char a; long b; };')).toBe(8)
  })
})

describe('what is constant', () => {
  it('is not a variable', () => {
    expect(said('int a = 1; int b = a;')[0]).toBe('1:20 error: initializer element is not constant')
    expect(saidIn('int n = 3; switch (3) { case n: ; }')).toEqual([
      '30 error: case label does not reduce to an integer constant',
    ])
  })
  it('is a const variable in a static initializer, as since gcc 8', () => {
    expect(bytesOf('const int a = 5; int x = a + 1;')).toEqual([6, 0, 0, 0])
  })
})

describe('enumerators', () => {
  it('count on', () => {
    expect(values('A, B, C, D, E', 'enum { A, B = 10, C, D = -3, E };')).toEqual([0, 10, 11, -3, -2])
  })
  it('make the enum unsigned unless one is negative', () => {
    expect(values('(enum p)-1 > 0, (enum n)-1 > 0, sizeof(enum p)', 'enum p { P }; enum n { N = -1 };')).toEqual([
      1, 0, 4,
    ])
  })
})
