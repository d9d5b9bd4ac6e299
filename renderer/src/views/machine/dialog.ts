/** Whether the machine's setup is shown. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useMachineDialog = defineStore('machine-dialog', () => {
  const shown = ref(false)
  return { shown, show: () => void (shown.value = true) }
})
