// What has to fit in a small window, and beside a lesson: bars of one line, tables that do not scroll sideways.
import type { Page } from '@playwright/test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import { chooseMenuItem, expectState, expectStop, resize, runToStop, screenshot } from './laboratory.js'

/** Pixels by which a table is wider than its place. */
const sideways = (win: Page, table: string): Promise<number> =>
  win.getByTestId(table).evaluate((grid) => grid.scrollWidth - grid.clientWidth)

/** Nothing of the bar stands below the rest or outside of the window. */
const barFits = (win: Page): Promise<boolean> =>
  win.locator('header.bar').evaluate((bar: HTMLElement) => bar.offsetHeight < 50 && bar.scrollWidth <= bar.clientWidth)

test('beside a lesson the tables of ps, pmap and smaps show all their columns', async ({ app, win }) => {
  await expectState(win, 'ready')
  await chooseMenuItem(app, 'lessons')
  await win.getByTestId('lesson-begin').click()
  await expectStop(win, 1)
  for (const [width, height] of [
    [1440, 873],
    [1280, 720],
  ] as const) {
    await resize(app, win, width, height)
    for (const table of ['ps', 'pmap', 'smaps']) expect(await sideways(win, table)).toBe(0)
    const names = win.getByTestId('smaps').locator('.name')
    expect(await names.evaluateAll((all) => all.filter((name) => name.scrollWidth > name.clientWidth).length)).toBe(0)
    await screenshot(win, `fit-lesson-${width}`)
  }
})

for (const systemLocale of ['en-US', 'zh-CN'] as const)
  test.describe(`the top bar in ${systemLocale}`, () => {
    test.use({ systemLocale })

    test('is one line, also when the machine differs in everything and the program is changed', async ({
      app,
      win,
    }) => {
      await expectState(win, 'ready')
      await win.getByTestId('machine').click()
      await win.getByTestId('setup-ram').fill('512')
      await win.getByTestId('setup-thp-never').click()
      await win.getByTestId('setup-aslr-off').click()
      await win.getByTestId('setup-apply').click()
      await expect(win.getByTestId('machine')).toContainText('512 MiB · THP never · no ASLR')
      await expectState(win, 'ready')
      await win.locator('.cm-content').click()
      await win.keyboard.type(' ')
      await expect(win.getByTestId('unsaved')).toBeVisible()
      for (const [width, height] of [
        [900, 500],
        [960, 540],
        [1280, 720],
        [1440, 900],
      ] as const) {
        await resize(app, win, width, height)
        expect(await barFits(win)).toBe(true)
        await screenshot(win, `fit-bar-${systemLocale}-${width}`)
      }
    })
  })

test.describe('at 200 %', () => {
  test('bars and tabs leave the view most of the window, and the window does not scroll', async ({ home, launch }) => {
    mkdirSync(join(home, 'Pagewalk'), { recursive: true })
    writeFileSync(join(home, 'Pagewalk', 'settings.json'), '{ "welcomed": true, "zoom": 2 }')
    const app = await launch()
    const win = await app.firstWindow()
    await expectState(win, 'ready')
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1600, 1000))
    await expect.poll(() => win.evaluate(() => innerWidth)).toBe(800)
    await runToStop(win, 1)
    expect(await barFits(win)).toBe(true)
    expect(await win.locator('main.compact').evaluate((view: HTMLElement) => view.offsetHeight)).toBeGreaterThan(320)
    const outside = await win
      .locator('.window')
      .evaluate((w) => [w.scrollHeight - w.clientHeight, w.scrollWidth - w.clientWidth])
    expect(outside).toEqual([0, 0])
  })
})
