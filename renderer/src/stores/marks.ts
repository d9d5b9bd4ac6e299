/**
 * Marks: moments of the run with a name, to go back to and to compare; and notes, on a moment or on the whole. They
 * belong to the session that is open and are saved with it. They stay when the program is started anew: the same program
 * on the same machine comes by the same moments again. What was removed can be taken back, the last first, until other
 * marks and notes take their place.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SavedMark, SavedNote, SavedPlace, SeekTarget, TimelineMarker } from '../../../core/protocol/index.js'
import { useSimulation } from './simulation.js'

/** As main/sessions bounds them. */
const MOST = 1000

/** A mark or note that was removed, and where in its list it stood. */
export type Removal = { readonly index: number } & (
  { readonly kind: 'mark'; readonly item: SavedMark } | { readonly kind: 'note'; readonly item: SavedNote }
)

const samePlace = (a: SavedPlace, b: SavedPlace): boolean =>
  'stop' in a ? 'stop' in b && a.stop === b.stop : 'time' in b && a.time === b.time

export const useMarks = defineStore('marks', () => {
  const simulation = useSimulation()
  /** In the order in which they were set. */
  const marks = shallowRef<readonly SavedMark[]>([])
  const notes = shallowRef<readonly SavedNote[]>([])
  /** In the order in which they were removed. */
  const removals = shallowRef<readonly Removal[]>([])
  const removed = computed(() => removals.value.at(-1))

  /** Where the machine stands, as a moment that can be found again; undefined while it runs or when there is none. */
  const here = computed<SavedPlace | undefined>(() => {
    const { moment } = simulation
    if (!moment || moment.state === 'empty' || moment.state === 'running') return undefined
    return moment.stop === undefined ? { time: moment.time } : { stop: moment.stop }
  })
  /** The mark on the moment that is shown. */
  const marked = computed(() => {
    const place = here.value
    return place && marks.value.find(({ at }) => samePlace(at, place))
  })

  /** An id that neither one of the list has nor one that may come back to it. */
  function freeId(letter: string, list: readonly { readonly id: string }[]): string {
    const ids = new Set([...list, ...removals.value.map(({ item }) => item)].map(({ id }) => id))
    for (let n = list.length + 1; ; n++) if (!ids.has(`${letter}${n}`)) return `${letter}${n}`
  }
  function keepRemoval(removal: Removal): void {
    removals.value = [...removals.value, removal].slice(-MOST)
  }

  /** Marks the moment that is shown. @returns the mark, or nothing where there is no moment or no room for more */
  function add(label: string, at: SavedPlace | undefined = here.value): SavedMark | undefined {
    if (!at || label.trim() === '' || marks.value.length >= MOST) return undefined
    const mark = { id: freeId('m', marks.value), at, label: label.trim() }
    marks.value = [...marks.value, mark]
    return mark
  }
  function rename(id: string, label: string): void {
    if (label.trim() === '') return
    marks.value = marks.value.map((mark) => (mark.id === id ? { ...mark, label: label.trim() } : mark))
  }
  function remove(id: string): void {
    const index = marks.value.findIndex((mark) => mark.id === id)
    const item = marks.value[index]
    if (!item) return
    marks.value = marks.value.toSpliced(index, 1)
    keepRemoval({ kind: 'mark', index, item })
  }

  /** @param at the moment it speaks of; undefined: the whole */
  function addNote(text: string, at?: SavedPlace): SavedNote | undefined {
    if (notes.value.length >= MOST) return undefined
    const note = { id: freeId('n', notes.value), ...(at ? { at } : {}), text }
    notes.value = [...notes.value, note]
    return note
  }
  function changeNote(id: string, text: string): void {
    notes.value = notes.value.map((note) => (note.id === id ? { ...note, text } : note))
  }
  function removeNote(id: string): void {
    const index = notes.value.findIndex((note) => note.id === id)
    const item = notes.value[index]
    if (!item) return
    notes.value = notes.value.toSpliced(index, 1)
    keepRemoval({ kind: 'note', index, item })
  }

  /** Puts what was removed last back where it stood. @returns whether there was something, and room for it */
  function takeBack(): boolean {
    const last = removed.value
    if (!last || (last.kind === 'mark' ? marks : notes).value.length >= MOST) return false
    removals.value = removals.value.slice(0, -1)
    if (last.kind === 'mark') marks.value = marks.value.toSpliced(last.index, 0, last.item)
    else notes.value = notes.value.toSpliced(last.index, 0, last.item)
    return true
  }
  function forgetRemovals(): void {
    removals.value = []
  }

  const targetOf = (at: SavedPlace): SeekTarget =>
    'stop' in at ? { to: 'stop', stop: at.stop } : { to: 'time', time: at.time }
  const goTo = (at: SavedPlace): Promise<void> => simulation.seek(targetOf(at))

  /** Virtual nanoseconds since exec; undefined for a stop that the run has not come to. */
  function timeOf(at: SavedPlace, markers: readonly TimelineMarker[]): number | undefined {
    if ('time' in at) return at.time
    return markers.find(({ kind, index }) => kind === 'stop' && index === at.stop)?.time
  }

  /** Those of a file, or none. */
  function replace(from: { readonly marks: readonly SavedMark[]; readonly notes: readonly SavedNote[] }): void {
    // After saving they are the same ones.
    if (from.marks !== marks.value || from.notes !== notes.value) forgetRemovals()
    marks.value = from.marks
    notes.value = from.notes
  }

  return {
    ...{ marks, notes, here, marked, removed },
    ...{ add, rename, remove, addNote, changeNote, removeNote, takeBack, forgetRemovals, goTo, timeOf, replace },
  }
})
