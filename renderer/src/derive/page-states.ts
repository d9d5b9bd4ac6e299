/**
 * The one palette: states of a page and kinds of mapping. Each has a hue and a pattern (styles/tokens.css, named by
 * `token`) and a letter, so that no state is told by colour alone.
 */
import type { MappingKind } from '../../../core/protocol/index.js'

export const PAGE_STATES = [
  { state: 'absent', token: 'absent', letter: '·' },
  { state: 'zero', token: 'zero', letter: 'Z' },
  { state: 'anonClean', token: 'anon-clean', letter: 'a' },
  { state: 'anonDirty', token: 'anon-dirty', letter: 'A' },
  { state: 'fileClean', token: 'file-clean', letter: 'f' },
  { state: 'fileDirty', token: 'file-dirty', letter: 'F' },
  { state: 'shared', token: 'shared', letter: 'S' },
  { state: 'swapped', token: 'swapped', letter: 'W' },
  { state: 'locked', token: 'locked', letter: 'L' },
  { state: 'huge', token: 'huge', letter: 'H' },
  { state: 'table', token: 'table', letter: 'T' },
  { state: 'slab', token: 'slab', letter: 'B' },
  { state: 'free', token: 'free', letter: '–' },
] as const
export type PageToken = (typeof PAGE_STATES)[number]['token']

export interface KindLook {
  readonly kind: MappingKind
  readonly letter: string
  readonly token: PageToken
}

/** A mapping takes the hue of the pages it will have: file blue, anonymous orange, shared purple, the kernel's grey. */
export const MAPPING_KINDS: readonly KindLook[] = [
  { kind: 'exe', letter: 'X', token: 'file-clean' },
  { kind: 'library', letter: 'L', token: 'file-clean' },
  { kind: 'file', letter: 'F', token: 'file-clean' },
  { kind: 'heap', letter: 'H', token: 'anon-clean' },
  { kind: 'anon', letter: 'A', token: 'anon-clean' },
  { kind: 'stack', letter: 'S', token: 'anon-clean' },
  { kind: 'shared', letter: 'M', token: 'shared' },
  { kind: 'vdso', letter: 'D', token: 'zero' },
  { kind: 'vvar', letter: 'V', token: 'zero' },
  { kind: 'vsyscall', letter: 'Y', token: 'zero' },
]

export function kindLook(kind: MappingKind): KindLook {
  return MAPPING_KINDS.find((k) => k.kind === kind) ?? { kind, letter: '?', token: 'absent' }
}

/** Dirty pages of a mapping: private ones are anonymous, shared ones belong to the file or to shmem. */
export function dirtyToken(kind: MappingKind): PageToken {
  return kind === 'shared' ? 'file-dirty' : 'anon-dirty'
}
