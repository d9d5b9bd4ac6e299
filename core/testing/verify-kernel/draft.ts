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

export class Draft {
  readonly areas: Area[] = []
  readonly files: DraftFile[] = []
  readonly blocks: Blocks[] = []
  readonly statics: string[] = []
  /** Functions above main, by name. */
  readonly functions = new Map<string, string>()
  private readonly lines: string[] = []
  private places = 0
  private mappings = 0
  private descriptors = 0

  add(...lines: string[]): void {
    for (const line of lines) this.lines.push(line === '' ? '' : `    ${line}`)
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
    const area: Area = { name: AREA_NAMES[this.areas.length], pages: [], fixed }
    this.areas.push(area)
    return area
  }
  newMapping(): number {
    return this.mappings++
  }
  newDescriptor(): string {
    return `fd${this.descriptors++}`
  }
  /** An address where nothing is, 64 MiB from the next, aligned to 2 MiB. */
  newPlace(): string {
    return `(void *)0x${(FIRST_PLACE + this.places++ * PLACE_BYTES).toString(16)}`
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

  get text(): string {
    const variables = this.areas.filter((a) => !a.still).map((a) => `*${a.name}`)
    const descriptors = Array.from({ length: this.descriptors }, (_, i) => `fd${i}`)
    return [
      '#define _GNU_SOURCE',
      ...HEADERS.map((name) => `#include <${name}>`),
      '',
      '#define PAGE 4096',
      '',
      ...this.functions.values(),
      'int main(void)',
      '{',
      '    static char page[PAGE];',
      '    static unsigned char present[4096];',
      ...this.statics.map((s) => `    ${s}`),
      ...(variables.length > 0 ? [`    char ${variables.join(', ')};`] : []),
      `    int ${['i', 'k', ...descriptors, 'sum = 0'].join(', ')};`,
      '',
      ...this.lines,
      '    return 0;',
      '}',
      '',
    ].join('\n')
  }
}

const HEADERS = [
  ...['fcntl.h', 'malloc.h', 'stdio.h', 'stdlib.h', 'string.h', 'sys/mman.h', 'sys/types.h', 'unistd.h'],
] as const
