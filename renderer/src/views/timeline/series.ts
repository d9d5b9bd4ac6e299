/** The series that the chart can draw, in the order of its legend: how each is drawn there, and its words in the locales. */
import type { ShownSeries } from '../../derive/timeline.js'

export const DRAWN_SERIES = [
  { series: 'rssAnon', look: 'anon', words: 'anon' },
  { series: 'rssFile', look: 'file', words: 'file' },
  { series: 'rssShmem', look: 'shmem', words: 'shmem' },
  { series: 'dirty', look: 'dirty', words: 'dirty' },
  { series: 'pss', look: 'pss', words: 'pss' },
  { series: 'heap', look: 'heap', words: 'heap' },
  { series: 'freePages', look: 'free', words: 'free' },
  { series: 'minflt', look: 'faults', words: 'minflt' },
] as const satisfies readonly { readonly series: ShownSeries; readonly look: string; readonly words: string }[]
