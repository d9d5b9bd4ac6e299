/**
 * pmap -X and -XX: everything smaps says, a mapping a line, as wide as the widest value (procps pmap.c,
 * print_extended_maps). Totals and widths are carried over from one process to the next, as pmap does it.
 *
 * Left out: names longer than 127 bytes are not cut.
 */

/** A block of smaps, taken apart. */
export interface SmapsRecord {
  /** As maps prints them: "55d0c0000000", "rw-p", "00001000", "fe:00". */
  readonly start: string
  readonly perms: string
  readonly offset: string
  readonly device: string
  readonly inode: number
  readonly name: string
  /** Lines with a number, in their order. */
  readonly fields: readonly (readonly [name: string, value: number])[]
  /** "rd wr mr" */
  readonly vmFlags: string
}

export interface ExtendedLayout {
  /** -XX */
  readonly everything: boolean
  readonly quiet: boolean
  readonly showPath: boolean
}

const UNIMPORTANT: ReadonlySet<string> = new Set([
  'AnonHugePages',
  'KernelPageSize',
  'MMUPageSize',
  'Shared_Dirty',
  'Private_Dirty',
  'Shared_Clean',
  'Private_Clean',
])

interface FieldColumn {
  readonly name: string
  width: number
  total: number
}

type Place = 'start' | 'perms' | 'offset' | 'device' | 'inode'
const PLACES: readonly (readonly [Place, string])[] = [
  ['start', 'Address'],
  ['perms', 'Perm'],
  ['offset', 'Offset'],
  ['device', 'Device'],
  ['inode', 'Inode'],
]

export class ExtendedMaps {
  private readonly columns: FieldColumn[] = []

  constructor(private readonly layout: ExtendedLayout) {}

  /** Everything below the title of one process. */
  text(records: readonly SmapsRecord[]): string {
    if (records.length === 0) return ''
    const { quiet, everything } = this.layout
    this.measure(records)
    const places = PLACES.map(([key, title]) => {
      const widest = Math.max(...records.map((record) => String(record[key]).length))
      return { key, title, width: quiet ? widest : Math.max(widest, title.length) }
    })
    const flagsWidth = Math.max(quiet ? 0 : 'VmFlags'.length, ...records.map((record) => record.vmFlags.length))
    const lines = records.map((record) => {
      const head = places.map(({ key, width }) => String(record[key]).padStart(width))
      const values = new Map(record.fields)
      const numbers = this.columns.map(({ name, width }) => String(values.get(name) ?? '').padStart(width))
      const flags = everything ? [record.vmFlags.padStart(flagsWidth)] : []
      return [...head, ...numbers, ...flags, this.mapping(record.name)].join(' ')
    })
    if (quiet) return joined(lines)
    const titles = places.map(({ title, width }) => title.padStart(width))
    const names = this.columns.map(({ name, width }) => name.padStart(width))
    const header = [...titles, ...names, ...(everything ? ['VmFlags'.padStart(flagsWidth)] : []), 'Mapping'].join(' ')
    const gap = ' '.repeat(places.reduce((sum, { width }) => sum + width + 1, 0))
    return joined([header, ...lines, ...this.footer(gap)])
  }

  private measure(records: readonly SmapsRecord[]): void {
    const shown = records[0].fields.filter(([name]) => this.layout.everything || !UNIMPORTANT.has(name))
    if (this.columns.length === 0)
      for (const [name] of shown) this.columns.push({ name, width: this.layout.quiet ? 0 : name.length, total: 0 })
    for (const { fields } of records) {
      const values = new Map(fields)
      for (const column of this.columns) {
        const value = values.get(column.name) ?? 0
        column.total += value
        if (this.layout.quiet) column.width = Math.max(column.width, String(value).length)
      }
    }
    if (!this.layout.quiet)
      for (const column of this.columns) column.width = Math.max(column.width, String(column.total).length)
  }

  private mapping(name: string): string {
    return this.layout.showPath ? name : name.slice(name.lastIndexOf('/') + 1)
  }

  private footer(gap: string): readonly string[] {
    const rule = this.columns.map(({ width }) => `${'='.repeat(width)} `).join('')
    const totals = this.columns.map(({ width, total }) => `${String(total).padStart(width)} `).join('')
    return [gap + rule, `${gap}${totals}KB `]
  }
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
