/** The built-in programs as the gallery and the command line offer them. What is said of them is in every language. */

type Texts = Readonly<Record<'en' | 'zh-CN', string>>

/** In the order of the gallery. */
export const PROGRAM_TOPICS = ['pages', 'mappings', 'heap', 'mistakes', 'processes', 'files', 'threads'] as const
export type ProgramTopic = (typeof PROGRAM_TOPICS)[number]

export interface BuiltinProgram {
  /** Also the name of its file, without the ".c". */
  readonly id: string
  readonly topic: ProgramTopic
  /** What it may be searched by: calls, terms and figures, which are the same in every language. */
  readonly keywords: readonly string[]
  /** Machines on which it shows what it is meant to show, the best one first. */
  readonly profiles: readonly string[]
  readonly title: Texts
  /** The one thing it shows, in a sentence. */
  readonly shows: Texts
  /** C. */
  readonly source: string
}

/** What a text about a program may speak of: numbers of its first process at a stop, in kB where they are sizes. */
export const FIGURES = [
  'minflt',
  'majflt',
  'vsz',
  'rss',
  'anon',
  'file',
  'shmem',
  'dirty',
  /** Page tables: VmPTE and VmPMD. */
  'tables',
  /** Free memory of the whole machine. */
  'free',
  'pss',
  'lazyfree',
  'huge',
  'locked',
  /** Length of [heap] and of [stack], in RSS or not. */
  'heap',
  'stack',
  /** Count. */
  'mappings',
  /** Count, of the whole machine. */
  'processes',
] as const
export type FigureName = (typeof FIGURES)[number]
export type Figures = Readonly<Record<FigureName, number>>
