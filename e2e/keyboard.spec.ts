// The whole experiment without a pointer.
import type { Page } from '@playwright/test'
import { expect, test } from './app.js'
import { chooseMenuItem, expectState, expectStop, figure } from './laboratory.js'

/** Presses Tab until the element has the focus; fails when it cannot be reached. */
async function tabTo(win: Page, testid: string): Promise<void> {
  const target = win.getByTestId(testid)
  const isThere = () => target.evaluate((element) => element.contains(document.activeElement))
  for (let presses = 0; presses < 80; presses++) {
    if (await isThere()) return
    await win.keyboard.press('Tab')
  }
  throw new Error(`${testid} cannot be reached with Tab`)
}

test('F5 runs from stop to stop, the arrows choose a mapping, Ctrl+Shift+F5 starts over', async ({ win }) => {
  await expectState(win, 'ready')
  for (const stop of [1, 2, 3, 4]) {
    await win.keyboard.press('F5')
    await expectStop(win, stop)
  }
  await expect(figure(win, 'minflt')).toHaveText('85')

  await tabTo(win, 'pmap')
  const address = win.getByTestId('smaps-address')
  for (const keys of [
    ['Control+Home', 'ArrowDown', 'Enter'],
    ['ArrowDown', 'Enter'],
  ]) {
    const before = await address.allTextContents()
    for (const key of keys) await win.keyboard.press(key)
    await expect(address).not.toHaveText(before)
  }

  await win.keyboard.press('F5')
  await expectState(win, 'exited')
  await win.keyboard.press('Control+Shift+F5')
  await expectState(win, 'ready')
  await expect(win.getByTestId('stop')).toHaveText('–')
})

test('a line is typed and sent with Enter', async ({ win }) => {
  await expectState(win, 'ready')
  await win.keyboard.press('F5')
  await expectStop(win, 1)
  await tabTo(win, 'terminal-input')
  await win.keyboard.type('a line')
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('terminal-output')).toContainText('a line\nafter mmap')
})

test('every control shows where the focus is', async ({ win }) => {
  await expectState(win, 'ready')
  for (const testid of ['file-menu', 'profile', 'seed', 'run', 'step', 'restart', 'terminal-input']) {
    await tabTo(win, testid)
    const shown = await win.evaluate(() => {
      const element = document.activeElement
      if (!element) return false
      // An input may show it on the form around it, a terminal on its screen.
      return [element, element.parentElement, element.closest('.screen')].some((each) => {
        if (!each) return false
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each)
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
      })
    })
    expect(shown, testid).toBe(true)
  }
})

test('the menu does what the keys do', async ({ app, win }) => {
  await expectState(win, 'ready')
  await chooseMenuItem(app, 'run')
  await expectStop(win, 1)
  await chooseMenuItem(app, 'restart')
  await expectState(win, 'ready')
  await chooseMenuItem(app, 'step')
  await expectState(win, 'paused')
})
