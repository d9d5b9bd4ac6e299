import { expect, test } from 'vitest'
import { fidelity, importTable, readTags } from './docs.mjs'

const SOURCE = `
/**
 * Takes the smallest block that is large enough.
 *
 * @mm __rmqueue_smallest mm/page_alloc.c
 * Splits from the smallest order that has a block;
 * the lower half is handed out.
 * Left out: the tracepoint | page owner.
 * @mm expand mm/page_alloc.c
 * @param order ignored here
 */
export function rmqueueSmallest(order: Order): Pfn {}

/** No tag. */
/** @glibc _int_free malloc/malloc.c fastbins. Left out: the checks. */
  private intFree(p: number): void {}
`

test('reads a tag, its text up to the next one, and what is left out', () => {
  expect(readTags(SOURCE, 'core/mm/phys/buddy.ts')).toEqual([
    {
      kind: 'mm',
      name: '__rmqueue_smallest',
      source: 'mm/page_alloc.c',
      modelled: 'Splits from the smallest order that has a block; the lower half is handed out.',
      leftOut: 'the tracepoint | page owner.',
      file: 'core/mm/phys/buddy.ts',
      symbol: 'rmqueueSmallest',
    },
    expect.objectContaining({
      name: 'expand',
      modelled: 'Takes the smallest block that is large enough.',
      leftOut: '',
    }),
    expect.objectContaining({
      kind: 'glibc',
      name: '_int_free',
      modelled: 'fastbins.',
      leftOut: 'the checks.',
      symbol: 'intFree',
    }),
  ])
})

test('reads the short forms', () => {
  const [read, ...around] = readTags(
    `/** The zero page. @mm do_anonymous_page mm/memory.c (read side) */
     const zero = () => 1
     /**
      * Maps what is near.
      * @mm do_fault_around mm/memory.c, filemap_map_pages mm/filemap.c
      * Left out: large folios.
      */
     function near() {}`,
    'core/mm/fault/fault.ts',
  )
  expect(read).toMatchObject({ symbol: 'zero', modelled: 'The zero page. (read side)', leftOut: '' })
  expect(around.map((t) => `${t.name} ${t.source}`)).toEqual([
    'do_fault_around mm/memory.c',
    'filemap_map_pages mm/filemap.c',
  ])
  for (const tag of around)
    expect(tag).toMatchObject({ modelled: 'Maps what is near.', leftOut: 'large folios.', symbol: 'near' })
})

test('refuses a tag without a file', () => {
  expect(() => readTags('/** @mm do_brk */', 'core/x.ts')).toThrow('core/x.ts: cannot read "@mm do_brk"')
})

test('writes one table a folder', () => {
  const text = fidelity(readTags(SOURCE, 'core/mm/phys/buddy.ts'))
  expect(text).toContain('## core/mm/phys')
  expect(text).toContain('| `__rmqueue_smallest` | mm/page_alloc.c | [`rmqueueSmallest`](core/mm/phys/buddy.ts) |')
  expect(text).toContain('the tracepoint \\| page owner.')
  expect(text).toContain('| `_int_free` | glibc malloc/malloc.c |')
})

test('prints a row for each folder of the import table', () => {
  expect(importTable()).toContain('| core/base | nothing |')
  expect(importTable()).toMatch(/\| core\/kernel \|.*mm\/\*/)
})
