/** What the views of physical memory and of slabs show, for those that lead to them: a frame, a cache, a slab. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { FrameOrder } from '../../../core/protocol/index.js'
import { usePlaces } from './places.js'

export const usePhysical = defineStore('physical', () => {
  const places = usePlaces()
  /** The chosen page frame. */
  const frame = ref<number>()
  /** Frames of a cell, as a power of two. */
  const order = ref<FrameOrder>(12)
  /** Name of the chosen cache, and first frame of the chosen slab. */
  const cache = ref<string>()
  const slab = ref<number>()

  /** Shows one frame among its neighbours. */
  function showFrame(wanted: number): void {
    frame.value = wanted
    order.value = 0
    places.show('physical')
  }
  function showSlab(ofCache: string, wanted: number | undefined): void {
    cache.value = ofCache
    slab.value = wanted
    places.show('slab')
  }

  return { frame, order, cache, slab, showFrame, showSlab }
})
