// Reports: made in the window, opened without a network, printed, cancelled; and the small files of single panels.
import type { ElectronApplication, Page } from '@playwright/test'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from './app.js'
import {
  chooseMenuItem,
  expectAccessible,
  expectState,
  openProgram,
  runToStop,
  screenshot,
  state,
} from './laboratory.js'
import { writeFileSync } from 'node:fs'

/** The next save dialog answers this, without being shown. */
async function answerSaveDialog(app: ElectronApplication, path: string | undefined): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === undefined, filePath: chosen ?? '' })
  }, path)
}

async function openDialog(win: Page): Promise<void> {
  await win.keyboard.press('Control+E')
  await expect(win.getByTestId('report')).toBeVisible()
}

async function exportTo(app: ElectronApplication, win: Page, path: string): Promise<void> {
  await answerSaveDialog(app, path)
  await win.getByTestId('report-export').click()
  await expect(win.getByTestId('saved')).toBeVisible({ timeout: 30_000 })
}

/** A window like any browser's, without a network, that notes what its page asks for. */
async function openAlone(
  app: ElectronApplication,
  path: string,
): Promise<{ page: Page; asked: () => Promise<string[]> }> {
  const [page] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(async ({ BrowserWindow, session }, file) => {
      const own = session.fromPartition('plain')
      const asked: string[] = []
      ;(globalThis as unknown as { asked: string[] }).asked = asked
      own.webRequest.onBeforeRequest(({ url }, callback) => {
        asked.push(url)
        callback({ cancel: !url.startsWith('file:') })
      })
      const window = new BrowserWindow({ width: 1100, height: 1400, webPreferences: { session: own, sandbox: true } })
      await window.loadFile(file)
    }, path),
  ])
  return { page, asked: () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked) }
}

async function readPdf(path: string): Promise<{ pages: string[]; sizes: number[][]; fonts: Set<string> }> {
  const document = await getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 }).promise
  const pages: string[] = []
  const sizes: number[][] = []
  const fonts = new Set<string>()
  for (let n = 1; n <= document.numPages; n++) {
    const page = await document.getPage(n)
    const { items } = await page.getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '))
    sizes.push(page.view.map(Math.round))
  }
  for (const [, name = ''] of readFileSync(path, 'latin1').matchAll(/\/FontName \/(?:[A-Z]{6}\+)?([\w-]+)/g))
    fonts.add(name)
  return { pages, sizes, fonts }
}

/** In points; Chromium rounds to whole pixels of its own. */
function expectPaper([, , width = 0, height = 0]: readonly number[], ...wanted: readonly [number, number]): void {
  expect(Math.abs(width - wanted[0])).toBeLessThanOrEqual(1)
  expect(Math.abs(height - wanted[1])).toBeLessThanOrEqual(1)
}

for (const { language, systemLocale, words } of [
  { language: 'en', systemLocale: 'en-US', words: ['How to reproduce', 'Stop 4, line 34', 'Readings'] },
  { language: 'zh', systemLocale: 'zh-CN', words: ['如何重现', '停点 4，第 34 行', '读数'] },
] as const) {
  test.describe(`a report in ${language}`, () => {
    test.use({ systemLocale })

    test('as a web page opens anywhere without asking for anything', async ({ app, win, home }) => {
      await expectState(win, 'ready')
      for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
      await openDialog(win)
      await win.getByTestId('report-notes').fill('Reading costs faults and no memory.\n\n读不占内存。')
      await win.getByTestId('report-kind-html').click()
      await screenshot(win, `report-dialog-${language}`)
      await expectAccessible(win)
      const path = join(home, 'report.html')
      await exportTo(app, win, path)
      await screenshot(win, `report-saved-${language}`)
      const { page, asked } = await openAlone(app, path)
      await expect(page.locator('h1')).toHaveText('mmap-demo.c')
      for (const text of words) await expect(page.locator('body')).toContainText(text)
      await expect(page.locator('body')).toContainText('读不占内存。')
      expect((await asked()).filter((url) => !url.startsWith('file:') || !url.endsWith('/report.html'))).toEqual([])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expectAccessible(page)
        await screenshot(page, `report-html-${language}-${colorScheme}`)
      }
      await page.locator('nav a').last().click()
      await expect(page.locator('#reproduce')).toBeInViewport()
    })

    test('as PDF has its text, its pages numbered, and the fonts of the application', async ({ app, win, home }) => {
      await expectState(win, 'ready')
      for (const stop of [1, 2, 3, 4]) await runToStop(win, stop)
      await openDialog(win)
      const [first, second] = [join(home, 'a.pdf'), join(home, 'b.pdf')]
      await exportTo(app, win, first)
      const { pages, sizes, fonts } = await readPdf(first)
      const all = pages.join(' ').replace(/\s+/g, ' ')
      for (const text of words) expect(all.replaceAll(' ', '')).toContain(text.replaceAll(' ', ''))
      expect(pages.length).toBeGreaterThan(3)
      pages.forEach((text, i) => expect(text).toContain(`${i + 1} / ${pages.length}`))
      for (const size of sizes) expectPaper(size, 595, 842)
      const named = [...fonts].join(' ')
      for (const font of language === 'zh' ? [/Inter/, /JetBrains/, /NotoSansSC/] : [/Inter/, /JetBrains/])
        expect(named).toMatch(font)

      await openDialog(win)
      await exportTo(app, win, second)
      expect(readFileSync(second).equals(readFileSync(first))).toBe(true)
      await openDialog(win)
      await win.getByTestId('report-paper-Letter').click()
      await exportTo(app, win, second)
      expectPaper((await readPdf(second)).sizes[0]!, 612, 792)
    })
  })
}

test('is cancelled on its way, and nothing is written; the machine stands where it stood', async ({
  app,
  win,
  home,
}) => {
  const program = join(home, 'long.c')
  writeFileSync(
    program,
    '#include <stdio.h>\nint main(void) {\n    for (long i = 0; i < 15000000; i++);\n    puts("over");\n    getchar();\n    return 0;\n}\n',
  )
  await expectState(win, 'ready')
  await openProgram(app, win, program)
  await win.getByTestId('run').click()
  await expect(state(win)).toHaveAttribute('data-state', 'waiting', { timeout: 40_000 })
  await openDialog(win)
  await win.getByTestId('report-kind-md').click()
  const path = join(home, 'long.md')
  await answerSaveDialog(app, path)
  await win.getByTestId('report-export').click()
  await expect(win.getByTestId('report-progress')).toBeVisible()
  await win.getByTestId('report-cancel').click()
  await expect(win.getByTestId('report-export')).toBeVisible()
  expect(existsSync(path)).toBe(false)
  await expectState(win, 'waiting')
  await exportTo(app, win, path)
  expect(readFileSync(path, 'utf8')).toContain('over')
})

test('says why it cannot be written, and stays open', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  await runToStop(win, 1)
  await chooseMenuItem(app, 'report')
  await win.getByTestId('report-kind-md').click()
  mkdirSync(join(home, 'folder.md/inside'), { recursive: true })
  await answerSaveDialog(app, join(home, 'folder.md'))
  await win.getByTestId('report-export').click()
  await expect(win.getByTestId('report-failure')).toContainText('Choose another name')
  await answerSaveDialog(app, undefined)
  await win.getByTestId('report-export').click()
  await expect(win.getByTestId('report-failure')).toBeHidden()
  await expect(win.getByTestId('report')).toBeVisible()
  expect(readdirSync(home).filter((name) => name.startsWith('.pagewalk-'))).toEqual([])
})

test('by keys alone: Ctrl+E, Tab to Export, Enter', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  await runToStop(win, 1)
  await answerSaveDialog(app, join(home, 'keys.pdf'))
  await openDialog(win)
  for (let tabs = 0; tabs < 40; tabs++) {
    if (await win.getByTestId('report-export').evaluate((button) => button === document.activeElement)) break
    await win.keyboard.press('Tab')
  }
  await win.keyboard.press('Enter')
  await expect(win.getByTestId('saved')).toContainText('keys.pdf is saved', { timeout: 30_000 })
  expect(readFileSync(join(home, 'keys.pdf'), 'latin1')).toMatch(/^%PDF-/)
})

test('the timeline is saved as a picture or a table, the terminal as text', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  for (const stop of [1, 2, 3]) await runToStop(win, stop)
  for (const kind of ['svg', 'png', 'csv', 'json']) {
    await answerSaveDialog(app, join(home, `timeline.${kind}`))
    await win.getByTestId('timeline-save').click()
    await win.getByTestId(`timeline-save-${kind}`).click()
    await expect(win.getByTestId('saved')).toContainText(`timeline.${kind}`)
  }
  expect(readFileSync(join(home, 'timeline.svg'), 'utf8')).toMatch(/^<svg xmlns/)
  const png = readFileSync(join(home, 'timeline.png'))
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1440, 600])
  mkdirSync('e2e/.out/screens', { recursive: true })
  writeFileSync('e2e/.out/screens/report-timeline.png', png)
  expect(readFileSync(join(home, 'timeline.csv'), 'utf8')).toMatch(/^time_ns,rss,/)
  expect(JSON.parse(readFileSync(join(home, 'timeline.json'), 'utf8'))).toMatchObject({ format: 'pagewalk-report' })
  await answerSaveDialog(app, join(home, 'terminal.txt'))
  await win.getByTestId('terminal-save').click()
  await win.getByTestId('terminal-save-txt').click()
  await expect(win.getByTestId('saved')).toContainText('terminal.txt')
  expect(readFileSync(join(home, 'terminal.txt'), 'utf8')).toMatch(/^pid is 13070\nbefore mmap\n/)
})
