// When the simulation's process ends, the window says so and goes on; when the window ends, nothing is left.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import {
  expectAccessible,
  expectState,
  expectStop,
  isAlive,
  runToStop,
  screenshot,
  simulationPid,
} from './laboratory.js'

const ENDLESS = 'int main(void)\n{\n    volatile long n = 0;\n    for (;;)\n        n++;\n}\n'

test('a killed simulation shows a calm message, and starts again when asked', async ({ app, win }) => {
  await runToStop(win, 1)
  const first = await simulationPid(app)
  process.kill(first!, 'SIGKILL')
  await expect(win.getByTestId('lost')).toBeVisible()
  // What was shown last stays readable.
  await expect(win.getByTestId('terminal-output')).toContainText('before mmap')
  await screenshot(win, 'simulation-ended')
  await expectAccessible(win)

  await win.getByTestId('lost-restart').click()
  await expectState(win, 'ready')
  await expect(win.getByTestId('lost')).toBeHidden()
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  expect(await simulationPid(app)).not.toBe(first)
})

test('a simulation killed while it runs does the same', async ({ home, launch }) => {
  const file = join(home, 'endless.c')
  writeFileSync(file, ENDLESS)
  const app = await launch([file])
  const win = await app.firstWindow()
  await expectState(win, 'ready')
  await win.getByTestId('run').click()
  await expectState(win, 'running')
  process.kill((await simulationPid(app))!, 'SIGKILL')
  await expect(win.getByTestId('lost')).toBeVisible()
  await win.getByTestId('lost-restart').click()
  await expectState(win, 'ready')
})

test('a program that never ends can be paused, stepped and restarted', async ({ home, launch }) => {
  const file = join(home, 'endless.c')
  writeFileSync(file, ENDLESS)
  const app = await launch([file])
  const win = await app.firstWindow()
  await expectState(win, 'ready')
  await win.getByTestId('run').click()
  await expectState(win, 'running')
  // It goes on while it is looked at.
  const time = win.getByTestId('time')
  const before = await time.textContent()
  await expect(time).not.toHaveText(before ?? '')
  await win.keyboard.press('F6')
  await expectState(win, 'paused')
  await win.getByTestId('step').click()
  await expectState(win, 'paused')
  await win.getByTestId('restart').click()
  await expectState(win, 'ready')
})

test('a page that is loaded again gets a new line to the same simulation', async ({ app, win }) => {
  await runToStop(win, 1)
  const pid = await simulationPid(app)
  await app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.reload())
  await expectState(win, 'ready')
  await win.getByTestId('run').click()
  await expectStop(win, 1)
  expect(await simulationPid(app)).toBe(pid)
})

test('no process is left when the application ends, not even a busy one', async ({ home, launch }) => {
  const file = join(home, 'endless.c')
  writeFileSync(file, ENDLESS)
  const app = await launch([file])
  const win = await app.firstWindow()
  await expectState(win, 'ready')
  await win.getByTestId('run').click()
  await expectState(win, 'running')
  const pids = await app.evaluate(({ app: electron }) => electron.getAppMetrics().map((process) => process.pid))
  await app.close()
  await expect.poll(() => pids.filter(isAlive)).toEqual([])
})
