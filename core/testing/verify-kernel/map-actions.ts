/** Actions that make, move and remove mappings. */
import fc from 'fast-check'
import { fromTo, kind, LENGTHS, LONG, nat, pagesText, pick, range, type Kind } from './actions.js'
import type { Area, Draft, DraftFile, DraftPage, Run } from './draft.js'

const PROTS = ['PROT_NONE', 'PROT_READ', 'PROT_WRITE', 'PROT_READ | PROT_WRITE'] as const
const SHORT_PROTS = ['none', 'r', 'w', 'rw'] as const

const pages = fc.oneof({ weight: 5, arbitrary: pick(...LENGTHS) }, { weight: 1, arbitrary: pick(...LONG) })
/** Where a mapping goes: anywhere, where nothing is, over or behind a part of an area, near one if that is free. */
const where = fc.record({
  how: pick('any', 'any', 'any', 'place', 'over', 'behind', 'noreplace', 'hint'),
  area: nat(30),
  page: nat(1200),
})
type Where = typeof where extends fc.Arbitrary<infer T> ? T : never

const extraFlags = pick('', '', '', '', '', ' | MAP_POPULATE', ' | MAP_NORESERVE', ' | MAP_STACK', ' | MAP_LOCKED')

interface Target {
  readonly area: Area
  readonly first: number
  readonly address: string
  readonly flags: string
  /** Assigned to the area's variable, or only checked. */
  readonly assigned: boolean
}

/** Chooses the address of a mapping of `length` pages. */
function target(draft: Draft, { how, area: i, page }: Where, length: number): Target | undefined {
  if (how === 'over' || how === 'behind' || how === 'noreplace') {
    const area = draft.movable(i)
    const at = area && place(area, how, page, length)
    if (area && at !== undefined) {
      const flags = how === 'noreplace' ? ' | MAP_FIXED_NOREPLACE' : ' | MAP_FIXED'
      return { area, first: at, address: `${area.name} + ${at} * PAGE`, flags, assigned: false }
    }
  }
  const near = how === 'hint' ? draft.movable(i) : undefined
  const area = draft.newArea(how === 'place')
  if (!area) return undefined
  const hint = near ? `${near.name} + ${page % (near.pages.length + 8)} * PAGE` : 'NULL'
  const address = how === 'place' ? draft.newPlace() : hint
  return { area, first: 0, address, flags: how === 'place' ? ' | MAP_FIXED' : '', assigned: true }
}

/** The first page of a mapping inside or behind an area, or undefined when it does not fit there. */
function place(area: Area, how: 'over' | 'behind' | 'noreplace', page: number, length: number): number | undefined {
  const size = area.pages.length
  const room = area.fixed ? 8192 : size
  if (how === 'over') {
    const at = page % Math.max(1, size)
    return at + length <= room ? at : undefined
  }
  if (!area.fixed) return undefined
  const at = how === 'behind' ? size + (page % 4 === 0 ? 1 : 0) : size
  return at + length <= room ? at : undefined
}

interface Mapping {
  readonly length: number
  readonly prot: number
  readonly shared: boolean
  readonly flags: string
  readonly file?: DraftFile
  readonly fd?: string
  readonly index: number
}

/** Writes the mmap and notes its pages. */
function writeMap(draft: Draft, to: Target, mapping: Mapping): string {
  const { area, first, address, assigned } = to
  const { length, prot, shared, file, index } = mapping
  const flags = `${shared ? 'MAP_SHARED' : 'MAP_PRIVATE'}${file ? '' : ' | MAP_ANONYMOUS'}${mapping.flags}${to.flags}`
  const call = `mmap(${address}, ${length} * PAGE, ${PROTS[prot]}, ${flags}, ${mapping.fd ?? -1}, ${file ? `${index} * PAGE` : 0})`
  draft.add(
    assigned ? `${area.name} = ${call};` : '',
    `if (${assigned ? area.name : call} == MAP_FAILED) {`,
    '    perror("mmap");',
    '    exit(1);',
    '}',
  )
  const id = draft.newMapping()
  draft.setPages(area, { from: first, to: first + length }, (i) => ({
    prot,
    mapping: id,
    shared,
    ...(file ? { file } : {}),
    index: index + i - first,
  }))
  const what = file ? `${file.name} from page ${index}` : 'anonymous'
  return `${pagesText(area.name, first, first + length)}: ${what}, ${shared ? 'shared' : 'private'}, ${SHORT_PROTS[prot]}${mapping.flags.slice(2)}`
}

const mapAnonymous = kind(
  'mmap',
  7,
  fc.record({ pages, prot: pick(0, 1, 1, 3, 3, 3, 3), shared: pick(false, false, true), flags: extraFlags, where }),
  (draft, d) => {
    const to = target(draft, d.where, d.pages)
    return to && writeMap(draft, to, { length: d.pages, prot: d.prot, shared: d.shared, flags: d.flags, index: 0 })
  },
)

const filePages = pick(1, 2, 3, 5, 8, 16, 17, 20, 33, 40, 75)

/** A new file: written page by page or at once, then on disk or not yet; or made by ftruncate alone. */
const mapFile = kind(
  'mmap of a file',
  4,
  fc.record({
    filePages,
    beyond: pick(0, 0, 0, 2),
    from: pick(0, 0, 0, 1, 4, 16),
    prot: pick(1, 1, 3, 3, 3, 0),
    shared: fc.boolean(),
    flags: pick('', '', '', ' | MAP_POPULATE'),
    made: pick('pages', 'pages', 'pages', 'pages', 'once', 'sparse', 'memfd'),
    keep: fc.boolean(),
    where,
  }),
  (draft, d) => {
    if (d.from >= d.filePages) return undefined
    const length = d.filePages - d.from + d.beyond
    const to = target(draft, d.where, length)
    if (!to) return undefined
    const { file, fd } = writeFile(draft, d.made, d.filePages, d.keep)
    const said = writeMap(draft, to, {
      length,
      prot: d.prot,
      shared: d.shared,
      flags: d.flags,
      file,
      fd,
      index: d.from,
    })
    if (!d.keep) draft.add(`close(${fd});`)
    return `${file.name} of ${d.filePages} pages (${d.made}); ${said}`
  },
)

function writeFile(
  draft: Draft,
  made: 'pages' | 'once' | 'sparse' | 'memfd',
  size: number,
  keep: boolean,
): { file: DraftFile; fd: string } {
  const fd = draft.newDescriptor()
  const name = `${made === 'memfd' ? 'mem' : 'file'}${draft.newNumber('file')}`
  const file: DraftFile = { name, fd: keep ? fd : undefined, pages: size }
  draft.files.push(file)
  draft.add(
    made === 'memfd'
      ? `${fd} = memfd_create("${name}", 0);`
      : `${fd} = open("${name}", O_RDWR | O_CREAT | O_TRUNC, 0644);`,
  )
  if (made === 'pages')
    draft.add(
      `for (i = 0; i < ${size}; i++) {`,
      "    memset(page, 'a' + i % 26, PAGE);",
      `    if (write(${fd}, page, PAGE) != PAGE)`,
      '        exit(1);',
      '}',
      `fsync(${fd});`,
    )
  else if (made === 'once') {
    const buffer = `whole${draft.statics.length}`
    draft.statics.push(`static char ${buffer}[${size} * PAGE];`)
    draft.add(`memset(${buffer}, 'w', sizeof ${buffer});`)
    draft.add(`if (write(${fd}, ${buffer}, sizeof ${buffer}) != sizeof ${buffer})`, '    exit(1);', `fsync(${fd});`)
  } else draft.add(`if (ftruncate(${fd}, ${size} * PAGE) != 0)`, '    exit(1);')
  return { file, fd }
}

/** A file that is open already, mapped once more. */
const mapAgain = kind(
  'mmap of a file once more',
  1,
  fc.record({ file: nat(10), from: nat(20), pages: fromTo(1, 20), prot: pick(1, 3, 3), shared: fc.boolean(), where }),
  (draft, d) => {
    const file = draft.openFile(d.file)
    const to = file && target(draft, d.where, d.pages)
    if (!to) return undefined
    const index = d.from % Math.max(1, file.pages)
    return writeMap(draft, to, {
      length: d.pages,
      prot: d.prot,
      shared: d.shared,
      flags: '',
      file,
      fd: file.fd!,
      index,
    })
  },
)

const unmap = kind('munmap', 3, range, (draft, d) => {
  const area = draft.movable(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, () => true)
  if (!run) return undefined
  draft.add(`munmap(${area.name} + ${run.from} * PAGE, ${run.to - run.from} * PAGE);`)
  draft.setPages(area, run, () => undefined)
  return `unmapped ${pagesText(area.name, run.from, run.to)}`
})

const protect = kind('mprotect', 4, fc.record({ range, prot: pick(0, 1, 1, 3, 3, 3) }), (draft, { range: d, prot }) => {
  const area = draft.movable(d.area)
  const run = area && draft.firstRun(draft.clip(area, d.from, d.count), area, () => true)
  if (!run) return undefined
  draft.add(
    `if (mprotect(${area.name} + ${run.from} * PAGE, ${run.to - run.from} * PAGE, ${PROTS[prot]}) != 0) {`,
    '    perror("mprotect");',
    '    exit(1);',
    '}',
  )
  draft.setPages(area, run, (i) => ({ ...area.pages[i]!, prot }))
  return `${pagesText(area.name, run.from, run.to)}: ${SHORT_PROTS[prot]}`
})

const remap = kind(
  'mremap',
  3,
  fc.record({
    range,
    whole: pick(true, true, true, false),
    how: pick('grow', 'grow', 'grow', 'shrink', 'stay', 'keep', 'fixed', 'try'),
    by: pick(1, 2, 5, 16, 40, 100, 512),
  }),
  (draft, d) => {
    const area = draft.movable(d.range.area)
    const all = area && { from: 0, to: area.pages.length }
    const run = all && draft.oneMapping(area, d.whole ? all : draft.clip(area, d.range.from, d.range.count))
    return run && writeRemap(draft, area, run, d.how, d.by)
  },
)

function writeRemap(
  draft: Draft,
  area: Area,
  run: Run,
  how: 'grow' | 'shrink' | 'stay' | 'keep' | 'fixed' | 'try',
  by: number,
): string | undefined {
  const old = run.to - run.from
  const from = `${area.name} + ${run.from} * PAGE, ${old} * PAGE`
  if (how === 'try') {
    draft.add(`if (mremap(${from}, ${old + by} * PAGE, 0) == MAP_FAILED)`, '    perror("mremap");')
    return `tried to grow ${pagesText(area.name, run.from, run.to)} to ${old + by}`
  }
  if (how === 'shrink') {
    const size = Math.max(1, old - by)
    draft.add(`if (mremap(${from}, ${size} * PAGE, 0) == MAP_FAILED)`, '    exit(1);')
    draft.setPages(area, { from: run.from + size, to: run.to }, () => undefined)
    return `${pagesText(area.name, run.from, run.to)} shrunk to ${size}`
  }
  const size = how === 'grow' ? old + by : old
  const to = draft.newArea(how === 'fixed')
  if (!to) return undefined
  const flags = { grow: '', stay: '', keep: ' | MREMAP_DONTUNMAP', fixed: ' | MREMAP_FIXED' }[how]
  // Without a fifth argument the kernel would find there whatever the register holds.
  const where = how === 'fixed' ? `, ${draft.newPlace()}` : how === 'keep' ? ', NULL' : ''
  draft.add(
    `${to.name} = mremap(${from}, ${size} * PAGE, MREMAP_MAYMOVE${flags}${where});`,
    `if (${to.name} == MAP_FAILED) {`,
    '    perror("mremap");',
    '    exit(1);',
    '}',
  )
  const pages = area.pages.slice(run.from, run.to) as DraftPage[]
  draft.setPages(to, { from: 0, to: size }, (i) => pages[i] ?? { ...pages[0], index: pages[0].index + i })
  if (how !== 'keep') draft.setPages(area, run, () => undefined)
  return `${pagesText(area.name, run.from, run.to)} is ${to.name} of ${size} pages now${flags.slice(2)}`
}

const grow = kind('sbrk', 1, pick(1, 2, 7, 33, 100), (draft, by) => {
  const area = draft.newArea(false)
  if (!area) return undefined
  draft.add(
    `${area.name} = sbrk(${by} * PAGE);`,
    `if (${area.name} == (void *)-1)`,
    '    exit(1);',
    `k = (long)${area.name} & (PAGE - 1);`,
    `if (k != 0)`,
    `    ${area.name} += PAGE - k;`,
  )
  const id = draft.newMapping()
  // The break need not lie on a page: the last page may be only in part ours.
  draft.setPages(area, { from: 0, to: by - 1 }, (index) => ({ prot: 3, mapping: id, shared: false, index }))
  return `the break is ${by} pages higher`
})

/** Memory for huge pages, some of it written. */
const huge = kind(
  'huge pages',
  2,
  fc.record({
    pages: pick(512, 1024, 1100, 1536),
    first: nat(1500),
    how: pick('place', 'any'),
    byte: fromTo(1, 120),
  }),
  (draft, d) => {
    const to = target(draft, { how: d.how, area: 0, page: 0 }, d.pages)
    if (!to) return undefined
    const said = writeMap(draft, to, { length: d.pages, prot: 3, shared: false, flags: '', index: 0 })
    const { name } = to.area
    const first = d.first % d.pages
    draft.add(
      `if (madvise(${name}, ${d.pages} * PAGE, MADV_HUGEPAGE) != 0)`,
      '    perror("madvise");',
      `for (i = ${first}; i < ${d.pages}; i += 100)`,
      `    ${name}[i * PAGE] = ${d.byte};`,
    )
    return `${said}, MADV_HUGEPAGE, written from page ${first}`
  },
)

export const mapKinds: readonly Kind[] = [mapAnonymous, mapFile, huge, mapAgain, unmap, protect, remap, grow]
