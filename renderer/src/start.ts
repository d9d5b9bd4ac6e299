import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { HOST, type Host } from './host.js'
import { drawFirst, drawn } from './later.js'
import { createLanguage } from './locales/index.js'

/** Puts the window on the page. */
export function start(host: Host): void {
  const app = createApp(App)
  app.provide(HOST, host)
  app.use(createPinia())
  app.use(createLanguage(host.initial.locale))
  drawFirst()
  app.mount('#app')
  // Naming a hundred files of Han characters takes longer than the rest of the styles.
  void (host.initial.locale === 'zh-CN' ? Promise.resolve() : drawn()).then(() => import('./styles/han.css'))
}
