import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { nextTick } from 'vue'
import App from './App.vue'
import { useMarks } from './stores/marks.js'
import { useSimulation } from './stores/simulation.js'
import { mountWith, settle } from './testing/mount.js'

let world: ReturnType<typeof mountWith>
let window_: VueWrapper
const get = (id: string) => window_.get(`[data-testid="${id}"]`)
const text = (id: string) => get(id).text()
const press = async (key: string) => {
  window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
  await settle()
}
const row = (address: string) => window_.get(`[data-testid="pmap"] [data-key="${address}"]`)
const cells = (address: string) =>
  row(address)
    .findAll('[role="gridcell"]')
    .map((cell) => cell.text())

async function begin(options: Parameters<typeof mountWith>[1] = {}) {
  world = mountWith(App, options)
  window_ = world.wrapper
  await settle()
}
beforeEach(() => begin())
afterEach(() => {
  window_.unmount()
  document.body.innerHTML = ''
})

describe('the window on the founding experiment', () => {
  it('stands ready at the first line of main', () => {
    expect(text('state')).toBe('Ready')
    expect(text('place')).toContain('16')
    expect(text('run')).toContain('Run to stop')
  })

  it('takes a Run while a program is on its way: the button works until then', async () => {
    void useSimulation().choose({ seed: 7 })
    await nextTick()
    expect(get('run').attributes('disabled')).toBeUndefined()
    await get('run').trigger('click')
    await settle()
    expect(text('state')).toBe('Waiting for input')
  })

  it('shows the article’s figures at the last stop', async () => {
    for (let i = 0; i < 4; i++) await press('F5')
    expect(text('state')).toBe('Waiting for input')
    expect(text('run')).toContain('Continue')
    expect(text('figure-minflt')).toContain('85')
    expect(text('figure-rss')).toContain('1344')
    expect(text('figure-dirty')).toContain('96')
    expect(window_.findAll('[data-testid="pmap-total"]').map((t) => t.text())).toEqual(['4372', '1344', '96'])
    expect(text('terminal-output')).toContain('after write')
  })

  it('marks what changed: a new row, then its RSS and Dirty', async () => {
    await press('F5')
    await press('F5')
    expect(row('00007f2f565eb000').classes()).toContain('new')
    expect(cells('00007f2f565eb000').slice(2, 5)).toEqual(['16', '0', '0'])
    await press('F5')
    await press('F5')
    const changed = row('00007f2f565eb000').findAll('.changed')
    expect(changed.map((c) => c.attributes('data-column'))).toEqual(['rss', 'dirty'])
    expect(changed[0]!.text()).toContain('▲')
    expect(changed[0]!.attributes('title')).toBe('Changed since the previous stop: was 0')
  })

  it('lays out the new mapping by itself, field by field', async () => {
    for (let i = 0; i < 4; i++) await press('F5')
    expect(text('smaps-address')).toBe('7f2f565eb000')
    const field = window_.get('[data-testid="smaps"] [data-key="Private_Dirty"]')
    expect(field.get('[data-column="value"]').text()).toContain('16')
  })

  it('takes back the removal of a mark or note by Ctrl+Z, and leaves the key to a text', async () => {
    const marks = useMarks(world.pinia)
    const undo = async () => {
      const event = new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, cancelable: true })
      window.dispatchEvent(event)
      await settle()
      return event.defaultPrevented
    }
    marks.addNote('look')
    marks.removeNote('n1')
    const field = document.body.appendChild(document.createElement('textarea'))
    field.focus()
    expect(await undo()).toBe(false)
    field.blur()
    expect(await undo()).toBe(true)
    expect(marks.notes.map(({ text }) => text)).toEqual(['look'])
    expect(await undo()).toBe(false)
  })

  it('tells those who listen what came of it', async () => {
    await press('F5')
    expect(text('announcement')).toBe('Stop 1 at line 19: 77 minor faults, RSS 1328 kB, Dirty 80 kB.')
  })

  it('shows the tool’s own text with its command line', async () => {
    await get('pmap-form-text').trigger('click')
    await settle()
    expect(text('pmap-text-command')).toBe('pmap -x 13070')
    expect(get('pmap-text').element.textContent).toContain('Address           Kbytes     RSS   Dirty Mode  Mapping\n')
  })

  it('lists the stops for those who would rather read', async () => {
    for (let i = 0; i < 4; i++) await press('F5')
    await get('timeline-form-table').trigger('click')
    await settle()
    expect(get('timeline-table').findAll('tbody tr')).toHaveLength(4)
  })
})

describe('the mappings by keyboard', () => {
  const focused = () => document.activeElement?.getAttribute('data-cell')
  it('have one tab stop, and arrows lead on', async () => {
    const grid = get('pmap')
    expect(grid.findAll('[tabindex="0"]')).toHaveLength(1)
    grid.get<HTMLElement>('[data-cell="0:0"]').element.focus()
    await grid.trigger('keydown', { key: 'ArrowDown' })
    await grid.trigger('keydown', { key: 'End' })
    await settle()
    expect(focused()).toBe('1:6')
  })
  it('choose the row that has the focus', async () => {
    get('pmap').get<HTMLElement>('[data-cell="3:1"]').element.focus()
    await settle()
    expect(text('smaps-address')).toBe('1d10000')
    expect(row('0000000001d10000').attributes('aria-selected')).toBe('true')
  })
})

describe('an edited program', () => {
  const edit = async (source: string) => {
    world.command({ type: 'source', source: { path: '', name: 'broken.c', text: source } })
    await settle()
  }
  it('that does not compile shows its messages with line and caret', async () => {
    await edit('int main() {\n    foo()\n}\n')
    expect(text('state')).toBe('Did not compile')
    expect(text('problem')).toContain('broken.c:2:10')
    expect(text('problem')).toContain('^')
    expect(get('pmap-panel').text()).toContain('The program did not compile')
    expect(get('run').attributes('disabled')).toBeDefined()
  })
})

describe('when the simulation process ends', () => {
  beforeEach(async () => {
    await press('F5')
    world.status({ phase: 'ended', code: 9, restarting: false })
    await settle()
  })
  it('says so calmly and keeps the last state in sight', () => {
    expect(text('lost')).toContain('The simulation process ended.')
    expect(text('state')).toBe('Simulation ended')
    expect(cells('0000000000400000')[1]).toBe('0000000000400000')
  })
  it('starts a new machine on request', async () => {
    await get('lost-restart').trigger('click')
    await settle()
    expect(window_.find('[data-testid="lost"]').exists()).toBe(false)
    expect(text('state')).toBe('Ready')
  })
})

describe('language and theme', () => {
  it('change at once, and are kept', async () => {
    await get('language-zh-CN').trigger('click')
    await get('theme-light').trigger('click')
    await settle()
    expect(document.documentElement.lang).toBe('zh-CN')
    expect(document.documentElement.dataset['theme']).toBe('light')
    expect(text('state')).toBe('就绪')
    expect(world.saved).toEqual(expect.arrayContaining([{ locale: 'zh-CN' }, { theme: 'light' }]))
  })
})
