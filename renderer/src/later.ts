/**
 * Parts of the window that its first frame does without: it is drawn with their places, empty, and their code is loaded
 * when it is on the screen. Those in sight come first, because they are asked for by being rendered; the others when
 * there is nothing else to do, so that nobody waits for them who opens them.
 */
import { defineAsyncComponent, h, type Component } from 'vue'
import Panel from './components/Panel.vue'
import { useText, type MessageKey } from './locales/index.js'

let firstFrame: Promise<void> = Promise.resolve()
const loads: (() => Promise<unknown>)[] = []

/** To be called when the window is about to be put on the page: until that is drawn, nothing is loaded. */
export function drawFirst(): void {
  firstFrame = document.hidden ? Promise.resolve() : painted()
  void firstFrame.then(() => requestIdleCallback(() => void loadAll()))
}

/** When the page's text is on the screen, not only laid out: drawing goes on in other threads, which want the processor. */
function painted(): Promise<void> {
  return new Promise((done) => {
    new PerformanceObserver((entries, observer) => {
      if (entries.getEntriesByName('first-contentful-paint').length === 0) return
      observer.disconnect()
      done()
    }).observe({ type: 'paint', buffered: true })
    // A window that is hidden meanwhile is not painted.
    document.addEventListener('visibilitychange', () => done(), { once: true })
  })
}

/** When the first frame is on the screen. */
export const drawn = (): Promise<void> => firstFrame

/** Loads what is not yet loaded, one after the other. */
export async function loadAll(): Promise<void> {
  for (const load of loads) await load()
}

/** @param meanwhile stands in its place */
export function later<T extends Component>(load: () => Promise<T>, meanwhile?: Component): T {
  let loaded: Promise<T> | undefined
  const once = () => (loaded ??= firstFrame.then(load))
  loads.push(once)
  return defineAsyncComponent({ loader: once, delay: 0, ...(meanwhile ? { loadingComponent: meanwhile } : {}) })
}

/** A panel with its name and nothing in it. @param height where its place does not give it one */
export const frame =
  (title: MessageKey, height?: string): Component =>
  () =>
    h(Panel, { title: useText().t(title), style: { height } })
