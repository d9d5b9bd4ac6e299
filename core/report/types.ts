/** A report as data: what was read off the machine at each moment. A rendering adds words and looks, and no facts. */
import type {
  BinRow,
  Figures,
  HeapFieldRow,
  LoadRequest,
  MachineOptions,
  PmapRow,
  PsRow,
  ReportChoices,
  ReportPart,
  ReportPlace,
  RunState,
  SavedInput,
  SmapsRow,
  StoryLineRow,
  TimelineMarker,
  TimelineSeries,
} from '../protocol/index.js'

/** A row without what changed since a halt somebody looked at: a report compares its own moments. */
export type Plain<R> = Omit<R, 'changed' | 'was'>

/** What determines a run. */
export interface RunRecord {
  readonly load: LoadRequest
  /** Link to fixed addresses (gcc -no-pie). */
  readonly noPie: boolean
  readonly typing: Typing
  /** Statements after which the recording ends; undefined: it goes on until the program ends or waits for ever. */
  readonly until: number | undefined
  /** Statements it has, where that is known: only to say how far it has got. */
  readonly length?: number
}

export type Typing =
  | { readonly kind: 'recorded'; readonly inputs: readonly SavedInput[] }
  /** One line at each wait for input; when there is none left, an empty line each time or the end of the file. */
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly then: 'newline' | 'end-of-file' }

/** Rows of a table that is cut off where it would fill a book. */
export interface Rows<R> {
  readonly rows: readonly R[]
  /** How many more there are. */
  readonly left: number
}

export interface PmapFacts extends Rows<Plain<PmapRow>> {
  readonly pid: number
  readonly command: string
  /** Kbytes, RSS, Dirty. */
  readonly totals: readonly number[]
  /** As the tool prints it. */
  readonly text: string
}

export interface SmapsFacts {
  readonly address: string
  /** As pmap prints it. */
  readonly mapping: string
  readonly rows: readonly Plain<SmapsRow>[]
}

/** Chunks of one state, counted. */
export interface ChunkSum {
  readonly state: string
  readonly count: number
  readonly bytes: number
}

export interface HeapFacts {
  readonly chunks: readonly ChunkSum[]
  readonly bins: Rows<Plain<BinRow>>
  readonly fields: readonly Plain<HeapFieldRow>[]
}

export interface MomentFacts {
  readonly place: ReportPlace
  readonly label: string
  readonly note: string
  readonly state: RunState
  readonly exit: { readonly code: number; readonly signal: number; readonly message: string } | undefined
  /** Virtual nanoseconds since exec. */
  readonly time: number
  readonly statements: number
  /** Line the program stands at, 0 when it has ended. */
  readonly line: number
  readonly functionName: string
  readonly figures: Figures
  readonly ps: { readonly rows: readonly Plain<PsRow>[]; readonly command: string; readonly text: string }
  readonly pmap: readonly PmapFacts[]
  readonly smaps: readonly SmapsFacts[]
  /** What each line cost and brought since the moment before, since exec at the first. */
  readonly story: readonly Plain<StoryLineRow>[]
  readonly heap: HeapFacts | undefined
  /** Against the moment before; undefined at the first. */
  readonly changes: MomentChanges | undefined
}

export interface MappingChange {
  readonly address: string
  readonly mapping: string
  /** undefined: it was not there, or is not any more. Kbytes, RSS, Dirty. */
  readonly before: readonly number[] | undefined
  readonly after: readonly number[] | undefined
}

export interface MomentChanges {
  /** Mappings of the first process that came, went or changed, in address order. */
  readonly mappings: readonly MappingChange[]
}

export interface Input {
  readonly text: string
  /** Number of the wait for input it was typed at, from 1; 0: between two statements. */
  readonly stop: number
  readonly statements: number
}

export interface Report {
  readonly choices: Omit<ReportChoices, 'moments' | 'mappings'> & { readonly parts: readonly ReportPart[] }
  readonly program: { readonly name: string; readonly source: string; readonly builtin: string | undefined }
  readonly machine: {
    readonly profile: string
    readonly title: string
    readonly kernel: string
    readonly glibc: string
    readonly procps: string
    readonly seed: number
    readonly ownSeed: boolean
    readonly noPie: boolean
    /** What is not as the profile has it. */
    readonly options: MachineOptions
  }
  readonly inputs: readonly Input[]
  /** Every input was typed at a wait, one line at each: `--stdin` can do it again. */
  readonly typedAtStops: boolean
  readonly endOfFile: boolean
  readonly moments: readonly MomentFacts[]
  /** How the recording ends. */
  readonly end: Pick<MomentFacts, 'state' | 'exit' | 'time' | 'statements'>
  /** Fingerprint of the whole trace: the same run has the same. */
  readonly trace: string
  readonly terminal: string
  /** Every sample since main began, and one of main's beginning. */
  readonly series: {
    readonly time: readonly number[]
    readonly columns: Readonly<Record<TimelineSeries, readonly number[]>>
    readonly markers: readonly TimelineMarker[]
  }
}
