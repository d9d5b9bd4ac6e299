// The gallery of built-in programs: found, looked at and opened, by pointer and by keys, in both languages and themes.
import { expect, test } from './app.js'
import { chooseMenuItem, expectAccessible, expectState, expectStop, runToStop, screenshot } from './laboratory.js'

for (const { language, systemLocale, query, title } of [
  { language: 'en', systemLocale: 'en-US', query: 'copy on write', title: 'fork and copy on write' },
  { language: 'zh', systemLocale: 'zh-CN', query: '写时复制', title: 'fork 与写时复制' },
] as const) {
  test.describe(`the gallery in ${language}`, () => {
    test.use({ systemLocale })
    for (const theme of ['light', 'dark'] as const) {
      test(`lists, finds and shows programs, in the ${theme} theme`, async ({ app, win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await expectState(win, 'ready')
        await chooseMenuItem(app, 'gallery')
        const gallery = win.getByTestId('gallery')
        await expect(gallery.getByRole('option')).toHaveCount(49)
        await expect(gallery.getByRole('option', { selected: true })).toHaveAttribute('data-program', 'mmap-demo')
        await screenshot(win, `gallery-${language}-${theme}`)
        await expectAccessible(win)

        await win.getByTestId('gallery-search').fill(query)
        await expect(gallery.getByRole('option', { selected: true })).toHaveText(title)
        await expect(win.getByTestId('gallery-preview')).toContainText('fork();')
        await screenshot(win, `gallery-${language}-${theme}-found`)
        await win.keyboard.press('Escape')
        await expect(gallery).toBeHidden()
      })
    }
  })
}

test('by keys alone: Ctrl+Shift+O, a word, an arrow, Enter, and the program runs', async ({ win }) => {
  await expectState(win, 'ready')
  await win.keyboard.press('Control+Shift+O')
  await expect(win.getByTestId('gallery-search')).toBeFocused()
  await win.keyboard.type('zero page')
  await win.keyboard.press('ArrowDown')
  await expect(win.getByRole('option', { selected: true })).toHaveAttribute('data-program', 'zero-page')
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('file-menu')).toContainText('zero-page.c')
  // Loaded, and no more on the line where the program before it stood.
  await expect(win.getByTestId('place')).not.toHaveText(/^16main/)
  await win.keyboard.press('F5')
  await expectStop(win, 1)
  await expect(win.getByTestId('terminal-output')).toContainText('mapped 1024 pages')
})

test('a program that shows its thing on another machine says so, and is opened on that one', async ({ win }) => {
  await expectState(win, 'ready')
  await win.getByTestId('file-menu').click()
  await win.getByTestId('file-gallery').click()
  await win.getByRole('option', { name: 'Freed blocks come back' }).click()
  await expect(win.getByTestId('gallery-machine')).toContainText('Debian 12')
  await win.getByTestId('gallery-open').click()
  await expect(win.getByTestId('profile')).toContainText('Debian 12')
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  await expect(win.getByTestId('terminal-output')).toContainText('malloc(100) gives b')
})

test('changes in the editor are asked about', async ({ app, win }) => {
  await expectState(win, 'ready')
  await win.locator('.cm-content').click()
  await win.keyboard.type('/* mine */')
  await expect(win).toHaveTitle(/^●/)
  await chooseMenuItem(app, 'gallery')
  await win.keyboard.press('ArrowDown')
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('ask-unsaved')).toContainText('mmap-demo.c')
  await screenshot(win, 'ask-unsaved')
  await expect(win.getByTestId('ask-cancel')).toBeFocused()
  await win.keyboard.press('Enter')
  await win.keyboard.press('Escape')
  await expect(win.locator('.cm-content')).toContainText('/* mine */')
  await chooseMenuItem(app, 'gallery')
  await win.keyboard.press('ArrowDown')
  await win.keyboard.press('Enter')
  await win.getByTestId('ask-discard').click()
  await expect(win.getByTestId('file-menu')).toContainText('vsz-rss.c')
})

test('a window with nothing to show offers the gallery', async ({ win }) => {
  await expectState(win, 'ready')
  await win.locator('.cm-content').click()
  await win.keyboard.press('Control+A')
  await win.keyboard.press('Delete')
  await win.getByTestId('restart').click()
  await expectState(win, 'broken')
  await win.getByTestId('gallery-button').click()
  await expect(win.getByTestId('gallery')).toBeVisible()
})
