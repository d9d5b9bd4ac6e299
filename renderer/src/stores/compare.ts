/**
 * Two moments that are to be compared, and their difference: asked for when both are chosen, anew when one of them is the
 * moment that is shown and that moves, or when the run has become another.
 */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Compared, Failure, MomentRef } from '../../../core/protocol/index.js'
import { isHalted } from '../derive/figures.js'
import { useSimulation } from './simulation.js'

/** What is compared, kept while the view is out of sight. */
export const useComparedMoments = defineStore('compared-moments', () => {
  const from = shallowRef<MomentRef>()
  const to = shallowRef<MomentRef>('now')
  function swap(): void {
    if (from.value) [from.value, to.value] = [to.value, from.value]
  }
  return { from, to, swap }
})

/** A comparison that is over sooner shows no progress. */
const NOTICEABLE = 250

/** For the view that shows it: nothing is computed while none does. */
export function useComparison() {
  const simulation = useSimulation()
  const chosen = useComparedMoments()
  const result = shallowRef<Compared>()
  const failure = shallowRef<Failure>()
  const underWay = ref(false)
  const noticeable = ref(false)

  /** Changes when the answer may be another one. */
  const question = computed(() => {
    const { from, to } = chosen
    const { moment, api, loaded } = simulation
    if (!from || !to || !api || !loaded || !moment || !isHalted(moment)) return undefined
    // Running on makes stops that were not there, and another future makes others of them.
    return JSON.stringify([from, to, moment.id])
  })
  let mine = 0
  watch(question, () => void ask(), { immediate: true })

  async function ask(): Promise<void> {
    const attempt = ++mine
    const { api } = simulation
    const { from, to } = chosen
    if (question.value === undefined || !api || !from) {
      if (from === undefined || !api) result.value = failure.value = undefined
      return
    }
    underWay.value = true
    const notice = setTimeout(() => (noticeable.value = underWay.value), NOTICEABLE)
    simulation.comparing = 0
    const reply = await api.compare({ from, to })
    clearTimeout(notice)
    if (attempt !== mine) return
    underWay.value = noticeable.value = false
    if (reply.ok) result.value = reply.value
    else result.value = undefined
    failure.value = reply.ok ? undefined : reply.error
  }
  function cancel(): void {
    void simulation.api?.cancelCompare()
  }
  onScopeDispose(() => {
    mine++
    if (underWay.value) cancel()
  })

  return { result, failure, underWay, noticeable, cancel, retry: ask }
}
