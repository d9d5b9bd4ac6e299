import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PresenterMove, PresenterView, Presenting } from '../../../preload/contract.js'
import { createLanguage } from '../locales/index.js'
import NotesPage from './NotesPage.vue'

const STEP: Presenting = {
  lesson: 'The first',
  title: 'Reading',
  step: 2,
  steps: 3,
  next: 'Writing',
  notes: [
    [
      { kind: 'text', text: 'Ask ' },
      { kind: 'code', text: 'ps' },
    ],
  ],
  answer: [{ kind: 'text', text: 'No' }],
  black: false,
  begun: 0,
}

describe('the presenter’s window', () => {
  let wrapper: VueWrapper
  let show: (presenting: Presenting | undefined, locale?: PresenterView['locale']) => Promise<void>
  let moves: PresenterMove[]
  const text = (id: string) => wrapper.get(`[data-testid="${id}"]`).text().replace(/\s+/g, ' ')

  beforeEach(() => {
    moves = []
    let tell: (view: PresenterView) => void = () => {}
    const bridge = {
      onView(callback: (view: PresenterView) => void) {
        tell = callback
        return () => {}
      },
      move: async (to: PresenterMove) => void moves.push(to),
    }
    wrapper = mount(NotesPage, {
      attachTo: document.body,
      props: { bridge },
      global: { plugins: [createLanguage('en')] },
    })
    show = async (presenting, locale = 'en') => {
      tell({ presenting, theme: 'dark', contrast: 'system', locale })
      await flushPromises()
    }
  })
  afterEach(() => wrapper.unmount())

  it('shows the notes, the answer, what comes next, and the time', async () => {
    await show({ ...STEP, begun: Date.now() - 247_000 })
    expect([text('notes-place'), text('notes-step'), text('notes-note')]).toEqual(['Step 2 of 3', 'Reading', 'Ask ps'])
    expect([text('notes-answer'), text('notes-next')]).toEqual(['Answer: No', 'Next: Writing'])
    expect(text('notes-time')).toMatch(/^4:0\d$/)
  })

  it('speaks the language of the application, and says when there is no more', async () => {
    await show({ ...STEP, next: undefined, notes: [] }, 'zh-CN')
    expect([text('notes-place'), text('notes-next')]).toEqual(['第 2 步，共 3 步', '下一步： 这是最后一步。'])
    await show(undefined, 'zh-CN')
    expect(wrapper.text()).toContain('放映已结束')
  })

  it('moves the presentation by keys and buttons', async () => {
    await show(STEP)
    for (const key of ['PageDown', 'PageUp', ' ', '.', 'Escape', 'x'])
      window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    await wrapper.get('[data-testid=notes-forth]').trigger('click')
    expect(moves).toEqual(['next', 'back', 'next', 'black', 'leave', 'next'])
  })
})
