// Going back in a run and forth again: the whole window shows the moment, and running on from there starts anew.
import { expect, test } from './app.js'
import { expectAccessible, expectState, expectStop, figure, runToStop, screenshot, totals } from './laboratory.js'

for (const theme of ['light', 'dark'] as const)
  test(`back to earlier stops, line by line, and to the end, in the ${theme} theme`, async ({ win }) => {
    await expectState(win, 'ready')
    await win.getByTestId(`theme-${theme}`).click()
    for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
    await expect(totals(win).nth(1)).toHaveText('1344')
    await win.keyboard.press('Alt+ArrowLeft')
    await expectStop(win, 3)
    await expect(totals(win).nth(1)).toHaveText('1328')
    await expect(figure(win, 'minflt')).toHaveText('81')
    await expect(win.getByTestId('past')).toBeVisible()
    await expectAccessible(win)
    await screenshot(win, `earlier-moment-${theme}`)
    await win.getByTestId('seek-line-before').click()
    await expectState(win, 'paused')
    await win.getByTestId('seek-stop-after').click()
    await expectStop(win, 3)
    await win.keyboard.press('Alt+End')
    await expectStop(win, 4)
    await expect(win.getByTestId('past')).toBeHidden()
    await expect(win.getByTestId('seek-end')).toBeDisabled()
  })

test('a click in the timeline shows that moment', async ({ win }) => {
  await expectState(win, 'ready')
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  const box = await win.getByTestId('timeline').boundingBox()
  if (!box) throw new Error('the timeline is in sight')
  await win.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await expect(win.getByTestId('past')).toBeVisible()
  await expectState(win, 'paused')
})

test('running on from an earlier moment starts another future', async ({ win }) => {
  await expectState(win, 'ready')
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  await win.keyboard.press('Alt+ArrowLeft')
  await expectStop(win, 2)
  await win.getByTestId('run').click()
  await expectStop(win, 3)
  await expect(win.getByTestId('past')).toBeHidden()
})
