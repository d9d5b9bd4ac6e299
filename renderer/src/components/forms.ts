import { computed, type ComputedRef } from 'vue'
import { useText } from '../locales/index.js'

/** A view as a table of our own, or as the tool prints it. */
export type Form = 'table' | 'text'

export function useForms(): ComputedRef<readonly { readonly value: Form; readonly label: string }[]> {
  const { t } = useText()
  return computed(() => [
    { value: 'table', label: t('view.table') },
    { value: 'text', label: t('view.text') },
  ])
}
