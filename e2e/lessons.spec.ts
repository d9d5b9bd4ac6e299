// Lessons as a student reads them and as an instructor presents them, in two windows: forth and back, machine and all.
import type { ElectronApplication, Page } from '@playwright/test'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, root, test } from './app.js'
import {
  answerOpenDialog,
  chooseMenuItem,
  expectAccessible,
  expectState,
  expectStop,
  figure,
  screenshot,
  totals,
} from './laboratory.js'

const step = (win: Page) => win.getByTestId('lesson-step')

async function beginLesson(
  app: ElectronApplication,
  win: Page,
  how: 'lesson-begin' | 'lesson-begin-presenting',
): Promise<void> {
  await expectState(win, 'ready')
  await chooseMenuItem(app, 'lessons')
  await win.getByTestId(how).click()
  await expectStop(win, 1)
}

/** Presses n, and gives the window that comes. */
async function openNotes(app: ElectronApplication, win: Page): Promise<Page> {
  const opened = app.waitForEvent('window')
  await win.keyboard.press('n')
  const notes = await opened
  await notes.getByTestId('notes-step').waitFor()
  return notes
}

for (const { language, systemLocale, title, promises, right, wrong } of [
  {
    language: 'en',
    systemLocale: 'en-US',
    title: 'What mmap allocates, and when',
    promises: 'mmap promises',
    right: 'Right.',
    wrong: 'You chose 1. The right answer is 2.',
  },
  {
    language: 'zh',
    systemLocale: 'zh-CN',
    title: 'mmap 何时分配、分配了什么',
    promises: 'mmap 只是许诺',
    right: '答对了。',
    wrong: '你选了 1，正确答案是 2。',
  },
] as const) {
  test.describe(`lessons in ${language}`, () => {
    test.slow()
    test.use({ systemLocale })
    for (const theme of ['light', 'dark'] as const) {
      test(`lesson 0, forth and back, in the ${theme} theme`, async ({ app, win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await expectState(win, 'ready')
        await chooseMenuItem(app, 'lessons')
        await expect(win.getByTestId('lesson-preview')).toContainText(title)
        await expectAccessible(win)
        await screenshot(win, `lessons-${language}-${theme}`)
        await win.getByTestId('lesson-begin').click()
        await expectStop(win, 1)
        await expect(win.getByTestId('lesson-body').locator('[data-figure=minflt]')).toHaveText('77')

        await win.getByTestId('lesson-next').click()
        await expect(step(win)).toHaveText(promises)
        await expect(win.getByTestId('lesson-body').locator('[data-figure=rss]')).toHaveCount(0)
        await screenshot(win, `lesson-question-${language}-${theme}`)
        await win.getByTestId('lesson-option-1').click()
        await expect(win.getByTestId('lesson-verdict')).toHaveText(wrong)
        await expectStop(win, 2)
        await expect(figure(win, 'vsz')).toHaveText('4368')
        await expect(win.locator('.cm-lesson')).toContainText('addr = mmap')
        await expect(win.getByTestId('smaps-address')).toHaveText('7f2f565eb000')

        await win.getByTestId('lesson-next').click()
        await win.keyboard.press('3')
        await expect(win.getByTestId('lesson-verdict')).toHaveText(right)
        await expectStop(win, 3)
        await win.keyboard.press('Alt+PageDown')
        await expectStop(win, 4)
        await expect(totals(win).nth(1)).toHaveText('1344')
        await screenshot(win, `lesson-end-${language}-${theme}`)

        await win.keyboard.press('Alt+PageUp')
        await expectStop(win, 3)
        await expect(totals(win).nth(1)).toHaveText('1328')
        await expect(figure(win, 'minflt')).toHaveText('81')
        await expect(win.getByTestId('lesson-verdict')).toHaveText(right)
        await expectAccessible(win)

        await win.getByTestId('lesson-leave').click()
        await expect(win.getByTestId('lesson')).toBeHidden()
        await expectState(win, 'ready')
      })

      test(`presented in two windows, in the ${theme} theme`, async ({ app, win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await beginLesson(app, win, 'lesson-begin-presenting')
        await expect(win.getByTestId('presentation')).toBeVisible()
        const notes = await openNotes(app, win)
        await expect(notes.getByTestId('notes-next')).toContainText(promises)
        await expect(notes.locator('html')).toHaveAttribute('data-theme', theme)
        await expectAccessible(win)
        await expectAccessible(notes)

        // Forth from the notes: to the question, then its answer, which the notes know before the room does.
        await notes.getByTestId('notes-forth').click()
        await expect(step(win)).toHaveText(promises)
        await expect(notes.getByTestId('notes-answer')).toContainText('16')
        await screenshot(win, `presentation-question-${language}-${theme}`)
        await screenshot(notes, `notes-${language}-${theme}`)
        await notes.keyboard.press('PageDown')
        await expectStop(win, 2)
        await expect(notes.getByTestId('notes-answer')).toBeHidden()
        await expect(win.getByTestId('lesson-verdict')).toContainText('2')

        // Forth from the room, back from the notes: the machine goes with them.
        await win.keyboard.press('PageDown')
        await win.keyboard.press('PageDown')
        await expectStop(win, 3)
        await screenshot(win, `presentation-${language}-${theme}`)
        await notes.getByTestId('notes-back').click()
        await expectStop(win, 2)
        await expect(figure(win, 'minflt')).toHaveText('77')
        await expect(notes.getByTestId('notes-step')).toHaveText(promises)

        await win.keyboard.press('.')
        await expect(win.getByTestId('presentation-black')).toBeVisible()
        await expect(notes.getByTestId('notes-black')).toHaveAttribute('aria-pressed', 'true')
        await notes.keyboard.press('PageUp')
        await expect(win.getByTestId('presentation-black')).toBeHidden()
        await expect(step(win)).toHaveText(promises)

        const closed = notes.waitForEvent('close')
        await win.keyboard.press('Escape')
        await closed
        await expect(win.getByTestId('presentation')).toBeHidden()
        await expect(win.getByTestId('lesson')).toBeVisible()
        expect(app.windows()).toHaveLength(1)
      })
    }
  })
}

test('by keys alone: choose, begin, answer, go on, present, end, leave', async ({ win }) => {
  await expectState(win, 'ready')
  await win.keyboard.press('Control+Shift+L')
  await win.keyboard.press('ArrowDown')
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('lesson-title')).toHaveText('RSS and VSZ')
  await expectStop(win, 1)
  await win.keyboard.press('Alt+PageDown')
  await win.keyboard.press('1')
  await expect(win.getByTestId('lesson-verdict')).toHaveText('Right.')
  await expectStop(win, 2)
  await win.keyboard.press('Shift+F5')
  await expect(win.getByTestId('presentation')).toBeVisible()
  await win.keyboard.press('ArrowRight')
  await expectStop(win, 3)
  await win.keyboard.press('ArrowLeft')
  await expectStop(win, 2)
  await win.keyboard.press('Escape')
  await win.getByTestId('lesson-leave').press('Enter')
  await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
})

test('the presenter’s page has its own small bridge, and the policy of every page', async ({ app, win }) => {
  await beginLesson(app, win, 'lesson-begin-presenting')
  const notes = await openNotes(app, win)
  const found = await notes.evaluate(async () => {
    const world = globalThis as unknown as Record<string, unknown>
    const refused = async (attempt: () => unknown): Promise<boolean> => {
      try {
        await attempt()
        return false
      } catch {
        return true
      }
    }
    const inline = document.createElement('script')
    inline.textContent = 'globalThis.inlineRan = true'
    document.head.append(inline)
    return {
      origin: window.origin,
      inline: world['inlineRan'],
      bridge: world['pagewalk'],
      notes: Object.keys(window.pagewalkNotes).sort(),
      node: ['require', 'process', 'Buffer', 'ipcRenderer'].filter((name) => world[name] !== undefined),
      fetch: await refused(() => fetch('app://pagewalk/index.html')),
      move: await refused(() => (window.pagewalkNotes.move as (to: unknown) => Promise<void>)('quit')),
    }
  })
  expect(found).toEqual({
    origin: 'app://pagewalk',
    bridge: undefined,
    notes: ['move', 'onView'],
    node: [],
    fetch: true,
    inline: undefined,
    move: true,
  })
  await notes.close()
  await expect(win.getByTestId('presentation')).toBeVisible()
})

test.describe('a folder of somebody else’s', () => {
  test('is shown as any lesson, with the program it brings', async ({ app, win, home }) => {
    const folder = join(home, 'my-lesson')
    cpSync(join(root, 'lessons/founding-experiment'), folder, { recursive: true })
    cpSync(join(root, 'core/programs/mmap-demo.c'), join(folder, 'own.c'))
    for (const name of ['en.md', 'zh-CN.md']) {
      const file = join(folder, name)
      writeFileSync(file, readFileSync(file, 'utf8').replace('program: mmap-demo', 'program: own.c'))
    }
    await expectState(win, 'ready')
    await answerOpenDialog(app, folder)
    await chooseMenuItem(app, 'open-lesson')
    await expect(win.getByTestId('lesson-preview')).toContainText('own.c')
    await win.getByTestId('lesson-begin').click()
    await expectStop(win, 1)
    await expect(win.getByTestId('file-menu')).toContainText('own.c')
  })

  test('is refused with file, line and remedy when anything in it is in doubt', async ({ app, win, home }) => {
    const folder = join(home, 'hostile')
    mkdirSync(folder)
    writeFileSync(join(folder, 'en.md'), '---\nformat: 1\n---\n\n## A\n\n<script>alert(1)</script>\n')
    symlinkSync('/etc/passwd', join(folder, 'zh-CN.md'))
    await expectState(win, 'ready')
    await answerOpenDialog(app, folder)
    await chooseMenuItem(app, 'lessons')
    await win.getByTestId('lesson-folder').click()
    await expect(win.getByTestId('lesson-problems')).toContainText('hostile/zh-CN.md:1')
    await expect(win.getByTestId('lesson-problems')).toContainText('it is a link')
    await expectAccessible(win)
    await screenshot(win, 'lesson-refused')
    await expect(win.getByTestId('lesson-begin')).toBeDisabled()
    await win.getByRole('option').nth(1).click()
    await expect(win.getByTestId('lesson-begin')).toBeEnabled()
  })
})

for (const [width, height, what] of [
  [1920, 1080, 'a large screen'],
  [960, 540, 'a small one'],
  [640, 360, '1280x720 at 200 %'],
] as const)
  test(`on ${what}, nothing is cut off`, async ({ app, win }) => {
    await beginLesson(app, win, 'lesson-begin')
    await app.evaluate(
      ({ BrowserWindow }, [w, h]) => {
        const window = BrowserWindow.getAllWindows()[0]
        window?.setMinimumSize(200, 200)
        window?.setContentSize(w, h)
      },
      [width, height] as const,
    )
    await expect.poll(() => win.evaluate(() => innerWidth)).toBe(width)
    await win.getByTestId('lesson-next').click()
    const noSidewaysScroll = () =>
      win.evaluate(() => document.querySelector('.window')!.scrollWidth <= document.documentElement.clientWidth)
    expect(await noSidewaysScroll()).toBe(true)
    await win.getByTestId('lesson-option-3').scrollIntoViewIfNeeded()
    await screenshot(win, `lesson-${width}`)
    await win.getByTestId('lesson-option-3').click()
    await expectStop(win, 2)
    await win.keyboard.press('Shift+F5')
    await expect(win.getByTestId('presentation')).toBeVisible()
    await screenshot(win, `presentation-${width}`)
    expect(await noSidewaysScroll()).toBe(true)
  })
