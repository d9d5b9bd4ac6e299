/**
 * What a report is made of, as it is asked for. Together with the run (program, machine, inputs) it determines every
 * byte of the report: there is no date, path or chance in one.
 */

/** What is told at each moment, then what is told once. In the report's order. */
export const REPORT_PARTS = [
  'timeline',
  'readings',
  'changes',
  'ps',
  'pmap',
  'smaps',
  'story',
  'heap',
  'terminal',
  'source',
  'reproduce',
] as const
export type ReportPart = (typeof REPORT_PARTS)[number]

/** Long ones are for those who look for something. */
export const DEFAULT_REPORT_PARTS: readonly ReportPart[] = REPORT_PARTS.filter((part) => part !== 'heap')

/**
 * `html` stands alone; `print` is the same with the application's own fonts, to be made a PDF of; `svg` is the timeline
 * chart, `csv` one table (see {@link ReportTable}), `json` everything, `txt` the terminal.
 */
export const REPORT_FORMATS = ['html', 'print', 'md', 'json', 'csv', 'svg', 'txt'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** The table that a CSV file holds. */
export const REPORT_TABLES = ['series', 'readings', 'ps', 'pmap', 'smaps', 'story'] as const
export type ReportTable = (typeof REPORT_TABLES)[number]

export type ReportLanguage = 'en' | 'zh-CN'

/** A moment of the run. */
export type ReportPlace =
  /** The first statement of main. */
  | { readonly at: 'main' }
  /** A wait for input by its number, from 0. */
  | { readonly at: 'stop'; readonly stop: number }
  /** Virtual nanoseconds since exec. */
  | { readonly at: 'time'; readonly time: number }
  /** Where the run ends, or has got to. */
  | { readonly at: 'end' }

export type ReportMoment = ReportPlace & {
  /** A mark's name. */
  readonly label?: string | undefined
  /** What its author has to say on it; paragraphs are set apart by an empty line. */
  readonly note?: string | undefined
}

export interface ReportChoices {
  /** Empty: the program's name. */
  readonly title: string
  readonly language: ReportLanguage
  readonly notes: string
  /** undefined: main's beginning, every stop and the end. In any order; the report tells them in the run's. */
  readonly moments: readonly ReportMoment[] | undefined
  readonly parts: readonly ReportPart[]
  /** Starts of the mappings whose smaps is told (hex). undefined: those that changed most between the moments. */
  readonly mappings: readonly string[] | undefined
}

export interface ReportRequest {
  readonly choices: ReportChoices
  readonly format: ReportFormat
  /** What a CSV file holds. */
  readonly table: ReportTable
}

export interface ReportProgress {
  /** Running ahead to find the moments, standing at one and reading it, putting it all on paper. */
  readonly phase: 'survey' | 'read' | 'write'
  /** 0 to 1 where it can be told. */
  readonly done: number | undefined
}
