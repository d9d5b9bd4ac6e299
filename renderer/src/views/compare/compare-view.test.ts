import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import MarkDialog from '../../components/MarkDialog.vue'
import { useComparedMoments } from '../../stores/compare.js'
import { useMarking } from '../../stores/marking.js'
import { useMarks } from '../../stores/marks.js'
import { useSimulation } from '../../stores/simulation.js'
import { mountWith, settle } from '../../testing/mount.js'
import CompareView from './CompareView.vue'

let stores: {
  simulation: ReturnType<typeof useSimulation>
  chosen: ReturnType<typeof useComparedMoments>
  marking: ReturnType<typeof useMarking>
  marks: ReturnType<typeof useMarks>
}
const Host = defineComponent({
  setup() {
    stores = { simulation: useSimulation(), chosen: useComparedMoments(), marking: useMarking(), marks: useMarks() }
    return () => [h(CompareView), h(MarkDialog)]
  },
})

let wrapper: VueWrapper
let world: ReturnType<typeof mountWith>
beforeEach(async () => {
  world = mountWith(Host)
  wrapper = world.wrapper
  await stores.simulation.connect()
  for (let i = 0; i < 4; i++) await stores.simulation.run('stop')
  await settle()
})
afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
})

const choose = async (from: typeof stores.chosen.from, to: typeof stores.chosen.to) => {
  stores.chosen.from = from
  stores.chosen.to = to
  await settle()
}
const section = async (name: string) => {
  await wrapper.get(`[data-testid="compare-section-${name}"]`).trigger('click')
  await settle()
}
const cells = (row: string) =>
  wrapper.findAll(`[data-testid="compare-table"] [data-key="${row}"] [role="gridcell"]`).map((cell) => cell.text())

describe('comparing two moments', () => {
  it('says how to begin while none is chosen, and computes nothing', () => {
    expect(wrapper.text()).toContain('Choose a moment A')
    expect(world.connection.simulation.calls.some((call) => call.startsWith('compare'))).toBe(false)
  })

  it('shows before, after and the difference with its sign', async () => {
    await choose({ stop: 0 }, { stop: 3 })
    expect(wrapper.get('[data-testid="compare-moments"]').text()).toContain('Stop 1, line 19')
    const [name, before, after, difference, unit] = cells('minflt')
    expect([name, Number(after) - Number(before), difference, unit]).toEqual(['MINFL', 8, '+8', ''])
  })

  it('tells what came and what changed in words', async () => {
    await choose({ stop: 0 }, { stop: 3 })
    await section('pmap')
    const row = cells('00007f2f565eb000')
    expect(row[2]).toBe('+ added')
    expect(row.slice(3, 6)).toEqual(['–', '16', '+16'])
  })

  it('follows the moment that is shown', async () => {
    await choose({ stop: 0 }, 'now')
    const before = cells('minflt')[2]
    await stores.simulation.seek({ to: 'stop-before' })
    await settle()
    expect(cells('minflt')[2]).not.toBe(before)
  })

  it('says so when the run has not come to a moment', async () => {
    await choose({ stop: 0 }, { stop: 40 })
    expect(wrapper.text()).toContain('The run has not come to one of the two moments')
  })

  it('offers marks, which can be renamed, compared and removed', async () => {
    stores.marking.begin()
    await settle()
    const input = document.querySelector<HTMLInputElement>('[data-testid="mark-label"]')!
    expect(input.value).toBe('Stop 4')
    input.value = 'written'
    input.dispatchEvent(new Event('input'))
    document.querySelector('form.mark')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settle()
    await section('marks')
    const mark = wrapper.get('[data-testid="marks"] li')
    expect(mark.get('input').element.value).toBe('written')
    await mark
      .findAll('button')
      .find((button) => button.text() === 'As A')!
      .trigger('click')
    expect(stores.chosen.from).toEqual({ stop: 3 })
    await mark.get('[aria-label^="Remove"]').trigger('click')
    await settle()
    expect(wrapper.text()).toContain('No marks yet')
  })

  it('takes back the removal of a mark, and goes on with that one', async () => {
    stores.marks.add('here')
    await section('marks')
    await wrapper.get('[data-testid="marks"] [aria-label^="Remove"]').trigger('click')
    expect(wrapper.get('[data-testid="removed"]').text()).toContain('Removed the mark “here”.')
    await wrapper.get('[data-testid="removed-undo"]').trigger('click')
    await settle()
    expect((document.activeElement as HTMLInputElement).value).toBe('here')
    expect(wrapper.find('[data-testid="removed"]').exists()).toBe(false)
  })

  it('copies the whole difference as text', async () => {
    const write = vi.fn<(text: string) => Promise<void>>(async () => undefined)
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: write } })
    await choose({ stop: 0 }, { stop: 3 })
    await wrapper.get('[data-testid="compare-copy"]').trigger('click')
    await settle()
    const [text] = write.mock.calls[0]!
    expect(text).toMatch(/^A: Stop 1, line 19, /)
    expect(text).toContain('pmap -x\n')
    expect(text).toMatch(/00007f2f565eb000 +\[ anon \] +\+ added +– +16 +\+16/)
    vi.unstubAllGlobals()
  })
})
