import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { HOST, type Host } from './host.js'
import { createLanguage } from './locales/index.js'
import { useSettings } from './stores/settings.js'

/** Puts the window on the page. */
export function start(host: Host): void {
  const app = createApp(App)
  const language = createLanguage(host.initial.locale)
  app.provide(HOST, host)
  app.use(createPinia())
  app.use(language)
  const settings = useSettings()
  watch(
    () => settings.locale,
    (locale) => (language.global.locale.value = locale),
    { flush: 'sync' },
  )
  app.mount('#app')
}
