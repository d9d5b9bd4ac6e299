/** The key figures above the tables: what they are now, and by how much they moved since the previous halt. */
import type { Counters, Moment } from '../../../core/protocol/index.js'

export const FIGURES = [
  { id: 'minflt', label: 'MINFL', unit: '', of: (c: Counters) => c.minflt },
  { id: 'majflt', label: 'MAJFL', unit: '', of: (c: Counters) => c.majflt },
  { id: 'vsz', label: 'VSZ', unit: 'kB', of: (c: Counters) => c.vszKb },
  { id: 'rss', label: 'RSS', unit: 'kB', of: (c: Counters) => c.rssKb },
  { id: 'dirty', label: 'Dirty', unit: 'kB', of: (c: Counters) => c.dirtyKb },
] as const
export type FigureId = (typeof FIGURES)[number]['id']

export interface Figure {
  readonly id: FigureId
  readonly label: string
  readonly unit: string
  readonly value: number
  readonly delta: number
}

export function figures(now: Counters, before: Counters | undefined): readonly Figure[] {
  return FIGURES.map(({ id, label, unit, of }) => ({
    id,
    label,
    unit,
    value: of(now),
    delta: before ? of(now) - of(before) : 0,
  }))
}

export const isHalted = (moment: Moment): boolean => moment.state !== 'running'
export const hasEnded = (moment: Moment): boolean => moment.state === 'exited' || moment.state === 'killed'
