// Exploring: a program of one's own, run, gone back in, asked in the shell, and two of its moments compared.
import type { Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import { expectAccessible, expectState, expectStop, openProgram, resize, runToStop, screenshot } from './laboratory.js'

const OWN = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
int main(void)
{
    char *keep = malloc(1000);
    printf("内存 begins\\n");
    getchar();
    char *map = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(map, 1, 1 << 19);
    char *more = malloc(50000);
    memset(more, 2, 50000);
    getchar();
    free(keep);
    munmap(map, 1 << 20);
    getchar();
    return more == map;
}
`

const cell = (win: Page, row: string, column: string) =>
  win.getByTestId('compare-table').locator(`[data-key="${row}"] [data-column="${column}"]`)

async function choose(win: Page, side: 'from' | 'to', label: string | RegExp): Promise<void> {
  await win.getByTestId(`compare-${side}`).click()
  await win.getByRole('option', { name: label }).first().click()
}
async function section(win: Page, name: string): Promise<void> {
  await win.getByTestId(`compare-section-${name}`).click()
}
async function ask(win: Page, command: string): Promise<void> {
  await win.keyboard.type(command)
  await win.keyboard.press('Enter')
}

test('a program of one’s own is run, gone back in, and two of its moments are compared', async ({ app, win, home }) => {
  test.slow()
  await expectState(win, 'ready')
  const path = join(home, 'own.c')
  writeFileSync(path, OWN)
  await openProgram(app, win, path)
  await expectState(win, 'ready')
  await runToStop(win, 1)
  await expect(win.getByTestId('terminal-output')).toContainText('内存 begins')

  // The first moment gets a name.
  await win.keyboard.press('Control+Shift+B')
  await win.getByTestId('mark-label').fill('before the map')
  await win.getByTestId('mark-set').click()
  await runToStop(win, 2)
  await runToStop(win, 3)

  // Back, stop by stop and event by event, and forth again.
  await win.keyboard.press('Alt+ArrowLeft')
  await expectStop(win, 2)
  await win.keyboard.press('Alt+Shift+ArrowLeft')
  await expect(win.getByTestId('past')).toBeVisible()
  await expectState(win, 'paused')
  await win.keyboard.press('Alt+End')
  await expectStop(win, 3)

  // A range is drawn, and the whole shown again.
  const chart = win.getByTestId('timeline')
  const box = (await chart.boundingBox())!
  await win.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
  await win.mouse.down()
  await win.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 })
  await win.mouse.up()
  await expect(win.getByTestId('zoomed')).toBeVisible()
  await chart.focus()
  await win.keyboard.press('+')
  await win.keyboard.press('ArrowLeft')
  await win.keyboard.press('0')
  await expect(win.getByTestId('zoomed')).toBeHidden()

  // Compared: the mark and the second stop.
  await win.keyboard.press('F8')
  await expect(win.getByTestId('compare-panel')).toContainText('Choose a moment A')
  await choose(win, 'from', /before the map/)
  await choose(win, 'to', /^Stop 2/)
  await expect(cell(win, 'mappings', 'd')).toHaveText('+1')
  await section(win, 'pmap')
  const added = win.getByTestId('compare-table').getByRole('row').filter({ hasText: '+ added' })
  await expect(added).toHaveCount(1)
  await expect(added.locator('[data-column="kbytes-b"]')).toHaveText('1024')
  await expect(added.locator('[data-column="rss-d"]')).toHaveText('+512')
  await section(win, 'heap')
  await expect(win.getByTestId('compare-table')).toContainText('+50000')
  await section(win, 'lines')
  await expect(win.getByTestId('compare-table')).toContainText('memset(map')
  await section(win, 'meminfo')
  await expect(win.getByTestId('compare-table')).toContainText('MemFree')

  // What it says is what the tools say at the two moments.
  await win.getByTestId('tab-shell').click()
  await win.getByTestId('shell-input').focus()
  const rss: string[] = []
  await win.keyboard.press('Alt+ArrowLeft')
  await expectStop(win, 2)
  for (const [stop, key] of [
    [1, 'Alt+ArrowLeft'],
    [2, 'Alt+ArrowRight'],
  ] as const) {
    await win.keyboard.press(key)
    await expectStop(win, stop)
    await ask(win, 'clear')
    await ask(win, 'ps -o rss= -p $PID')
    await expect(win.getByTestId('shell-output')).toContainText(/p \$PID\s+\d+/)
    rss.push(/(\d+)\s*$/.exec((await win.getByTestId('shell-output').textContent())!)![1]!)
  }
  await section(win, 'readings')
  await expect(cell(win, 'rss', 'a')).toHaveText(rss[0]!)
  await expect(cell(win, 'rss', 'b')).toHaveText(rss[1]!)
  await expectAccessible(win)
})

test('the shell completes, remembers, and says what it has not', async ({ win }) => {
  await runToStop(win, 1)
  await win.getByTestId('tab-shell').click()
  await win.getByTestId('shell-input').focus()
  const output = win.getByTestId('shell-output')
  await win.keyboard.type('pma')
  await win.keyboard.press('Tab')
  await ask(win, '-x $PID | tail -n1')
  await expect(output).toContainText('$ pmap -x $PID | tail -n1\ntotal kB')
  await win.keyboard.type('cat /proc/$PID/smaps_')
  await win.keyboard.press('Tab')
  await ask(win, '| head -n 2')
  await expect(output).toContainText('[rollup]')
  await ask(win, 'top')
  await expect(output).toContainText('pagewalk: top is not simulated')
  await ask(win, 'echo 内存')
  await expect(output).toContainText('\n内存\n')
  await win.keyboard.press('ArrowUp')
  await win.keyboard.press('ArrowUp')
  await win.keyboard.press('Enter')
  await expect(output).toContainText(/not simulated[^]*not simulated/)
  await win.keyboard.type('never run')
  await win.keyboard.press('Control+C')
  await ask(win, 'history')
  await expect(output).toContainText('3  top')
  await expect(output).not.toContainText('never run')
  await win.keyboard.press('Control+L')
  await expect(output).toHaveText('')
  // Esc, then Tab leads on: Tab alone is the shell's.
  await win.keyboard.press('Escape')
  await win.keyboard.press('Tab')
  await expect(win.getByTestId('shell-input')).not.toBeFocused()
})

for (const locale of ['en-US', 'zh-CN'] as const)
  test.describe(() => {
    test.use({ systemLocale: locale })
    for (const theme of ['light', 'dark'] as const)
      test(`the views of exploring can be read: ${locale}, ${theme}`, async ({ app, win, home }) => {
        test.slow()
        await win.getByTestId(`theme-${theme}`).click()
        const path = join(home, 'own.c')
        writeFileSync(path, OWN)
        await expectState(win, 'ready')
        await openProgram(app, win, path)
        for (const stop of [1, 2, 3]) await runToStop(win, stop)
        await win.keyboard.press('Control+Shift+B')
        await expect(win.getByTestId('mark-dialog')).toBeVisible()
        await expectAccessible(win)
        await screenshot(win, `mark-${locale}-${theme}`)
        await win.getByTestId('mark-set').click()
        await win.getByTestId('tab-shell').click()
        await win.getByTestId('shell-input').focus()
        await ask(win, 'pmap -x $PID | tail -n 4')
        await ask(win, 'cat /proc/nothing /proc/loadavg; free')
        await expect(win.getByTestId('shell-output')).toContainText('Mem:')
        await win.keyboard.press('F8')
        await choose(win, 'from', /1/)
        await section(win, 'pmap')
        for (const [width, height] of [
          [1280, 720],
          [960, 540],
        ] as const) {
          await resize(app, win, width, height)
          if (width < 1000) await win.keyboard.press('F8')
          await expect(win.getByTestId('compare-table')).toBeVisible()
          await expectAccessible(win)
          await screenshot(win, `compare-${locale}-${theme}-${width}`)
          if (width < 1000) {
            await win.keyboard.press('Control+8')
            await expect(win.getByTestId('timeline')).toBeVisible()
            await expectAccessible(win)
            await screenshot(win, `timeline-${locale}-${theme}-${width}`)
          }
        }
      })
  })
