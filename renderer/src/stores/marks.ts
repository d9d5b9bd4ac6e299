/**
 * Marks: moments of the run with a name, to go back to and to compare; and notes, on a moment or on the whole. They
 * belong to the session that is open and are saved with it. They stay when the program is started anew: the same program
 * on the same machine comes by the same moments again.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SavedMark, SavedNote, SavedPlace, SeekTarget, TimelineMarker } from '../../../core/protocol/index.js'
import { useSimulation } from './simulation.js'

/** As main/sessions bounds them. */
const MOST = 1000

const samePlace = (a: SavedPlace, b: SavedPlace): boolean =>
  'stop' in a ? 'stop' in b && a.stop === b.stop : 'time' in b && a.time === b.time

export const useMarks = defineStore('marks', () => {
  const simulation = useSimulation()
  /** In the order in which they were set. */
  const marks = shallowRef<readonly SavedMark[]>([])
  const notes = shallowRef<readonly SavedNote[]>([])

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

  function freeId(letter: string, taken: readonly { readonly id: string }[]): string {
    const ids = new Set(taken.map(({ id }) => id))
    for (let n = taken.length + 1; ; n++) if (!ids.has(`${letter}${n}`)) return `${letter}${n}`
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
    marks.value = marks.value.filter((mark) => mark.id !== id)
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
    notes.value = notes.value.filter((note) => note.id !== id)
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
    marks.value = from.marks
    notes.value = from.notes
  }

  return {
    ...{ marks, notes, here, marked },
    ...{ add, rename, remove, addNote, changeNote, removeNote, goTo, timeOf, replace },
  }
})
