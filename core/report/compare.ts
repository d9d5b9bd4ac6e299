/** A moment compared with the one before it: pure arithmetic on what was read at both. */
import type { MappingKind, PmapRow, StoryLineRow, StoryMoved } from '../protocol/index.js'
import { sameMappings } from '../session/index.js'
import type { MappingChange, Plain } from './types.js'

type Mapping = Plain<PmapRow>
type Line = Plain<StoryLineRow>

const sizes = ({ kbytes, rss, dirty }: Mapping): readonly number[] => [kbytes, rss, dirty]

/** Mappings that came, went or changed in size, RSS or Dirty, in address order. One that grew down is told as one. */
export const mappingChanges = (before: readonly Mapping[], after: readonly Mapping[]): readonly MappingChange[] =>
  sameMappings(before, after)
    .map(({ before: was, after: is }) => {
      const { address, mapping } = (is ?? was)!
      return { address, mapping, before: was && sizes(was), after: is && sizes(is) }
    })
    .filter(({ before: was, after: is }) => !was || !is || was.some((size, i) => size !== is[i]))
    .sort((a, b) => (a.address < b.address ? -1 : 1))

/** Every program has these, and what moves in them is the loader's affair. */
const COMMON: ReadonlySet<MappingKind> = new Set(['exe', 'library', 'vdso', 'vvar', 'vsyscall'])

/** How much a mapping's RSS and Dirty moved between the moments: the sum of the steps, in kB. */
export function movedByMapping(moments: readonly (readonly Mapping[])[]): ReadonlyMap<string, number> {
  const moved = new Map<string, number>()
  const common = new Set(moments.flat().flatMap(({ address, kind }) => (COMMON.has(kind) ? [address] : [])))
  moments.slice(1).forEach((after, i) => {
    // What goes with the whole process tells nothing of the mapping.
    if (after.length === 0) return
    for (const { address, before, after: is } of mappingChanges(moments[i], after)) {
      if (common.has(address)) continue
      const by = [1, 2].reduce((sum, k) => sum + Math.abs((is?.[k] ?? 0) - (before?.[k] ?? 0)), 0)
      moved.set(address, (moved.get(address) ?? 0) + by)
    }
  })
  return moved
}

const NOTHING: StoryMoved = { anonKb: 0, fileKb: 0, shmemKb: 0, dirtyKb: 0, tablesKb: 0 }

/** What the lines added since then; those that added nothing are left out. */
export function linesSince(before: readonly Line[], after: readonly Line[]): readonly Line[] {
  const old = new Map(before.map((line) => [line.key, line]))
  return after
    .map((line) => less(line, old.get(line.key)))
    .filter(({ minflt, majflt, calls, moved: { anonKb, fileKb, shmemKb, dirtyKb, tablesKb } }) =>
      [minflt, majflt, calls, anonKb, fileKb, shmemKb, dirtyKb, tablesKb].some((amount) => amount !== 0),
    )
}

function less(line: Line, before: Line | undefined): Line {
  const was = before?.moved ?? NOTHING
  const { moved } = line
  return {
    ...line,
    minflt: line.minflt - (before?.minflt ?? 0),
    majflt: line.majflt - (before?.majflt ?? 0),
    calls: line.calls - (before?.calls ?? 0),
    moved: {
      anonKb: moved.anonKb - was.anonKb,
      fileKb: moved.fileKb - was.fileKb,
      shmemKb: moved.shmemKb - was.shmemKb,
      dirtyKb: moved.dirtyKb - was.dirtyKb,
      tablesKb: moved.tablesKb - was.tablesKb,
    },
  }
}
