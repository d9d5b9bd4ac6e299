/** Whether the session's notes are shown. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useNotesDialog = defineStore('notes-dialog', () => {
  const shown = ref(false)
  return { shown, show: () => void (shown.value = true) }
})
