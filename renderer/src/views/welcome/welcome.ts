/** Whether the welcome is shown: at the first start, and when asked for. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { useHost } from '../../host.js'
import { useSettings } from '../../stores/settings.js'

export const useWelcome = defineStore('welcome', () => {
  const { initial } = useHost()
  const settings = useSettings()
  // Whoever starts with a program of their own has found the door.
  const shown = ref(!initial.settings.welcomed && !initial.given)
  watch(shown, (now) => {
    if (!now && !settings.settings.welcomed) settings.setWelcomed()
  })
  return { shown, show: () => void (shown.value = true) }
})
