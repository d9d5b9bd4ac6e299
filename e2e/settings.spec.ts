// The settings: how the window looks and speaks, changed in one place, at once, and kept.
import { expect, test } from './app.js'
import { chooseMenuItem, expectAccessible, expectState, screenshot } from './laboratory.js'

test('are opened by key, take effect at once and are kept', async ({ launch }) => {
  const app = await launch()
  const win = await app.firstWindow()
  await expectState(win, 'ready')
  await win.keyboard.press('Control+,')
  await expectAccessible(win)
  await win.getByTestId('set-language-zh-CN').click()
  await expect(win.getByTestId('settings')).toContainText('设置')
  await win.getByTestId('set-theme-dark').click()
  await screenshot(win, 'settings-zh-dark')
  await win.getByTestId('set-contrast-more').click()
  await expect(win.locator('html')).toHaveAttribute('data-contrast', 'more')
  await expectAccessible(win)
  await screenshot(win, 'settings-zh-dark-contrast')
  await app.close()

  const again = await (await launch()).firstWindow()
  await expectState(again, 'ready')
  await expect(again.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(again.locator('html')).toHaveAttribute('data-contrast', 'more')
  await expect(again.locator('html')).toHaveAttribute('lang', 'zh-CN')
})

test('the language of the system is found again', async ({ win }) => {
  await expectState(win, 'ready')
  await win.getByTestId('language-zh-CN').click()
  await win.keyboard.press('Control+,')
  await win.getByTestId('set-language-system').click()
  await expect(win.locator('html')).toHaveAttribute('lang', 'en')
  await screenshot(win, 'settings-en')
})

test('zoom is chosen from its steps', async ({ app, win }) => {
  await expectState(win, 'ready')
  await win.keyboard.press('Control+,')
  await win.getByTestId('set-zoom').click()
  await win.getByRole('option', { name: '150 %' }).click()
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.zoomFactor))
    .toBeCloseTo(1.5)
})

test('panes that were moved go back to where they were at first', async ({ app, win }) => {
  await expectState(win, 'ready')
  const source = win.locator('[data-part=source]')
  const width = async (): Promise<number> => Math.round((await source.boundingBox())?.width ?? 0)
  const before = await width()
  await win.getByRole('separator', { name: 'Source and terminal' }).focus()
  await win.keyboard.press('ArrowRight')
  await win.keyboard.press('ArrowRight')
  await expect.poll(width).not.toBe(before)
  await chooseMenuItem(app, 'reset-layout')
  await expect.poll(width).toBe(before)
})
