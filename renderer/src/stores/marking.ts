/** A mark that is being set: the moment is held, its name is asked for. Begun by key, menu, button or another view. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Moment } from '../../../core/protocol/index.js'
import { useSimulation } from './simulation.js'

export const useMarking = defineStore('marking', () => {
  const simulation = useSimulation()
  const moment = shallowRef<Moment>()

  function begin(): void {
    if (simulation.moment && simulation.moment.state !== 'empty' && simulation.moment.state !== 'running')
      moment.value = simulation.moment
  }
  function end(): void {
    moment.value = undefined
  }
  return { moment, begin, end }
})
