import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ElfImage, ImageTemplate } from '../../kernel/uapi/index.js'
import { debian12NoPie, debian12Pie, ubuntu1604 } from '../../profiles/templates.js'
import { compile } from '../compile.js'
import { parse } from '../front/index.js'
import type { Unit } from '../ast.js'
import { layoutImage } from './image.js'
import { lowerFunction } from './lower-statement.js'
import { inEmittedOrder } from './mentions.js'

function imageOf(source: string, template: ImageTemplate): ElfImage {
  const compiled = compile(source, { path: 'a.c', imagePath: '/prog', template, glibc: '2.36' })
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message)
  return compiled.program.image
}

const DEMO = readFileSync(new URL('../../programs/mmap-demo.c', import.meta.url), 'utf8')

const GLOBALS = `
  char uninitialised[1000000];
  char initialised[100000] = "start";
  const char constant[50000] = "constant";
  int main(void) { return uninitialised[1] + initialised[1] + constant[1]; }`

/** start-end in pages, mode and file offset of each mapping the kernel makes of a segment; bss is the part behind the file. */
function mappings(image: ElfImage): string[] {
  const page = (address: number): number => Math.floor(address / 4096)
  return image.segments.map((s) => {
    const mode = `r${s.write ? 'w' : '-'}${s.exec ? 'x' : '-'}`
    const fileEnd = page(s.vaddr + s.fileSize + 4095)
    const end = page(s.vaddr + s.memSize + 4095)
    const at = `${page(s.vaddr).toString(16)}-${fileEnd.toString(16)} ${mode} @${page(s.offset).toString(16)}`
    return end > fileEnd ? `${at} bss to ${end.toString(16)}` : at
  })
}

describe('layout of the image, against readelf of what gcc and ld make', () => {
  it('is one page each of headers, text and constants, and the data page twice, for a small PIE', () => {
    const image = imageOf(DEMO, debian12Pie)
    expect(mappings(image)).toEqual(['0-1 r-- @0', '1-2 r-x @1', '2-3 r-- @2', '3-5 rw- @2'])
    expect(image.segments[3]).toMatchObject({ vaddr: 0x3dd0, offset: 0x2dd0 })
    expect(image.relro).toEqual({ vaddr: 0x3dd0, size: 0x230 })
  })

  it('places big globals as the real linker does (as captured: 52 kB rodata, 4 kB RELRO, 100 kB data)', () => {
    const image = imageOf(GLOBALS, debian12Pie)
    expect(mappings(image)).toEqual(['0-1 r-- @0', '1-2 r-x @1', '2-f r-- @2', 'f-29 rw- @e bss to 11d'])
    expect(image.segments[3]).toMatchObject({ vaddr: 0xfdd0, offset: 0xedd0 })
  })

  it('puts a -no-pie program at 0x400000', () => {
    const image = imageOf(DEMO, debian12NoPie)
    expect(image.pie).toBe(false)
    expect(mappings(image)).toEqual(['400-401 r-- @0', '401-402 r-x @1', '402-403 r-- @2', '403-405 rw- @2'])
    expect(image.segments[3].vaddr).toBe(0x403df8)
  })

  it('has one read-only segment and the data 2 MiB further on Ubuntu 16.04', () => {
    const image = imageOf(DEMO, ubuntu1604)
    expect(mappings(image)).toEqual(['400-401 r-x @0', '600-602 rw- @0'])
    expect(image.segments[1]).toMatchObject({ vaddr: 0x600e10, offset: 0xe10 })
    expect(image.relro).toEqual({ vaddr: 0x600e10, size: 0x1f0 })
  })

  it('keeps segments apart and congruent to their file offsets', () => {
    for (const template of [debian12Pie, debian12NoPie, ubuntu1604]) {
      for (let kilobytes = 0; kilobytes < 12; kilobytes++) {
        const source = `const char c[${kilobytes * 1024 + 1}] = "c"; char d[${kilobytes * 700 + 1}] = "d"; int main(void) { return c[0] + d[0]; }`
        const { segments, fileSize } = imageOf(source, template)
        let end = 0
        for (const s of segments) {
          expect(s.vaddr % 4096).toBe(s.offset % 4096)
          expect(s.vaddr).toBeGreaterThanOrEqual(Math.ceil(end / 4096) * 4096)
          end = s.vaddr + s.memSize
          expect(s.offset + s.fileSize).toBeLessThanOrEqual(fileSize)
        }
      }
    }
  })
})

const addressesOf = (unit: Unit): ReadonlyMap<unknown, number> =>
  layoutImage(unit, inEmittedOrder(unit.globals, unit.functions.map(lowerFunction)), 10, debian12Pie).addresses

describe('the order of variables', () => {
  it('in .bss is gcc’s: those other files may know, static ones, those of functions by first use, and the unused', () => {
    const source = `static int hidden[16]; int shown[16];
      int f(void) { static int f1[9], f2[9]; f1[0] = 1; return 0; }
      int main(void) { static char a[64], b[64]; static int unused; b[0] = 1; a[0] = 2;
        { static char inner[33]; static char last[40]; inner[0] = 1; } hidden[0] = shown[0]; return 0; }`
    const parsed = parse(source, { file: 'a.c', headers: new Map() })
    if (!parsed.ok) throw new Error('does not compile')
    const addresses = addressesOf(parsed.unit)
    const placed = parsed.unit.globals
      .map((g) => ({ name: g.name, at: addresses.get(g)! }))
      .sort((x, y) => x.at - y.at)
      .map(({ name }) => name)
    expect(placed).toEqual(['shown', 'hidden', 'f1', 'f2', 'b', 'a', 'inner', 'last', 'unused'])
  })
})

describe('the variables of a function', () => {
  /** Their names in the order in which nm shows them, by gcc 12.2 -O0. */
  const inOrder = (statements: string): string => {
    const source = `int g(); void *memcpy(void *, const void *, unsigned long);
      int main(int n) { static char c[64], d[64], e[64], f[64]; ${statements} return 0; }`
    const parsed = parse(source, { file: 'a.c', headers: new Map() })
    if (!parsed.ok) throw new Error('does not compile')
    const addresses = addressesOf(parsed.unit)
    const statics = parsed.unit.globals.filter((v) => v.inFunction)
    return statics
      .sort((x, y) => addresses.get(x)! - addresses.get(y)!)
      .map(({ name }) => name)
      .join(' ')
  }

  it.each([
    ['memcpy(d, c, n);', 'd c f e'],
    ['memcpy(d + 8, c + 8, n);', 'c d f e'],
    ['g(d + 1, c + 2, f);', 'c d f e'],
    ['g(d[1], c[2], f[0]);', 'f c d e'],
    ['d[1] = c[2] + f[0];', 'c f d e'],
    ['d[1] += c[2] + f[0];', 'd c f e'],
  ])('follow the order of evaluation: %s', (statements, order) => {
    expect(inOrder(statements)).toBe(order)
  })
})

describe('addresses of variables', () => {
  it('are those that gcc and ld give on Debian 12, modulo the page', () => {
    const source = `#include <stdio.h>
      int a=1; char buf[50]="x"; static char c=2; static double d=3; char big[100]; static int z; static char y[40];
      int main(void){ static char s1[7]="abc"; static int s2;
        printf("%lx", (long)&a+(long)buf+(long)&c+(long)&d+(long)big+(long)&z+(long)y+(long)s1+(long)&s2); return 0; }`
    const stdio = new Map([['stdio.h', 'int printf(const char *, ...);']])
    const parsed = parse(source, { file: 'a.c', headers: stdio })
    if (!parsed.ok) throw new Error('does not compile')
    const addresses = addressesOf(parsed.unit)
    const offsets = Object.fromEntries(parsed.unit.globals.map((g) => [g.name, addresses.get(g)! % 4096]))
    expect(offsets).toEqual({
      a: 0x40,
      buf: 0x60,
      c: 0x92,
      d: 0x98,
      big: 0xe0,
      z: 0x144,
      y: 0x160,
      s1: 0xa0,
      s2: 0x188,
    })
  })
})
