import { describe, expect, it } from 'vitest'
import { parse } from '../front/index.js'
import { layoutFrame } from './frame.js'
import { lowerFunction } from './lower-statement.js'

/** Name and distance below rbp of each variable, then what the function takes from rsp: gcc 12.2 -O0, objdump. */
function frameOf(definition: string): string {
  const parsed = parse(`int g(); ${definition} int main(void) { return 0; }`, { file: 'a.c', headers: new Map() })
  if (!parsed.ok) throw new Error('does not compile')
  const { offsets, size } = layoutFrame(lowerFunction(parsed.unit.functions[0]).objects)
  const places = [...offsets].map(([{ name }, offset]) => `${name || 'rbx'} ${-offset}`)
  return [...places, size].join(', ')
}

describe('a frame', () => {
  it.each([
    [
      'has the parameters below the rest',
      'int f(int n, char *p) { int i = 1; return g(i, n, p); }',
      'i 4, n 20, p 32, 32',
    ],
    [
      'and below arrays',
      'int f(int n) { char a[3000]; int i = 0; a[n] = 1; return g(i); }',
      'i 4, a 3008, n 3012, 3024',
    ],
    [
      'has no place for a scalar that nothing mentions',
      'void *f(void *p) { int i, k; char c; return g(p); }',
      'p 8, 16',
    ],
    ['but for an array', 'int f(void) { char a[3000]; int b[3]; return g(); }', 'a 3008, b 3020, 3024'],
    [
      'has what an address is taken of behind plain scalars',
      'int f(void) { char c; int x; long y = 1; return g(&c, &x, y); }',
      'y 8, c 9, x 16, 16',
    ],
    ['aligns arrays of 16 bytes', 'int f(void) { char c[5]; char d[16]; return g(c, d); }', 'c 5, d 32, 32'],
  ])('%s', (_, definition, frame) => {
    expect(frameOf(definition)).toBe(frame)
  })
})
