// Sessions: saved, opened again at the same moment, restored after a crash; what is unsaved is never lost unasked.
import type { ElectronApplication, Page } from '@playwright/test'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from './app.js'
import {
  answerSaveDialog,
  chooseMenuItem,
  expectAccessible,
  expectState,
  expectStop,
  figure,
  launchAgain,
  openFile,
  openProgram,
  readTable,
  resize,
  runToStop,
  screenshot,
  state,
} from './laboratory.js'

const HELLO =
  '#include <stdio.h>\nint main(void)\n{\n    puts("hello");\n    getchar();\n    puts("bye");\n    return 0;\n}\n'

const LANGUAGES = [
  { language: 'en', systemLocale: 'en-US' },
  { language: 'zh', systemLocale: 'zh-CN' },
] as const

/** All that a moment shows in numbers. */
async function shown(win: Page): Promise<unknown> {
  const rows = await readTable(win, 'pmap')
  const figures = await Promise.all(['minflt', 'rss', 'dirty'].map((id) => figure(win, id).textContent()))
  return { rows, figures, terminal: await win.getByTestId('terminal-output').textContent() }
}

async function type(win: Page, text: string): Promise<void> {
  await win.locator('.cm-content').click()
  await win.keyboard.press('Control+End')
  await win.keyboard.type(text)
}

/** Opening a session starts its program and runs it: on a busy machine that takes its time. */
const LONG = { timeout: 30_000 }
async function expectOpened(win: Page, id: string): Promise<void> {
  await expect(state(win)).toHaveAttribute('data-state', id, LONG)
}

const closeWindow = (app: ElectronApplication): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())

/** Runs the founding experiment to its second stop and saves it. */
async function saveAtSecondStop(app: ElectronApplication, win: Page, path: string): Promise<void> {
  for (const stop of [1, 2]) await runToStop(win, stop)
  await answerSaveDialog(app, path)
  await win.keyboard.press('Control+Shift+S')
  await expect(win.getByTestId('file-menu')).toContainText(basename(path))
  await expect(win.getByTestId('unsaved')).toBeHidden()
}

for (const [how, handOver] of [
  ['by a launch', (app, path) => launchAgain(app, dirname(path), path)],
  ['by a launch, as a URL', (app, path) => launchAgain(app, dirname(path), pathToFileURL(path).href)],
  // As macOS does it.
  [
    'by an event',
    (app, path) =>
      app.evaluate(({ app }, it) => void app.emit('open-file', { preventDefault: () => undefined }, it), path),
  ],
] as const satisfies readonly [string, (app: ElectronApplication, path: string) => Promise<unknown>][]) {
  test(`a session that the desktop hands over ${how} opens in the window that is there, at its moment`, async ({
    app,
    win,
    home,
  }) => {
    const path = join(home, 'my demo.pagewalk')
    await expectState(win, 'ready')
    await saveAtSecondStop(app, win, path)
    writeFileSync(join(home, 'hello.c'), HELLO)
    await openProgram(app, win, join(home, 'hello.c'))
    await handOver(app, path)
    await expect(win.getByTestId('file-menu')).toContainText('my demo.pagewalk')
    await expectOpened(win, 'waiting')
    await expectStop(win, 2)
    expect(app.windows()).toHaveLength(1)
  })
}

test('a session that was open stands after a lesson where it stood', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  await saveAtSecondStop(app, win, join(home, 'demo.pagewalk'))
  const before = await shown(win)
  await chooseMenuItem(app, 'lessons')
  await win.getByTestId('lesson-begin').click()
  await expectStop(win, 1)
  await win.getByTestId('lesson-leave').click()
  await expect(win.getByTestId('file-menu')).toContainText('demo.pagewalk')
  await expectStop(win, 2)
  await expect.poll(() => shown(win)).toEqual(before)
})

test('a session opens again at the moment it was saved at, with the same figures and the rest of the run', async ({
  home,
  launch,
}) => {
  const path = join(home, 'demo.pagewalk')
  const first = await launch()
  const before = await first.firstWindow()
  for (const stop of [1, 2, 3]) await runToStop(before, stop)
  const furthest = await shown(before)
  await before.keyboard.press('Alt+ArrowLeft')
  await expectStop(before, 2)
  await answerSaveDialog(first, path)
  await before.keyboard.press('Control+Shift+S')
  await expect(before.getByTestId('file-menu')).toContainText('demo.pagewalk')
  await expect(before.getByTestId('unsaved')).toBeHidden()
  const then = await shown(before)
  await first.close()

  const second = await launch([path])
  const after = await second.firstWindow()
  await expectOpened(after, 'waiting')
  await expectStop(after, 2)
  await expect(after).toHaveTitle(/^demo\.pagewalk/)
  await expect(after.getByTestId('departure')).toBeHidden()
  await expect.poll(() => shown(after)).toEqual(then)
  await after.keyboard.press('Alt+End')
  await expectStop(after, 3)
  await expect.poll(() => shown(after)).toEqual(furthest)
  // Going on is a change; saving it again asks nothing.
  await runToStop(after, 4)
  await expect(after.getByTestId('unsaved')).toBeVisible()
  await after.keyboard.press('Control+S')
  await expect(after.getByTestId('unsaved')).toBeHidden()
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ position: 'end', reached: { stops: 4 } })
  expect(readdirSync(home).filter((name) => name.includes('.new'))).toEqual([])
})

test('Save writes a C file that was opened from disk', async ({ app, win, home }) => {
  const path = join(home, 'hello.c')
  writeFileSync(path, HELLO)
  await expectState(win, 'ready')
  await openProgram(app, win, path)
  await type(win, '/* mine */')
  await expect(win).toHaveTitle(/^● hello\.c/)
  await chooseMenuItem(app, 'save')
  await expect(win).toHaveTitle(/^hello\.c/)
  expect(readFileSync(path, 'utf8')).toBe(`${HELLO}/* mine */`)
})

test('a program whose text has changed since is run as far as it goes, and the window says so', async ({
  home,
  launch,
}) => {
  const path = join(home, 'hello.pagewalk')
  writeFileSync(join(home, 'hello.c'), HELLO)
  const first = await launch([join(home, 'hello.c')])
  const win = await first.firstWindow()
  await runToStop(win, 1)
  await answerSaveDialog(first, path)
  await win.keyboard.press('Control+Shift+S')
  await expect(win.getByTestId('file-menu')).toContainText('hello.pagewalk')
  await first.close()
  writeFileSync(path, readFileSync(path, 'utf8').replace('getchar();', 'return 3;'))

  const second = await launch([path])
  const again = await second.firstWindow()
  await expectOpened(again, 'exited')
  await expect(again.getByTestId('departure')).toBeVisible()
  await screenshot(again, 'session-departed')
  await expectAccessible(again)
})

for (const { language, systemLocale } of LANGUAGES) {
  test.describe(`in ${language}`, () => {
    test.use({ systemLocale })

    test('after an unclean end what was there is offered, restored, and still unsaved', async ({ launch }) => {
      const first = await launch()
      const before = await first.firstWindow()
      await expectState(before, 'ready')
      await type(before, '/* not saved */')
      await runToStop(before, 1)
      const folder = join(await first.evaluate(({ app }) => app.getPath('userData')), 'recovery')
      await expect
        .poll(() => {
          const file = join(folder, '1.pagewalk')
          return existsSync(file) && readFileSync(file, 'utf8').includes('"stops": 1')
        })
        .toBe(true)
      const then = await shown(before)
      const ended = first.waitForEvent('close')
      process.kill(first.process().pid!, 'SIGKILL')
      await ended

      const second = await launch()
      const after = await second.firstWindow()
      await expect(after.getByTestId('recoverable')).toContainText('mmap-demo.c')
      await screenshot(after, `recoverable-${language}`)
      await expectAccessible(after)
      await after.getByTestId('recover-restore').click()
      await expectOpened(after, 'waiting')
      await expectStop(after, 1)
      await expect(after.locator('.cm-content')).toContainText('/* not saved */')
      await expect.poll(() => shown(after)).toEqual(then)
      await expect(after).toHaveTitle(/^●/)
      await expect(after.getByTestId('recoverable')).toBeHidden()
    })

    test('a damaged session says what, where, and what helps, and the program stays', async ({ app, win, home }) => {
      const path = join(home, 'bad.pagewalk')
      await expectState(win, 'ready')
      await answerSaveDialog(app, path)
      await win.keyboard.press('Control+Shift+S')
      await expect(win.getByTestId('file-menu')).toContainText('bad.pagewalk')
      const whole = readFileSync(path, 'utf8')
      await chooseMenuItem(app, 'founding')
      await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
      for (const [name, damaged, said] of [
        ['field', whole.replace(/"seed": \d+/, '"seed": -7'), 'machine.seed'],
        ['cut', whole.slice(0, whole.length / 2), language === 'en' ? /line \d+, column \d+/ : /第 \d+ 行第 \d+ 列/],
        [
          'newer',
          whole.replace('"version": 2', '"version": 99'),
          language === 'en' ? 'update Pagewalk' : '更新 Pagewalk',
        ],
      ] as const) {
        writeFileSync(path, damaged)
        await openFile(app, win, path)
        await expect(win.getByTestId('session-failure')).toContainText(said)
        await screenshot(win, `session-damaged-${name}-${language}`)
      }
      await expectAccessible(win)
      await expect(win.getByTestId('file-menu')).toContainText('mmap-demo.c')
      await runToStop(win, 1)
    })

    test('closing the window asks about what is unsaved', async ({ app, win, home }) => {
      await expectState(win, 'ready')
      await type(win, '/* mine */')
      await expect(win.getByTestId('unsaved')).toBeVisible()
      await closeWindow(app)
      await expect(win.getByTestId('ask-unsaved')).toContainText('mmap-demo.c')
      await screenshot(win, `ask-unsaved-${language}`)
      await expectAccessible(win)
      await win.keyboard.press('Escape')
      await expect(win.getByTestId('ask-unsaved')).toBeHidden()

      const path = join(home, 'kept.c')
      await answerSaveDialog(app, path)
      await closeWindow(app)
      const ended = app.waitForEvent('close')
      await win.getByTestId('ask-save').click()
      await ended
      expect(readFileSync(path, 'utf8')).toContain('/* mine */')
    })

    test('notes are on a moment or on the whole, lead there, and come back with the session', async ({
      home,
      launch,
    }) => {
      const path = join(home, 'noted.pagewalk')
      const first = await launch()
      const win = await first.firstWindow()
      await runToStop(win, 1)
      await win.keyboard.press('Control+Shift+N')
      await expect(win.getByTestId('notes')).toBeVisible()
      await win.getByTestId('note-add-here').click()
      await win.keyboard.type('VSZ is still small')
      await win.getByTestId('note-add-whole').click()
      await win.keyboard.type('The article’s experiment')
      await screenshot(win, `notes-${language}`)
      await expectAccessible(win)
      await win.keyboard.press('Escape')
      await expect(win.getByTestId('unsaved')).toBeVisible()
      await runToStop(win, 2)
      await answerSaveDialog(first, path)
      await win.keyboard.press('Control+S')
      await expect(win.getByTestId('unsaved')).toBeHidden()
      await first.close()

      const second = await launch([path])
      const again = await second.firstWindow()
      await expectOpened(again, 'waiting')
      await expectStop(again, 2)
      await again.keyboard.press('Control+Shift+N')
      await expect(again.getByTestId('note-text').first()).toHaveValue('VSZ is still small')
      await again.getByTestId('note-go').click()
      await expectStop(again, 1)
      await expect(again.getByTestId('unsaved')).toBeHidden()
    })

    for (const theme of ['light', 'dark'] as const) {
      test(`the machine is set up, in the ${theme} theme`, async ({ app, win }) => {
        await win.getByTestId(`theme-${theme}`).click()
        await expectState(win, 'ready')
        await win.keyboard.press('Control+Shift+M')
        const dialog = win.getByTestId('machine-setup')
        await expect(dialog).toBeVisible()
        await screenshot(win, `machine-${language}-${theme}`)
        await expectAccessible(win)

        await win.getByTestId('setup-ram').fill('8')
        await win.getByTestId('setup-seed').fill('x')
        await expect(win.getByTestId('setup-ram-hint')).toContainText('64')
        await expect(win.getByTestId('setup-apply')).toBeDisabled()
        await screenshot(win, `machine-${language}-${theme}-wrong`)
        await expectAccessible(win)

        await win.getByTestId('setup-ram').fill('512')
        await win.getByTestId('setup-seed').fill('7')
        await win.getByTestId('setup-thp-never').click()
        await win.getByTestId('setup-aslr-off').click()
        await win.getByTestId('setup-apply').click()
        await expect(dialog).toBeHidden()
        await expect(win.getByTestId('machine')).toContainText('512 MiB · THP never · no ASLR')
        // Another seed, another pid: the machine that was is gone.
        await expect(win.getByTestId('ps')).not.toContainText('13070')
        await expectState(win, 'ready')
        await runToStop(win, 1)
        await screenshot(win, `machine-${language}-${theme}-set`)
        await resize(app, win, 960, 540)
        await win.getByTestId('machine').click()
        await expect(dialog).toBeVisible()
        await screenshot(win, `machine-${language}-${theme}-small`)
        await win.keyboard.press('Escape')
        await resize(app, win, 1280, 720)
        await screenshot(win, `machine-${language}-${theme}-1280`)
        // A run that would end is asked about.
        await win.getByTestId('machine').click()
        await win.getByTestId('setup-apply').click()
        await expect(win.getByTestId('setup-question')).toBeVisible()
        await win.getByTestId('setup-apply').click()
        await expectState(win, 'ready')
      })
    }
  })
}

test('whatever opens another program asks first: menu, recent files, drop, gallery', async ({ app, win, home }) => {
  const path = join(home, 'hello.c')
  writeFileSync(path, HELLO)
  await expectState(win, 'ready')
  await openProgram(app, win, path)
  await type(win, '/* mine */')
  const stays = async (): Promise<void> => {
    await expect(win.getByTestId('ask-unsaved')).toBeVisible()
    await win.getByTestId('ask-cancel').click()
    await expect(win.getByTestId('ask-unsaved')).toBeHidden()
    await expect(win.locator('.cm-content')).toContainText('/* mine */')
  }
  await chooseMenuItem(app, 'founding')
  await stays()
  await win.getByTestId('file-menu').click()
  await win.getByTestId('file-open').click()
  await stays()
  await win.getByTestId('file-menu').click()
  await win.getByRole('menuitem', { name: 'hello.c' }).click()
  await stays()
  const data = await win.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['int x;'], 'x.c'))
    return transfer
  })
  await win.dispatchEvent('.window', 'drop', { dataTransfer: data })
  await stays()
})
