/** Whether the settings are shown. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useSettingsDialog = defineStore('settings-dialog', () => {
  const shown = ref(false)
  return { shown, show: () => void (shown.value = true) }
})
