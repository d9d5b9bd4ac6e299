/** Actions on pages that are there: accesses, advice, locks, synchronising; and on the files behind them. */
import fc from 'fast-check'
import { fromTo, kind, nat, pagesText, pick, range, type Kind, type Range } from './actions.js'
import { Draft, type Area, type Run } from './draft.js'

/** The first run of the range in which every page may be accessed so. */
function accessible(draft: Draft, d: Range, prot: number): { area: Area; run: Run } | undefined {
  const area = draft.area(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, Draft.accessible(prot))
  return run && { area, run }
}

const step = pick(1, 1, 1, 1, 2, 3, 7, 16)
const offset = pick(0, 0, 1, 100, 4095)

const write = kind('write', 9, fc.record({ range, step, offset, byte: fromTo(1, 120) }), (draft, d) => {
  const found = accessible(draft, d.range, 2)
  if (!found) return undefined
  const { area, run } = found
  draft.add(
    `for (i = ${run.from}; i < ${run.to}; i += ${d.step})`,
    `    ${area.name}[i * PAGE + ${d.offset}] = i + ${d.byte};`,
  )
  return `wrote ${pagesText(area.name, run.from, run.to)}, every ${d.step}`
})

const read = kind('read', 7, fc.record({ range, step, offset }), (draft, d) => {
  const found = accessible(draft, d.range, 1)
  if (!found) return undefined
  const { area, run } = found
  draft.add(`for (i = ${run.from}; i < ${run.to}; i += ${d.step})`, `    sum += ${area.name}[i * PAGE + ${d.offset}];`)
  return `read ${pagesText(area.name, run.from, run.to)}, every ${d.step}`
})

const fill = kind('memset', 1, fc.record({ range, byte: nat(120) }), (draft, d) => {
  const found = accessible(draft, d.range, 2)
  if (!found) return undefined
  const { area, run } = found
  draft.add(`memset(${area.name} + ${run.from} * PAGE, ${d.byte}, ${run.to - run.from} * PAGE);`)
  return `memset of ${pagesText(area.name, run.from, run.to)}`
})

const copy = kind('memcpy', 1, fc.record({ from: range, to: range }), (draft, d) => {
  const from = accessible(draft, d.from, 1)
  const to = accessible(draft, d.to, 3)
  if (!from || !to || from.area === to.area) return undefined
  const pages = Math.min(from.run.to - from.run.from, to.run.to - to.run.from)
  draft.add(
    `memcpy(${to.area.name} + ${to.run.from} * PAGE, ${from.area.name} + ${from.run.from} * PAGE, ${pages} * PAGE);`,
  )
  return `${pages} pages of ${from.area.name} from ${from.run.from} to ${to.area.name} from ${to.run.from}`
})

/** More often than not what changes pages at once. */
const ADVICE = [
  ...['MADV_DONTNEED', 'MADV_DONTNEED', 'MADV_DONTNEED', 'MADV_FREE', 'MADV_FREE', 'MADV_WILLNEED', 'MADV_COLD'],
  ...['MADV_POPULATE_READ', 'MADV_POPULATE_WRITE', 'MADV_PAGEOUT', 'MADV_HUGEPAGE', 'MADV_HUGEPAGE'],
  ...['MADV_NOHUGEPAGE', 'MADV_DONTFORK', 'MADV_DOFORK', 'MADV_WIPEONFORK', 'MADV_KEEPONFORK', 'MADV_DONTDUMP'],
  ...['MADV_DODUMP', 'MADV_SEQUENTIAL', 'MADV_RANDOM', 'MADV_NORMAL'],
] as const
/** What would wait for a disk, or take pages from the page cache by chance. */
const NOT_FOR_FILES = ['MADV_PAGEOUT', 'MADV_WILLNEED', 'MADV_COLD']

const advise = kind('madvise', 6, fc.record({ range, advice: pick(...ADVICE) }), (draft, { range: d, advice }) => {
  const area = draft.movable(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, () => true)
  if (!run) return undefined
  const forked = { MADV_DONTFORK: true, MADV_DOFORK: false }[advice as string]
  if (forked !== undefined) draft.setPages(area, run, (i) => ({ ...area.pages[i]!, dontFork: forked }))
  const onFile = area.pages.slice(run.from, run.to).some((page) => page?.file)
  if (onFile && NOT_FOR_FILES.includes(advice)) return undefined
  draft.add(
    `if (madvise(${area.name} + ${run.from} * PAGE, ${run.to - run.from} * PAGE, ${advice}) != 0)`,
    '    perror("madvise");',
  )
  return `${advice} on ${pagesText(area.name, run.from, run.to)}`
})

const LOCKS = ['mlock(%)', 'mlock(%)', 'mlock2(%, MLOCK_ONFAULT)', 'munlock(%)', 'munlock(%)'] as const
const MAX_LOCKED = 100

const lock = kind('mlock', 2, fc.record({ range, how: pick(...LOCKS) }), (draft, { range: d, how }) => {
  const area = draft.movable(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, Math.min(d.count, MAX_LOCKED)), area, () => true)
  if (!run) return undefined
  const call = how.replace('%', `${area.name} + ${run.from} * PAGE, ${run.to - run.from} * PAGE`)
  draft.add(`if (${call} != 0)`, '    perror("mlock");')
  return `${how.replace('%', pagesText(area.name, run.from, run.to))}`
})

const SYNCS = ['MS_SYNC', 'MS_SYNC', 'MS_ASYNC', 'MS_SYNC | MS_INVALIDATE'] as const

const sync = kind('msync', 2, fc.record({ range, flags: pick(...SYNCS) }), (draft, { range: d, flags }) => {
  const area = draft.area(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, () => true)
  if (!run) return undefined
  const call = `msync(${area.name} + ${run.from} * PAGE, ${run.to - run.from} * PAGE, ${flags})`
  draft.add(`if (${call} != 0)`, '    perror("msync");')
  return `${flags} of ${pagesText(area.name, run.from, run.to)}`
})

const core = kind('mincore', 1, range, (draft, d) => {
  const area = draft.movable(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, () => true)
  if (!run) return undefined
  const count = run.to - run.from
  draft.add(
    `if (mincore(${area.name} + ${run.from} * PAGE, ${count} * PAGE, present) != 0)`,
    '    perror("mincore");',
    `for (i = 0, k = 0; i < ${count}; i++)`,
    '    k = (k * 3 + (present[i] & 1)) % 1000003;',
    'printf("present: %d\\n", k);',
  )
  return `mincore of ${pagesText(area.name, run.from, run.to)}`
})

const truncate = kind('ftruncate', 1, fc.record({ file: nat(10), pages: fromTo(0, 80) }), (draft, d) => {
  const file = draft.openFile(d.file)
  if (!file) return undefined
  draft.add(`if (ftruncate(${file.fd}, ${d.pages} * PAGE) != 0)`, '    exit(1);')
  file.pages = d.pages
  return `${file.name} has ${d.pages} pages now`
})

const readFile = kind('pread', 1, fc.record({ file: nat(10), page: nat(80), to: range }), (draft, d) => {
  const file = draft.openFile(d.file)
  const to = accessible(draft, d.to, 3)
  if (!file || !to) return undefined
  const pages = Math.min(16, to.run.to - to.run.from)
  const index = d.page % Math.max(1, file.pages)
  draft.add(
    `k = pread(${file.fd}, ${to.area.name} + ${to.run.from} * PAGE, ${pages} * PAGE, ${index} * PAGE);`,
    'printf("pread %d\\n", k);',
  )
  return `read ${file.name} from page ${index} to ${pagesText(to.area.name, to.run.from, to.run.from + pages)}`
})

const writeFile = kind(
  'pwrite',
  1,
  fc.record({ file: nat(10), page: nat(80), byte: fromTo(1, 120), flush: fc.boolean() }),
  (draft, d) => {
    const file = draft.openFile(d.file)
    if (!file) return undefined
    const index = d.page % (file.pages + 1)
    draft.add(`memset(page, ${d.byte}, PAGE);`)
    draft.add(`if (pwrite(${file.fd}, page, PAGE, ${index} * PAGE) != PAGE)`, '    exit(1);')
    if (d.flush) draft.add(`fsync(${file.fd});`)
    file.pages = Math.max(file.pages, index + 1)
    return `wrote page ${index} of ${file.name}${d.flush ? ', fsync' : ''}`
  },
)

export const pageKinds: readonly Kind[] = [
  ...[write, read, fill, copy, advise, lock, sync, core],
  ...[truncate, readFile, writeFile],
]
