/**
 * A session as a `.pagewalk` file holds it: what determines a run (program, machine, what was typed and where), how far it
 * had got, where the window stood, and what its reader added. Moments are virtual nanoseconds since exec, or stops from 0.
 */
import type { MachineOptions } from './machine.js'

export const SESSION_FORMAT = 'pagewalk-session'
export const SESSION_VERSION = 2

/** A moment that can be found again in the same run. */
export type SavedPlace =
  /** The stop of that number, from 0. */
  | { readonly stop: number }
  /** Virtual nanoseconds since exec. */
  | { readonly time: number }

export interface SavedInput {
  /** As it was typed: U+0003 (Ctrl+C) is the interrupt, U+0004 (Ctrl+D) the end of file. */
  readonly text: string
  /** Statements that had run when it was typed. */
  readonly statements: number
  /** The stop it was typed at, from 0; left out: the program was not waiting. */
  readonly stop?: number
  /** Virtual nanoseconds since exec, where every task slept or hung; left out anywhere else. */
  readonly time?: number
}

/** How far the run had got, however early the moment is that was shown. */
export interface SavedReach {
  readonly statements: number
  /** How often the program had waited. */
  readonly stops: number
  /** 'ended': by itself or by a signal; 'waiting': for input; 'between': between two statements, or all tasks wait. */
  readonly state: 'between' | 'waiting' | 'ended'
  /** Fingerprint of the whole trace there, 16 hex digits: another one means another run. */
  readonly trace: string
}

/** What of a session the simulation gives out and takes in again. */
export interface SavedRun {
  readonly inputs: readonly SavedInput[]
  readonly reached: SavedReach
  /** Where the window stood: at the run's furthest, or at an earlier moment. */
  readonly position: 'end' | SavedPlace
}

export interface SavedMark {
  readonly id: string
  readonly at: SavedPlace
  readonly label: string
}

export interface SavedNote {
  readonly id: string
  /** The moment it speaks of; left out: the whole session. */
  readonly at?: SavedPlace
  readonly text: string
}

/** Names of views and sizes of panes; names that a version does not know are passed over. */
export interface SavedLayout {
  readonly view?: string
  readonly part?: string
  /** Percent, by the splitter's name. */
  readonly splitters: Readonly<Record<string, readonly number[]>>
}

export interface SavedSession extends SavedRun {
  readonly format: typeof SESSION_FORMAT
  readonly version: typeof SESSION_VERSION
  readonly program: {
    /** File name for messages, e.g. "mmap-demo.c". */
    readonly name: string
    /** The C that runs. */
    readonly source: string
    /** The editor's text where it is another one. */
    readonly draft?: string
  }
  readonly machine: MachineOptions & { readonly profile: string; readonly seed: number }
  readonly marks: readonly SavedMark[]
  readonly notes: readonly SavedNote[]
  readonly layout: SavedLayout
}

/** What can be wrong with a file that should be a session. `core/words` says it in both languages. */
export type SessionProblemKind =
  | 'unreadable'
  | 'not-a-file'
  | 'too-large'
  | 'not-text'
  | 'not-json'
  | 'not-a-session'
  | 'newer'
  | 'unknown-version'
  | 'missing'
  | 'unknown-field'
  | 'wrong'
  | 'unknown-profile'

export interface SessionProblem {
  readonly kind: SessionProblemKind
  /** JSON path ("inputs[3].text"), or "line 4, column 7" where it is no JSON; '' for the file as a whole. */
  readonly where: string
  /** What was found there or what is permitted, in a few words of the format; may be empty. */
  readonly detail: string
  /** The file's name, where it has one. */
  readonly file?: string
}
