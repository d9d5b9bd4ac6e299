/** Which processes ps shows (procps ps/select.c). */
import type { PsProcess } from './process.js'

/** Lists of options such as -p and -C: a process is listed when one of them names it. */
export type Listed = (process: PsProcess) => boolean

/** Options that choose without a list: BSD a, x; Unix -a, -d. */
export type Simple = 'Ba' | 'Bx' | 'Ua' | 'Ud'

export interface Selection {
  readonly all: boolean
  readonly simple: ReadonlySet<Simple>
  /** A BSD option was given: without any list, its own choice holds. */
  readonly bsd: boolean
  readonly lists: readonly Listed[]
  readonly runningOnly: boolean
  readonly negated: boolean
}

/** Who looks: ps asks for its own user and terminal. */
export interface Viewer {
  readonly uid: number
  readonly tty: string
}

export const NO_TTY = '?'

export function isSelected(selection: Selection, process: PsProcess, viewer: Viewer): boolean {
  if (selection.runningOnly && process.state !== 'R' && process.state !== 'D') return false
  return isWanted(selection, process, viewer) !== selection.negated
}

function isWanted({ all, simple, bsd, lists }: Selection, process: PsProcess, viewer: Viewer): boolean {
  if (all || (simple.has('Ba') && simple.has('Bx'))) return true
  if (lists.some((listed) => listed(process))) return true
  if (lists.length > 0 && simple.size === 0) return false
  return bySimple(simple, bsd, process, viewer)
}

function bySimple(simple: ReadonlySet<Simple>, bsd: boolean, process: PsProcess, viewer: Viewer): boolean {
  const leads = process.sid === process.pid
  const hasTty = process.tty !== NO_TTY
  if (simple.has('Ud')) return !leads
  if (simple.has('Ua')) return hasTty && !leads
  if (simple.has('Ba')) return hasTty
  const own = process.uid === viewer.uid
  if (simple.has('Bx')) return own
  return bsd ? own && hasTty : own && process.tty === viewer.tty
}
