import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { HOST, type Host } from './host.js'
import { createLanguage } from './locales/index.js'

/** Puts the window on the page. */
export function start(host: Host): void {
  const app = createApp(App)
  app.provide(HOST, host)
  app.use(createPinia())
  app.use(createLanguage(host.initial.locale))
  app.mount('#app')
}
