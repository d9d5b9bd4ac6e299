/** The words about events in the window's language; core/words is the one place for them. */
import { computed, type ComputedRef } from 'vue'
import { en, zhCN, type Words } from '../../../core/words/index.js'
import { useText } from '../locales/index.js'

export function useWords(): ComputedRef<Words> {
  const { locale } = useText()
  return computed(() => (locale.value === 'zh-CN' ? zhCN : en))
}
