/**
 * A C program while it is being written: its lines so far, and what the memory will look like when they have run, so
 * that what is added next touches only pages that may be touched. What is known errs on the safe side: a page that may
 * or may not be there counts as not there.
 */

/** A page of an area, as the lines so far leave it. */
export interface DraftPage {
  /** PROT_READ | PROT_WRITE. */
  readonly prot: number
  /** Which mmap it came from: a run of pages of one number with like `prot` is, at first, one mapping. */
  readonly mapping: number
  readonly shared: boolean
  /** The file behind it, and its page there. */
  readonly file?: DraftFile
  readonly index: number
  /** MADV_DONTFORK: a child does not have it. */
  readonly dontFork?: boolean
}

export interface DraftFile {
  readonly name: string
  /** The variable that holds its descriptor; undefined when it was closed. */
  readonly fd: string | undefined
  /** Pages up to its end. */
  pages: number
}

/** Memory that a variable of the program points to. */
export interface Area {
  readonly name: string
  readonly pages: (DraftPage | undefined)[]
  /** At an address the program chose, with nothing else around. */
  readonly fixed: boolean
  /** A static array: it stays as it is but for its contents. */
  readonly still?: boolean
}

/** A set of blocks of the heap: the array that holds them, and how many of them live. */
export interface Blocks {
  readonly name: string
  readonly count: number
  size: number
  /** Every one, every second, none. */
  live: 'all' | 'odd' | 'none'
}

export interface Run {
  readonly from: number
  readonly to: number
}

/** Names of areas: all letters that are not used for something else. */
const AREA_NAMES = 'abcdefghjlnopqrstuvw'
const FIRST_PLACE = 0x440000000
const PLACE_BYTES = 0x4000000

/** What all processes and threads of a program have in common: declarations, functions and names. */
class DraftProgram {
  readonly areas: Area[] = []
  readonly statics: string[] = []
  /** Functions above main, by name. */
  readonly functions = new Map<string, string>()
  /** Those of threads: what they share with main is declared outside of functions. */
  readonly threads: { readonly name: string; readonly draft: Draft }[] = []
  private readonly counts = new Map<string, number>()

  /** How many of a kind there are. */
  made(kind: string): number {
    return this.counts.get(kind) ?? 0
  }
  /** How many of a kind there were before this one. */
  count(kind: string): number {
    const n = this.made(kind)
    this.counts.set(kind, n + 1)
    return n
  }
}

/** A child of the process that a draft is of, and how the two speak. */
export interface Child {
  readonly draft: Draft
  /** Number in the names of its pid and pipes. */
  readonly id: number
}

/** A thread that waits at a semaphore for its next lines, or has got its last. */
export interface Thread {
  readonly draft: Draft
  readonly id: number
  /** Whether it has ended and was not joined. */
  ended: boolean
}

export class Draft {
  areas: Area[] = []
  files: DraftFile[] = []
  blocks: Blocks[] = []
  /** Living children. */
  children: Child[] = []
  /** Children that have ended and were not waited for. */
  zombies = 0
  threads: Thread[] = []
  private readonly lines: (string | Draft)[] = []

  /** @param depth generations above: 0 for the first process */
  constructor(
    private readonly program = new DraftProgram(),
    readonly depth = 0,
  ) {}

  /** The process that fork makes of this one, when all lines so far have run. */
  fork(): Draft {
    const child = new Draft(this.program, this.depth + 1)
    child.areas = this.areas.map((area) => ({
      ...area,
      pages: area.pages.map((page) => (page?.dontFork ? undefined : page)),
    }))
    child.files = [...this.files]
    child.blocks = this.blocks.map((blocks) => ({ ...blocks }))
    return child
  }

  /** A thread of this process: the same memory, lines of its own. */
  thread(name: string): Draft {
    const thread = new Draft(this.program, this.depth)
    thread.areas = this.areas
    thread.files = this.files
    thread.blocks = this.blocks
    this.program.threads.push({ name, draft: thread })
    return thread
  }

  get statics(): string[] {
    return this.program.statics
  }
  get functions(): Map<string, string> {
    return this.program.functions
  }

  add(...lines: string[]): void {
    for (const line of lines) this.lines.push(line === '' ? '' : `    ${line}`)
  }
  /** The lines of a child, whenever they come, stand here. */
  addChild(child: Draft): void {
    this.lines.push(child)
  }

  /** Numbers things of a kind through the whole program: "m" gives 0, 1, 2. */
  newNumber(kind: string): number {
    return this.program.count(kind)
  }

  area(i: number): Area | undefined {
    return this.areas.length > 0 ? this.areas[i % this.areas.length] : undefined
  }
  /** One that is not a static array. */
  movable(i: number): Area | undefined {
    const areas = this.areas.filter((a) => !a.still)
    return areas.length > 0 ? areas[i % areas.length] : undefined
  }
  openFile(i: number): DraftFile | undefined {
    const open = this.files.filter((f) => f.fd !== undefined)
    return open.length > 0 ? open[i % open.length] : undefined
  }

  /** A variable for a new area, or undefined when there are enough. */
  newArea(fixed: boolean): Area | undefined {
    if (this.areas.length >= AREA_NAMES.length) return undefined
    const n = this.program.count('area')
    const again = Math.floor(n / AREA_NAMES.length)
    const area: Area = { name: `${AREA_NAMES[n % AREA_NAMES.length]}${again || ''}`, pages: [], fixed }
    this.areas.push(area)
    this.program.areas.push(area)
    return area
  }
  newMapping(): number {
    return this.program.count('mapping')
  }
  newDescriptor(): string {
    return `fd${this.program.count('fd')}`
  }
  /** An address where nothing is, 64 MiB from the next, aligned to 2 MiB. */
  newPlace(): string {
    return `(void *)0x${(FIRST_PLACE + this.program.count('place') * PLACE_BYTES).toString(16)}`
  }

  /** Pages [from, from + count) of an area, clipped to it. */
  clip(area: Area, from: number, count: number): Run {
    const start = from % Math.max(1, area.pages.length)
    return { from: start, to: Math.min(area.pages.length, start + count) }
  }

  /** The first pages in a row of that range of which `holds` is true. */
  firstRun({ from, to }: Run, area: Area, holds: (page: DraftPage) => boolean): Run | undefined {
    const good = (i: number): boolean => {
      const page = area.pages[i]
      return page !== undefined && holds(page)
    }
    while (from < to && !good(from)) from++
    let end = from
    while (end < to && good(end)) end++
    return end > from ? { from, to: end } : undefined
  }

  /** Pages in a row that came from one mmap and are protected alike, so that they are one mapping. */
  oneMapping(area: Area, range: Run): Run | undefined {
    const run = this.firstRun(range, area, () => true)
    const first = run && area.pages[run.from]
    return first && this.firstRun(range, area, (p) => p.mapping === first.mapping && p.prot === first.prot)
  }

  static accessible =
    (prot: number) =>
    (page: DraftPage): boolean =>
      (page.prot & prot) === prot && (!page.file || page.index < page.file.pages)

  setPages(area: Area, { from, to }: Run, page: (i: number) => DraftPage | undefined): void {
    while (area.pages.length < to) area.pages.push(undefined)
    for (let i = from; i < to; i++) area.pages[i] = page(i)
  }

  /** The program waits for input, having said what it did. */
  stop(said: readonly string[]): void {
    this.add(`printf("${said.join('; ')}; sum %d\\n", sum);`, 'getchar();', '')
  }

  /** The lines, those of children in their places. */
  private get body(): string[] {
    return this.lines.flatMap((line) =>
      typeof line === 'string' ? [line] : line.body.map((inner) => (inner === '' ? '' : `    ${inner}`)),
    )
  }

  /** The whole program. */
  get text(): string {
    const { areas, functions, threads } = this.program
    const variables = areas.filter((a) => !a.still).map((a) => `*${a.name}`)
    const descriptors = Array.from({ length: this.program.made('fd') }, (_, i) => `fd${i}`)
    const shared = [
      'static char page[PAGE];',
      'static unsigned char present[4096];',
      ...this.statics,
      ...(variables.length > 0 ? [`char ${variables.join(', ')};`] : []),
      `int ${[...descriptors, 'sum = 0'].join(', ')};`,
    ]
    const own = ['int i, k;', 'char ch;']
    const outside = threads.length > 0
    const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`)
    return [
      '#define _GNU_SOURCE',
      ...HEADERS.map((name) => `#include <${name}>`),
      '',
      '#define PAGE 4096',
      '',
      ...functions.values(),
      ...(outside ? [...shared, ''] : []),
      ...threads.flatMap(({ name, draft }) => [
        ...[`static void *${name}(void *arg)`, '{', ...indent(own), ''],
        ...[...draft.body, '    return arg;', '}', ''],
      ]),
      'int main(void)',
      '{',
      ...indent(outside ? own : [...shared, ...own]),
      '',
      ...this.body,
      '    return 0;',
      '}',
      '',
    ].join('\n')
  }
}

const HEADERS = [
  ...['fcntl.h', 'malloc.h', 'pthread.h', 'semaphore.h', 'signal.h', 'stdio.h', 'stdlib.h', 'string.h', 'sys/mman.h'],
  ...['sys/types.h', 'sys/wait.h', 'unistd.h'],
] as const
