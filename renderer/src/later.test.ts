import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, type Component } from 'vue'
import { drawFirst, drawn, later, loadAll } from './later.js'

const Part = defineComponent({ render: () => h('p', 'the part') })
const Place = defineComponent({ render: () => h('p', 'its place') })

function put(component: Component): HTMLElement {
  const page = document.createElement('div')
  createApp(component).mount(page)
  return page
}

// Only browsers have them.
vi.stubGlobal('requestIdleCallback', () => 0)
let paint: () => void
class Paints {
  constructor(heard: (entries: unknown, observer: Paints) => void) {
    paint = () => heard({ getEntriesByName: () => [{}] }, this)
  }
  observe(): void {}
  disconnect(): void {}
}
vi.stubGlobal('PerformanceObserver', Paints)

describe('a part that comes later', () => {
  it('is not loaded before the first frame is drawn; until it is here, its place is', async () => {
    drawFirst()
    const load = vi.fn(() => Promise.resolve(Part))
    const Later = later(load, Place)
    const page = put(Later)
    await flushPromises()
    expect(load).not.toHaveBeenCalled()
    expect(page.textContent).toBe('its place')
    paint()
    await drawn()
    await flushPromises()
    expect(page.textContent).toBe('the part')
  })

  it('is loaded with all others for whoever opens it then, and once', async () => {
    const load = vi.fn(() => Promise.resolve(Part))
    const Later = later(load)
    await loadAll()
    expect(load).toHaveBeenCalledOnce()
    const page = put(Later)
    await flushPromises()
    expect(page.textContent).toBe('the part')
    await loadAll()
    expect(load).toHaveBeenCalledOnce()
  })
})
