// Files a user may point at, the bad ones foremost; and what is remembered between two launches.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import {
  answerOpenDialog,
  chooseMenuItem,
  expectState,
  launchAgain,
  openFile,
  runToStop,
  screenshot,
  state,
} from './laboratory.js'

const HELLO = '#include <stdio.h>\nint main(void)\n{\n    printf("hello from %s\\n", __FILE__);\n    return 0;\n}\n'

test.describe('a file that cannot be opened is answered with a sentence, and the program stays', () => {
  for (const [what, make, sentence] of [
    [
      'a binary file',
      (path: string) => writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0])),
      /not UTF-8 text/,
    ],
    ['a file of two megabytes', (path: string) => writeFileSync(path, ' '.repeat(2 * 1024 * 1024)), /larger than/],
    ['a directory', (path: string) => mkdirSync(path), /directory/],
    ['a file that is gone', () => undefined, /no file/],
  ] as const) {
    test(what, async ({ app, win, home }) => {
      await expectState(win, 'ready')
      const path = join(home, 'bad.c')
      make(path)
      await openFile(app, win, path)
      await expect(win.getByTestId('file-failure')).toContainText(sentence)
      await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
      await runToStop(win, 1)
    })
  }
})

test('a cancelled dialog changes nothing', async ({ app, win }) => {
  await answerOpenDialog(app, undefined)
  await win.getByTestId('file-menu').click()
  await win.getByTestId('file-open').click()
  await expect(win.getByTestId('file-failure')).toBeHidden()
  await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
})

test('a program that does not compile shows each error with its line and column', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'broken.c')
  writeFileSync(path, 'int main(void)\n{\n    int x = y;\n    return 0\n}\n')
  await openFile(app, win, path)
  await expectState(win, 'broken')
  await win.getByTestId('tab-problems').click()
  await expect(win.getByTestId('problem').first()).toContainText(/broken\.c:[34]:\d+/)
  await screenshot(win, 'compile-error')
})

test('an empty file is a program without main', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'empty.c')
  writeFileSync(path, '')
  await openFile(app, win, path)
  await expectState(win, 'broken')
  await win.getByTestId('tab-problems').click()
  await expect(win.getByTestId('problem').first()).toContainText('main')
})

test('a file opened from the menu runs, and is offered again', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'hello.c')
  writeFileSync(path, HELLO)
  await answerOpenDialog(app, path)
  await chooseMenuItem(app, 'open')
  await expect(win.getByTestId('file-menu')).toContainText('hello.c')
  await expect(state(win)).toHaveAttribute('data-program', 'hello.c')
  await expectState(win, 'ready')
  await win.getByTestId('run').click()
  await expectState(win, 'exited')
  await expect(win.getByTestId('terminal-output')).toContainText('hello from')
  expect(await win.evaluate(() => window.pagewalk.recent())).toEqual([{ path, name: 'hello.c' }])
  await chooseMenuItem(app, 'founding')
  await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
})

test('a file named on the command line is opened', async ({ home, launch }) => {
  const path = join(home, 'hello.c')
  writeFileSync(path, HELLO)
  const app = await launch([path])
  await expect((await app.firstWindow()).getByTestId('file-menu')).toContainText('hello.c')
})

test('a command line that names no file says so and opens on the founding experiment', async ({ home, launch }) => {
  const app = await launch([join(home, 'absent.c')])
  const win = await app.firstWindow()
  await expect(win.getByTestId('file-failure')).toContainText('absent.c')
  await runToStop(win, 1)
})

test('a second launch opens its file in the first window and ends', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'hello.c')
  writeFileSync(path, HELLO)
  expect(await launchAgain(app, home, 'hello.c')).toBe(0)
  await expect(win.getByTestId('file-menu')).toContainText('hello.c')
  expect(app.windows()).toHaveLength(1)
})

test('theme, language, machine and window are as they were left', async ({ launch }) => {
  const first = await launch()
  const before = await first.firstWindow()
  await expectState(before, 'ready')
  await before.getByTestId('theme-dark').click()
  await before.getByTestId('language-zh-CN').click()
  await expect(before.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await first.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ width: 1100, height: 700 }))
  await first.close()

  const second = await launch()
  const after = await second.firstWindow()
  await expectState(after, 'ready')
  await expect(after.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(after.locator('html')).toHaveAttribute('lang', 'zh-CN')
  const size = await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())
  expect(size).toMatchObject({ width: 1100, height: 700 })
})

test('damaged settings give the defaults, and the file is kept', async ({ launch, home }) => {
  const first = await launch()
  const folder = await first.evaluate(({ app }) => app.getPath('userData'))
  await expectState(await first.firstWindow(), 'ready')
  await first.close()
  writeFileSync(join(folder, 'settings.json'), '{"theme": "dark", "zoom": 1.')

  const second = await launch()
  await expectState(await second.firstWindow(), 'ready')
  expect(existsSync(home)).toBe(true)
  expect(readdirSync(folder)).toContain('settings.json.damaged')
  expect(readFileSync(join(folder, 'settings.json.damaged'), 'utf8')).toContain('"zoom": 1.')
})

test('the menu changes theme, language and zoom of the page', async ({ app, win }) => {
  await expectState(win, 'ready')
  await chooseMenuItem(app, 'theme-dark')
  await expect(win.locator('html')).toHaveAttribute('data-theme', 'dark')
  await chooseMenuItem(app, 'language-zh-CN')
  await expect(win.locator('html')).toHaveAttribute('lang', 'zh-CN')
  const open = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('open')?.label)
  expect(await open()).toContain('打开')
  await chooseMenuItem(app, 'zoom-in')
  const zoom = () => app.evaluate(({ webContents }) => webContents.getAllWebContents()[0]?.getZoomFactor())
  expect(await zoom()).toBeCloseTo(1.1)
  await chooseMenuItem(app, 'zoom-reset')
  expect(await zoom()).toBe(1)
})

test('About names the versions and the licence', async ({ app, win }) => {
  await expectState(win, 'ready')
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = (...args: unknown[]) => {
      ;(globalThis as unknown as { shown: unknown }).shown = args.at(-1)
      return Promise.resolve({ response: 0, checkboxChecked: false })
    }
  })
  await chooseMenuItem(app, 'about')
  const shown = await app.evaluate(
    () => (globalThis as unknown as { shown: { message: string; detail: string } }).shown,
  )
  expect(shown.message).toMatch(/^Pagewalk \d+\.\d+\.\d+$/)
  expect(shown.detail).toMatch(/Electron \d+.*Chromium \d+/)
  expect(shown.detail).toContain('MIT')
})
