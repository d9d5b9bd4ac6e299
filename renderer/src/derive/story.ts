/** How rows of the story are laid out: their groups, looks, and the page and mapping they speak of. */
import type { StoryFault, StoryRow } from '../../../core/protocol/index.js'
import { addressText } from './hex.js'
import type { PageToken } from './page-states.js'

/** Rows of one line between two stops follow each other under one heading. */
export const sameGroup = (a: StoryRow, b: StoryRow): boolean =>
  a.stop === b.stop && a.line === b.line && a.functionName === b.functionName && !isMark(a) && !isMark(b)

export const isMark = (row: StoryRow): boolean => row.kind !== 'fault' && row.kind !== 'call'

interface StoryLook {
  readonly token: PageToken
  readonly letter: string
}

/** A fault looks like the page it leaves behind. undefined: nothing was entered. */
export function faultLook({ action, mapping }: StoryFault): StoryLook | undefined {
  switch (action) {
    case 'ZeroPage':
    case 'HugeZeroPage':
    case 'Special':
      return { token: 'zero', letter: 'Z' }
    case 'FileMap':
      return { token: mapping?.perms.endsWith('s') ? 'shared' : 'file-clean', letter: 'f' }
    case 'SharedWrite':
      return { token: 'file-dirty', letter: 'F' }
    case 'HugePage':
      return { token: 'huge', letter: 'H' }
    case 'AnonPage':
    case 'ZeroPageCow':
    case 'FileCow':
    case 'PageCow':
    case 'Reuse':
      return { token: 'anon-dirty', letter: 'A' }
    case 'Spurious':
    case 'Bad':
      return undefined
  }
}

export const pageOf = (address: number): string => addressText(address - (address % 4096))

/** The stops count from 1 in the window; the story counts them from 0. */
export const asShown = (row: StoryRow): StoryRow => (row.kind === 'stop' ? { ...row, value: row.value + 1 } : row)

/** The source's text of a line, without what stands before and behind. */
export const codeAt = (source: string, line: number): string => source.split('\n')[line - 1]?.trim() ?? ''
