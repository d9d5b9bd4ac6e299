/** Sizes and offsets as gcc 12 on x86-64 gives them (each line was compared with gcc). */
import { describe, expect, it } from 'vitest'
import { bytesOf, said, value, values } from './front.fixture.js'

const layout = (type: string, ...members: string[]): number[] =>
  values(
    [`sizeof(T)`, `_Alignof(T)`, ...members.map((m) => `__builtin_offsetof(T, ${m})`)].join(),
    `typedef ${type} T;`,
  )

describe('scalar types are LP64', () => {
  it.each([
    ['_Bool', 1],
    ['char', 1],
    ['short', 2],
    ['int', 4],
    ['unsigned', 4],
    ['long', 8],
    ['unsigned long long', 8],
    ['float', 4],
    ['double', 8],
    ['long double', 16],
    ['void *', 8],
    ['int (*)(char)', 8],
    ['enum { A }', 4],
    ['enum { A = 0x100000000 }', 8],
    ['void', 1],
  ])('sizeof(%s) = %i', (type, size) => {
    expect(value(`sizeof(${type})`)).toBe(size)
  })
})

describe('structs', () => {
  it('pads members to their alignment and the whole to the largest', () => {
    expect(layout('struct { char c; int i; short s; }', 'i', 's')).toEqual([12, 4, 4, 8])
    expect(layout('struct { char c; double d; char e; }', 'd', 'e')).toEqual([24, 8, 8, 16])
  })
  it('nests', () => {
    expect(layout('struct { char a; struct { char b; short c; } d[3]; char e; }', 'd[2].c', 'e')).toEqual([
      16, 2, 12, 14,
    ])
  })
  it('looks through anonymous members', () => {
    expect(
      layout('struct { struct { int x; struct { char y; double z; }; }; union { int p; char q; }; }', 'z', 'q'),
    ).toEqual([32, 8, 16, 24])
  })
  it('gives a flexible array no room, an empty struct no bytes', () => {
    expect(layout('struct { int n; char data[]; }', 'data')).toEqual([4, 4, 4])
    expect(layout('struct { int a[0]; char c; }', 'c')).toEqual([4, 4, 0])
    expect(layout('struct {}')).toEqual([0, 1])
  })
  it('overlays a union', () => {
    expect(layout('union { char c[5]; int i; double d; }', 'c', 'd')).toEqual([8, 8, 0, 0])
  })
  it('keeps packed and aligned', () => {
    expect(layout('struct __attribute__((packed)) { char a; int b; long c; }', 'b', 'c')).toEqual([13, 1, 1, 5])
    expect(layout('struct { char a; int b __attribute__((aligned(32))); }', 'b')).toEqual([64, 32, 32])
    expect(layout('struct { _Alignas(16) char c; char d; }', 'd')).toEqual([16, 16, 1])
  })
})

describe('bit-fields', () => {
  it.each([
    ['struct { int a:3; int b:5; unsigned c:10; long d:33; char e; }', [8, 8]],
    ['struct { char a; int b:5; int c:30; }', [8, 4]],
    ['struct { int a:1; char b; int c:7; short d:9; short e:9; }', [8, 4]],
    ['struct { unsigned char a:4, b:4, c:4; }', [2, 1]],
    ['struct { long a:60; long b:10; char c:3; }', [16, 8]],
    ['union { long a:40; }', [8, 8]],
    ['struct { char a:7; char b:2; int c:16; short d; }', [8, 4]],
  ])('%s', (type, sizes) => {
    expect(layout(type)).toEqual(sizes)
  })
  it('an unnamed one takes room but does not align the struct', () => {
    expect(layout('struct { char a; long :5; char b; }', 'b')).toEqual([3, 1, 2])
    expect(layout('struct { char a; int :0; char b; }', 'b')).toEqual([5, 1, 4])
  })
  it('are packed from the low bits up', () => {
    expect(bytesOf('struct { unsigned a:3; signed b:4; unsigned c:12; _Bool d:1; } x = { 9, -3, 0xabc, 2 };')).toEqual([
      0x69, 0x5e, 0x0d, 0,
    ])
  })
})

describe('arrays', () => {
  it('multiply', () => {
    expect(value('sizeof(int[3][4])')).toBe(48)
    expect(values('sizeof a, sizeof a[0], sizeof *a[0]', 'int a[3][4];')).toEqual([48, 16, 4])
  })
  it('take their length from the initializer', () => {
    expect(
      values(
        'sizeof a, sizeof b, sizeof c',
        'char a[] = "hello"; int b[] = { [7] = 1, 2 }; int c[][3] = { { 1 }, 2 };',
      ),
    ).toEqual([6, 36, 24])
  })
  it('have a limit', () => {
    expect(said('int a[1UL << 40][1UL << 40];')[0]).toContain('size of array ‘a’ is too large')
    expect(said('int a[-1];')[0]).toBe('1:5 error: size of array ‘a’ is negative')
  })
})
