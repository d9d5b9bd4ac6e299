// The welcome: three doors at the first start, and none when one comes with a program.
import { resolve } from 'node:path'
import { expect, root, test } from './app.js'
import { chooseMenuItem, expectAccessible, expectState, screenshot } from './laboratory.js'

test.use({ firstStart: true })

for (const { language, systemLocale } of [
  { language: 'en', systemLocale: 'en-US' },
  { language: 'zh', systemLocale: 'zh-CN' },
] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ systemLocale })
    test('the first start welcomes, the second does not', async ({ launch }) => {
      const app = await launch()
      const win = await app.firstWindow()
      await expectState(win, 'ready')
      await expect(win.getByTestId('welcome')).toBeVisible()
      await expectAccessible(win)
      await screenshot(win, `welcome-${language}`)
      await win.getByTestId('welcome-lessons').click()
      await expect(win.getByTestId('lesson-picker')).toBeVisible()
      await app.close()

      const later = await launch()
      const again = await later.firstWindow()
      await expectState(again, 'ready')
      await expect(again.getByTestId('welcome')).toBeHidden()
      await chooseMenuItem(later, 'welcome')
      await again.getByTestId('welcome-begin').press('Enter')
      await expect(again.getByTestId('welcome')).toBeHidden()
    })
  })
}

test.describe('with a program', () => {
  test.use({ launchArgs: [resolve(root, 'core/programs/zero-page.c')] })
  test('one is left alone with it', async ({ win }) => {
    await expectState(win, 'ready')
    await expect(win.getByTestId('welcome')).toBeHidden()
  })
})
