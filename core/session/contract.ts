/**
 * What a session offers to whoever drives it: the simulation process, the `pagewalk` command and the tests. Synchronous
 * and without a clock on purpose: the driver decides how much to run before it looks at anything else, so the same
 * calls give the same trace whoever makes them. Data and meaning are those of core/protocol.
 */

import type {
  Departure,
  Compared,
  CompareRequest,
  CompleteRequest,
  Completions,
  HeapCall,
  LessonStop,
  Loaded,
  LoadRequest,
  Moment,
  ProfileInfo,
  Reply,
  RowsQuery,
  RowsWindow,
  RunUntil,
  SavedRun,
  SeekTarget,
  TableName,
  TerminalText,
  TimelineQuery,
  TimelineWindow,
  WhatIf,
} from '../protocol/index.js'

/** A comparison under way: whoever asked for it works on it a piece at a time. */
export interface CompareWork {
  /**
   * Goes on for at most about so many statements.
   * @returns whether it is over
   */
  step(statements: number): boolean
  /** How much is done, from 0 to 1. */
  readonly progress: number
  /** Once it is over. */
  readonly result: Reply<Compared>
}

export interface Session {
  profiles(): readonly ProfileInfo[]
  /** Compiles, boots a fresh machine, execs, and stands at the first statement of main. A failure leaves what was. */
  load(request: LoadRequest): Reply<Loaded>
  /**
   * Loads and is then 'running' on the way to where the recorded run had got: `advance` goes on with it, `pause` ends it,
   * and when it is halted {@link departure} says how it compares.
   */
  resume(request: LoadRequest, run: SavedRun): Reply<Loaded>
  /** How the run that was taken up last compares with its record; undefined when none was, or it is still on its way. */
  departure(): Departure | undefined
  /** What was loaded last. */
  readonly request: LoadRequest | undefined
  /** What determines the run so far. */
  record(): Reply<SavedRun>
  /** Same program and seed from the start. */
  restart(): Reply<Loaded>
  /**
   * Runs until `until` is reached, the program waits, ends or is paused, but no more than `statements` statements.
   * The moment's state is 'running' when the budget ended first: call again, with the same `until`, to go on.
   */
  advance(until: RunUntil, statements: number): Moment
  /** Goes to a moment of the run so far: the machine then stands there. What follows stays recorded until the run goes on. */
  seek(to: SeekTarget): Reply<Moment>
  /** Halts a run that `advance` left 'running'; otherwise changes nothing. */
  pause(): Moment
  /** Types text on the program's terminal. Does not run. */
  input(text: string): Reply<Moment>
  rows<T extends TableName>(query: RowsQuery<T>): Reply<RowsWindow<T>>
  readout(command: string, history?: readonly string[]): Reply<{ readonly moment: number; readonly text: string }>
  complete(request: CompleteRequest): Reply<Completions>
  /** What that call of malloc or free would do now. Nothing is changed. */
  whatIf(call: HeapCall): Reply<WhatIf>
  /**
   * What a lesson tells of the program's first `count` stops, with Enter pressed at each: runs at most that many
   * statements of a machine of its own towards it, and goes on there when called again. `done`: these are all there are.
   */
  lessonStops(
    count: number,
    statements: number,
  ): Reply<{ readonly stops: readonly LessonStop[]; readonly done: boolean }>
  /** The terminal from character `from` on. */
  output(from: number): TerminalText & { readonly moment: number }
  /** The difference of two moments of the run, to be worked on a piece at a time by whoever asked. */
  compare(request: CompareRequest): Reply<CompareWork>
  timeline(query: TimelineQuery): Reply<TimelineWindow>
  moment(): Moment
}
