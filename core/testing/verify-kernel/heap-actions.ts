/** Actions on the heap, on static memory and on the stack. */
import fc from 'fast-check'
import { fromTo, kind, nat, pick, type Kind } from './actions.js'
import type { Blocks, Draft } from './draft.js'

const SIZES = [1, 16, 24, 40, 100, 200, 500, 1000, 1032, 1500, 4000, 5000, 20_000, 70_000, 131_048, 200_000, 1_000_000]
const TOTAL = 4_000_000

const blocksOf = (draft: Draft, i: number, live: (blocks: Blocks) => boolean): Blocks | undefined => {
  const some = draft.blocks.filter(live)
  return some.length > 0 ? some[i % some.length] : undefined
}

const allocate = kind(
  'malloc',
  4,
  fc.record({
    size: pick(...SIZES),
    count: pick(1, 2, 5, 10, 50, 300),
    how: pick('malloc', 'malloc', 'calloc'),
    touch: pick('all', 'all', 'first', 'no'),
  }),
  (draft, d) => {
    const count = Math.max(1, Math.min(d.count, Math.floor(TOTAL / d.size)))
    const name = `m${draft.newNumber('m')}`
    draft.statics.push(`static char *${name}[${count}];`)
    draft.add(`for (i = 0; i < ${count}; i++) {`)
    draft.add(`    ${name}[i] = ${d.how === 'malloc' ? `malloc(${d.size})` : `calloc(1, ${d.size})`};`)
    if (d.touch === 'all') draft.add(`    memset(${name}[i], i, ${d.size});`)
    if (d.touch === 'first') draft.add(`    ${name}[i][0] = i;`)
    draft.add('}')
    draft.blocks.push({ name, count, size: d.size, live: 'all' })
    return `${count} blocks of ${d.size} bytes by ${d.how}, ${d.touch} written`
  },
)

const release = kind('free', 3, fc.record({ set: nat(20), part: pick('all', 'even', 'last') }), (draft, d) => {
  const blocks = blocksOf(draft, d.set, (b) => b.live !== 'none')
  if (!blocks) return undefined
  const { name, count, live } = blocks
  if (d.part === 'even' && live === 'all' && count > 1) {
    draft.add(`for (i = 0; i < ${count}; i += 2)`, `    free(${name}[i]);`)
    blocks.live = 'odd'
    return `freed every second of ${name}`
  }
  const backwards = d.part === 'last'
  const from = live === 'odd' ? 1 : 0
  const by = live === 'odd' ? 2 : 1
  const last = from + Math.floor((count - 1 - from) / by) * by
  draft.add(
    backwards ? `for (i = ${last}; i >= 0; i -= ${by})` : `for (i = ${from}; i < ${count}; i += ${by})`,
    `    free(${name}[i]);`,
  )
  blocks.live = 'none'
  return `freed ${live === 'all' ? 'all' : 'the rest'} of ${name}${backwards ? ', last first' : ''}`
})

const resize = kind('realloc', 2, fc.record({ set: nat(20), size: pick(...SIZES) }), (draft, d) => {
  const blocks = blocksOf(draft, d.set, (b) => b.live === 'all')
  if (!blocks || blocks.count * d.size > TOTAL) return undefined
  const { name, count } = blocks
  draft.add(`for (i = 0; i < ${count}; i++)`, `    ${name}[i] = realloc(${name}[i], ${d.size});`)
  blocks.size = d.size
  return `${name}: ${d.size} bytes each`
})

const touch = kind('write a block', 2, fc.record({ set: nat(20), offset: nat(1_000_000) }), (draft, d) => {
  const blocks = blocksOf(draft, d.set, (b) => b.live !== 'none')
  if (!blocks) return undefined
  const { name, count, size, live } = blocks
  const at = d.offset % size
  draft.add(`for (i = ${live === 'odd' ? 1 : 0}; i < ${count}; i += ${live === 'odd' ? 2 : 1})`)
  draft.add(`    ${name}[i][${at}] = i;`)
  return `wrote byte ${at} of ${name}`
})

const trim = kind('malloc_trim', 1, pick(0, 4096, 100_000), (draft, pad) => {
  draft.add(`malloc_trim(${pad});`)
  return `malloc_trim(${pad})`
})

/** No value is kept over the call, so that no compiler saves a register for it. */
const DEEP = `static int deep(int n)
{
    volatile char room[3000];
    int below = 0;
    room[n % 3000] = n;
    if (n > 0)
        below = deep(n - 1);
    return below + room[n % 3000];
}
`

const recurse = kind('recursion', 1, fromTo(1, 200), (draft, levels) => {
  draft.functions.set('deep', DEEP)
  draft.add(`sum += deep(${levels});`)
  return `recursion, ${levels} deep`
})

const frame = kind('stack array', 1, fc.record({ pages: pick(2, 10, 40, 100), step: pick(1, 3) }), (draft, d) => {
  const name = `frame${d.pages}by${d.step}`
  draft.functions.set(
    name,
    `static int ${name}(int n)
{
    volatile char room[${d.pages} * PAGE];
    int i;
    for (i = ${d.pages} - 1; i >= 0; i -= ${d.step})
        room[i * PAGE] = n;
    return room[${d.pages - 1} * PAGE];
}
`,
  )
  draft.add(`sum += ${name}(${d.pages});`)
  return `an array of ${d.pages} pages on the stack`
})

const still = kind('static array', 1, pick(2, 5, 20, 64), (draft, pages) => {
  const area = draft.newArea(false)
  if (!area) return undefined
  Object.assign(area, { still: true })
  draft.statics.push(`static char ${area.name}[${pages} * PAGE];`)
  const id = draft.newMapping()
  draft.setPages(area, { from: 0, to: pages }, (index) => ({ prot: 3, mapping: id, shared: false, index }))
  return `${area.name} is static, ${pages} pages`
})

export const heapKinds: readonly Kind[] = [allocate, release, resize, touch, trim, recurse, frame, still]
