/** Mounts a component on the fakes, as the application does on the real things. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia, type Pinia } from 'pinia'
import { ConfigProvider, TooltipProvider } from 'reka-ui'
import { createApp, h, type App, type Component } from 'vue'
import type { SavedSession } from '../../../core/protocol/index.js'
import type { Locale, SettingsPatch, SourceFile } from '../../../preload/contract.js'
import { HOST, type Host } from '../host.js'
import { loadAll } from '../later.js'
import { createLanguage } from '../locales/index.js'
import { fakeBridge } from './fake-bridge.js'
import { fakeConnection, type FakeOptions } from './fake-simulation.js'
import { TerminalStub } from './terminal-stub.js'

interface Start extends FakeOptions {
  readonly locale?: Locale
  readonly settings?: SettingsPatch
  readonly source?: SourceFile
  readonly recoverable?: SavedSession
}

function world({ locale = 'en', settings = {}, source, recoverable, delay }: Start) {
  const fake = fakeBridge({ settings: { ...settings, locale }, ...(source ? { source } : {}), recoverable })
  const connection = fakeConnection(delay === undefined ? {} : { delay })
  const host: Host = { bridge: fake.bridge, initial: fake.initial, connect: connection.connect }
  return { ...fake, connection, host, language: createLanguage(locale) }
}

/** The stores alone. */
export function withStores(start: Start = {}) {
  const all = world(start)
  const app: App = createApp({ render: () => null })
  app.provide(HOST, all.host)
  const pinia = createPinia()
  app.use(pinia)
  app.use(all.language)
  setActivePinia(pinia)
  return { ...all, app }
}

/** happy-dom lays nothing out; a list that shows only what is in sight has to be told that something is. */
function giveElementsASize(): void {
  for (const side of ['clientWidth', 'clientHeight'])
    Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 600 })
}

export function mountWith(
  component: Component,
  start: Start = {},
): ReturnType<typeof world> & { wrapper: VueWrapper; pinia: Pinia } {
  giveElementsASize()
  const all = world(start)
  const pinia = createPinia()
  const wrapper = mount(
    { render: () => h(ConfigProvider, null, () => h(TooltipProvider, null, () => h(component))) },
    {
      attachTo: document.body,
      global: {
        plugins: [pinia, all.language],
        provide: { [HOST as symbol]: all.host },
        // happy-dom has no canvas to draw on.
        stubs: {
          Chart: { props: ['label'], template: '<div role="img" :aria-label="label" />' },
          TerminalScreen: TerminalStub,
        },
      },
    },
  )
  return { ...all, wrapper, pinia }
}

/** Until the calls under way, and the redrawing after them, are done. */
export async function settle(): Promise<void> {
  await loadAll()
  for (let i = 0; i < 4; i++) await flushPromises()
}
