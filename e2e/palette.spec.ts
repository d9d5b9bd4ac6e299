// The command palette: every command of the menus by its name, in both languages and themes.
import { expect, test } from './app.js'
import { expectAccessible, expectState, expectStop, screenshot } from './laboratory.js'

for (const { language, systemLocale, query, name } of [
  { language: 'en', systemLocale: 'en-US', query: 'next stop', name: 'Run to Next Stop' },
  { language: 'zh', systemLocale: 'zh-CN', query: '下一个停点', name: '运行到下一个停点' },
] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ systemLocale })
    for (const theme of ['light', 'dark'] as const) {
      test(`a command is found and obeyed by keys alone, in the ${theme} theme`, async ({ win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await expectState(win, 'ready')
        await win.keyboard.press('Control+Shift+P')
        await expect(win.getByTestId('palette-search')).toBeFocused()
        await screenshot(win, `palette-${language}-${theme}`)
        await expectAccessible(win)
        await win.keyboard.type(query)
        await expect(win.getByTestId('palette').getByRole('option', { selected: true })).toContainText(name)
        await win.keyboard.press('Enter')
        await expect(win.getByTestId('palette')).toBeHidden()
        await expectStop(win, 1)
      })
    }
  })
}

test('what the menu does by its role is done to what had the focus before', async ({ win }) => {
  await expectState(win, 'ready')
  await win.locator('.cm-content').click()
  await win.keyboard.type('/* mine */')
  await expect(win.locator('.cm-content')).toContainText('/* mine */')
  await win.keyboard.press('Control+Shift+P')
  await win.keyboard.type('undo')
  await win.keyboard.press('Enter')
  await expect(win.locator('.cm-content')).not.toContainText('/* mine */')
})

test('a choice that holds is marked, and another can be made', async ({ win }) => {
  await win.getByTestId('theme-light').click()
  await win.keyboard.press('Control+Shift+P')
  await win.keyboard.type('theme')
  const options = win.getByTestId('palette').getByRole('option')
  await expect(options).toHaveCount(4)
  await expect(options.filter({ hasText: 'Light' }).locator('svg')).toBeVisible()
  await options.filter({ hasText: 'Dark' }).click()
  await expect(win.locator('html')).toHaveAttribute('data-theme', 'dark')
})
