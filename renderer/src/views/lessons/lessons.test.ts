import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PresenterMove, Presenting } from '../../../../preload/contract.js'
import App from '../../App.vue'
import { useLesson } from '../../stores/lesson.js'
import { useSettings } from '../../stores/settings.js'
import { useSimulation } from '../../stores/simulation.js'
import { useSource } from '../../stores/source.js'
import { FAKE_LESSONS } from '../../testing/fake-lessons.js'
import { mountWith, settle } from '../../testing/mount.js'
import { useLessonPicker } from './picker.js'

let world: ReturnType<typeof mountWith>
// By name: whatever an earlier window has still to do would make its own stores the ones in force.
const lesson = () => useLesson(world.pinia)
const simulation = () => useSimulation(world.pinia)
const source = () => useSource(world.pinia)
const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
const get = (id: string): HTMLElement => {
  const element = find(id)
  if (!element) throw new Error(`there is no ${id}`)
  return element
}
const text = (id: string) => get(id).textContent?.replace(/\s+/g, ' ').trim()
const body = () => text('lesson-body')
/** Until the lesson and the machine are where they are going, and the window shows it. */
async function settled(): Promise<void> {
  await settle()
  await vi.waitFor(() => expect([lesson().moving, simulation().busy]).toEqual([false, false]), 20_000)
  await settle()
  await settle()
}
async function click(id: string): Promise<void> {
  get(id).click()
  await settled()
}
async function press(key: string, held: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }))
  await settled()
}

beforeEach(async () => {
  world = mountWith(App, {})
  await settled()
})
afterEach(async () => {
  // A dialog that is taken away while it is open leaves its hold on the focus behind.
  useLessonPicker(world.pinia).shown = false
  await settled()
  world.wrapper.unmount()
  document.body.innerHTML = ''
})

async function beginFirst(): Promise<void> {
  world.command({ type: 'lessons' })
  await settled()
  await click('lesson-begin')
}

describe('the lessons to choose from', () => {
  beforeEach(async () => {
    await press('L', { ctrlKey: true, shiftKey: true })
  })

  it('are chosen by the arrows, and Enter begins', async () => {
    const list = document.querySelector<HTMLElement>('[data-testid=lesson-picker] [role=listbox]')!
    expect(document.activeElement).toBe(list)
    await press('ArrowDown')
    expect(text('lesson-preview')).toContain('What The second is about.')
    await press('Enter')
    expect(find('lesson-picker')).toBeNull()
    expect(text('lesson-title')).toBe('The second')
  })

  it('take in one from a folder', async () => {
    world.opensLesson({ ok: true, lesson: { ...FAKE_LESSONS[0]!, id: 'mine', minutes: 42 } })
    await click('lesson-folder')
    expect(text('lesson-preview')).toContain('42 min')
    await click('lesson-begin')
    expect(text('lesson-title')).toBe('The first')
  })

  it('say what is wrong with a folder, where, and what to do', async () => {
    const problem = { file: 'bad/en.md', line: 7, kind: 'html', values: { text: "'<b>'" } } as const
    world.opensLesson({ ok: false, folder: 'bad', problems: [problem] })
    await click('lesson-folder')
    expect(text('lesson-problems')).toContain('bad/en.md:7')
    expect(text('lesson-problems')).toContain('HTML is not allowed')
    expect(text('lesson-problems')).toContain('leave it out')
    useSettings(world.pinia).setLocale('zh-CN')
    await settled()
    expect(text('lesson-problems')).toContain("不允许 HTML：'<b>'")
    expect((get('lesson-begin') as HTMLButtonElement).disabled).toBe(true)
  })
})

describe('a lesson', () => {
  beforeEach(beginFirst)

  it('runs its program to the step’s stop and tells the machine’s own numbers', () => {
    expect(text('lesson-place')).toBe('Step 1 of 3')
    expect(body()).toBe('There were 77 faults.')
    expect(get('state').dataset['state']).toBe('waiting')
    expect(text('stop')).toBe('1')
    expect(get('file-menu').textContent).toContain('lesson.c')
  })

  it('asks before it shows, and judges in words', async () => {
    await click('lesson-next')
    expect(text('lesson-option-2')).toContain('No, but there are 4 faults')
    expect(body()).not.toContain('RSS is')
    expect(text('stop')).toBe('1')
    await click('lesson-option-1')
    expect(text('lesson-verdict')).toBe('You chose 1. The right answer is 2.')
    expect(body()).toContain('RSS is 1328 kB.')
    expect(text('stop')).toBe('3')
  })

  it('takes numbers for answers, unless one is typing', async () => {
    await click('lesson-next')
    const input = document.body.appendChild(document.createElement('input'))
    input.focus()
    await press('2')
    expect(lesson().question).toBeDefined()
    input.blur()
    await press('9')
    expect(lesson().question).toBeDefined()
    await press('2')
    expect(text('lesson-verdict')).toBe('Right.')
  })

  it('shows the answer to who goes on without one', async () => {
    await click('lesson-next')
    expect(text('lesson-next')).toBe('Show the answer')
    await click('lesson-next')
    expect(text('lesson-verdict')).toBe('The right answer is 2.')
    expect(text('lesson-next')).toBe('Next')
  })

  it('steps the machine back with the reader, and keeps what was answered', async () => {
    await click('lesson-next')
    await click('lesson-option-2')
    await press('PageDown', { altKey: true })
    expect([text('lesson-step'), text('stop')]).toEqual(['Writing', '4'])
    expect(lesson().zoom).toEqual({ from: 2, to: 4 })
    await press('PageUp', { altKey: true })
    expect([text('lesson-step'), text('stop')]).toEqual(['Reading', '3'])
    expect(text('lesson-verdict')).toBe('Right.')
    expect(lesson().zoom).toBeUndefined()
    expect(lesson().lines).toEqual({ from: 21, to: 21 })
    await click('lesson-back')
    expect([text('lesson-step'), text('stop')]).toEqual(['Before mmap', '1'])
  })

  it('says when the program has been moved on, and brings it back', async () => {
    await simulation().run('stop')
    await settled()
    expect(text('lesson-notice')).toContain('moved away')
    await click('lesson-bring-back')
    expect(text('stop')).toBe('1')
    expect(find('lesson-notice')).toBeNull()
  })

  it('begins the run anew when something else than Enter was typed in it', async () => {
    await simulation().sendLine('yes')
    await settled()
    await click('lesson-bring-back')
    expect(text('stop')).toBe('1')
    expect(world.connection.simulation.calls).toContain('restart')
  })

  it('does not go on over a changed program, and loses no change unasked', async () => {
    source().text = 'int main(void) { return 0; }\n'
    await settled()
    expect(text('lesson-notice')).toContain('You have changed')
    expect((get('lesson-next') as HTMLButtonElement).disabled).toBe(true)
    await click('lesson-leave')
    expect(text('lesson-edited')).toContain('What is to be in the editor?')
    await click('lesson-keep')
    expect(find('lesson')).toBeNull()
    expect(source().text).toBe('int main(void) { return 0; }\n')
  })

  it('is over when another program is opened', async () => {
    world.command({ type: 'source', source: { path: '/a.c', name: 'a.c', text: 'int main(void) { return 1; }\n' } })
    await settled()
    expect(find('lesson')).toBeNull()
    expect(source().file.name).toBe('a.c')
    expect(simulation().lent).toBeUndefined()
  })
})

it('what is unsaved is asked about before a lesson, and comes back after it even so', async () => {
  const editor = source()
  editor.text += '/* mine */\n'
  const before = editor.text
  await beginFirst()
  await click('ask-cancel')
  expect(find('lesson')).toBeNull()
  await beginFirst()
  await click('ask-discard')
  expect(editor.text).not.toBe(before)
  await click('lesson-leave')
  expect(find('lesson')).toBeNull()
  expect(editor.file.name).toBe('mmap-demo.c')
  expect(editor.text).toBe(before)
  expect(simulation().loaded?.source).toBe(before)
})

it('a run that was left for a lesson stands after it where it stood', async () => {
  await simulation().run('stop')
  await simulation().run('stop')
  const { stop, time, terminalLength } = simulation().moment!
  await beginFirst()
  await click('lesson-leave')
  expect(simulation().moment).toMatchObject({ state: 'waiting', stop, time, terminalLength })
  expect(world.connection.simulation.calls.filter((call) => call === 'resume')).toHaveLength(1)
})

describe('a presentation', () => {
  const told = () => world.presented.at(-1) as Presenting

  beforeEach(async () => {
    await beginFirst()
    await press('F5', { shiftKey: true })
  })

  it('shows the step with the panels it is about, and nothing else', async () => {
    expect(find('presentation')).not.toBeNull()
    expect(find('lesson')).toBeNull()
    const panels = () => [...document.querySelectorAll<HTMLElement>('[data-panel]')].map((p) => p.dataset['panel'])
    expect(panels()).toEqual(['source'])
    await press('PageDown')
    expect(panels()).toEqual(['source', 'pmap'])
  })

  it('tells the presenter’s window the notes, the next step and the answer of an open question', async () => {
    expect(told()).toMatchObject({ lesson: 'The first', title: 'Before mmap', step: 1, steps: 3, next: 'Reading' })
    expect(
      told()
        .notes[1]!.map((span) => span.text)
        .join(''),
    ).toBe('There are 1344 kB at the end.')
    await press('PageDown')
    expect(
      told()
        .answer!.map((span) => span.text)
        .join(''),
    ).toBe('No, but there are 4 faults')
    await press('PageDown')
    expect(told().answer).toBeUndefined()
    await press('PageDown')
    expect(told()).toMatchObject({ step: 3, next: undefined })
  })

  it('is moved by the presenter’s window, forth and back, machine and all', async () => {
    const move = async (to: PresenterMove) => {
      world.command({ type: 'presenter', move: to })
      await settled()
    }
    for (let i = 0; i < 3; i++) await move('next')
    expect([text('lesson-step'), simulation().standing]).toEqual(['Writing', 4])
    await move('back')
    expect([text('lesson-step'), simulation().standing]).toEqual(['Reading', 3])
    await move('leave')
    expect(find('presentation')).toBeNull()
    expect(world.presented.at(-1)).toBeUndefined()
    expect(text('lesson-step')).toBe('Reading')
  })

  it('turns black, and the next key brings the picture back before it does anything else', async () => {
    await press('.')
    expect(find('presentation-black')).not.toBeNull()
    expect(told().black).toBe(true)
    await press('PageDown')
    expect(find('presentation-black')).toBeNull()
    expect(told()).toMatchObject({ black: false, step: 1 })
  })

  it('asks for the notes with n, and ends with Escape', async () => {
    await press('n')
    expect(world.presented.at(-1)).toBe('notes')
    await press('Escape')
    expect(find('presentation')).toBeNull()
    expect(find('lesson')).not.toBeNull()
  })
})

it('without a lesson there is nothing to present, but lessons to choose from', async () => {
  await press('F5', { shiftKey: true })
  expect(find('presentation')).toBeNull()
  expect(find('lesson-picker')).not.toBeNull()
})
