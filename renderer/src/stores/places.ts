/**
 * Which parts of the window are in sight. A wide window shows all parts at once but for the inspector's views, of which it
 * shows one; a small one shows one part. The inspector's view is kept in the settings.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { INSPECTOR_VIEWS, type InspectorView, type Part } from '../../../preload/contract.js'
import { useSettings } from './settings.js'

const isInspectorView = (part: Part): part is InspectorView => (INSPECTOR_VIEWS as readonly Part[]).includes(part)

export const usePlaces = defineStore('places', () => {
  const settings = useSettings()
  /** What a small window shows. */
  const part = ref<Part>('source')
  const view = computed(() => settings.settings.view)
  /** The part called for last: the window moves the focus there. Another object every time. */
  const called = shallowRef<{ readonly part: Part }>()

  /** Brings a part into sight and leaves the focus where it is. */
  function open(wanted: Part): void {
    part.value = wanted
    const wide = wanted === 'smaps' ? 'process' : wanted
    if (isInspectorView(wide) && wide !== view.value) settings.setView(wide)
  }
  function show(wanted: Part): void {
    open(wanted)
    called.value = { part: wanted }
  }

  return { part, view, called, open, show }
})
