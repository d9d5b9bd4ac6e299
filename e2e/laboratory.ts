// What the tests do with the window: read its tables as a person reads them, and work its controls.
import AxeBuilder from '@axe-core/playwright'
import type { ElectronApplication, Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, packaged, root } from './app.js'

/** Pictures for the README and for looking at; not compared. */
const SCREENS = join(root, 'e2e/.out/screens')

export async function screenshot(win: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true })
  await win.screenshot({ path: join(SCREENS, `${name}.png`) })
}

export const state = (win: Page) => win.getByTestId('state')

export async function expectState(win: Page, id: string): Promise<void> {
  await expect(state(win)).toHaveAttribute('data-state', id)
}

/** Which of its waits for input the program stands at, from 1. */
export async function expectStop(win: Page, stop: number): Promise<void> {
  await expect(win.getByTestId('stop')).toHaveText(String(stop))
  await expectState(win, 'waiting')
}

/** Runs from where the program is to its next stop. */
export async function runToStop(win: Page, stop: number): Promise<void> {
  await win.getByTestId('run').click()
  await expectStop(win, stop)
}

/** A table's rows that are in sight, each cell as it reads, without marks and texts for screen readers. */
export function readTable(win: Page, table: string): Promise<Record<string, string>[]> {
  return win.getByTestId(table).evaluate((grid) =>
    [...grid.querySelectorAll('[role=row][data-key]')].map((row) => {
      const cells = [...row.querySelectorAll<HTMLElement>('[data-column]')].map((cell): [string, string] => {
        const copy = cell.cloneNode(true) as HTMLElement
        for (const extra of copy.querySelectorAll('.visually-hidden, [aria-hidden=true], svg')) extra.remove()
        return [cell.dataset['column'] ?? '', (copy.textContent ?? '').trim()]
      })
      return Object.fromEntries<string>([['key', (row as HTMLElement).dataset['key'] ?? ''], ...cells])
    }),
  )
}

export const readRow = async (win: Page, table: string, key: string): Promise<Record<string, string> | undefined> =>
  (await readTable(win, table)).find((row) => row['key'] === key)

/** The totals line of pmap -x: Kbytes, RSS, Dirty. */
export const totals = (win: Page) => win.getByTestId('pmap-total')

export const figure = (win: Page, id: string) => win.getByTestId(`figure-${id}`).getByTestId('value')

export async function expectAccessible(win: Page): Promise<void> {
  // Legacy mode: the default one opens a page of its own, which Electron's browser does not do.
  const { violations } = await new AxeBuilder({ page: win }).setLegacyMode().analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
  expect(found).toEqual([])
}

/** Gives the window another size, where its zoom is 1. */
export async function resize(app: ElectronApplication, win: Page, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height),
    { width, height },
  )
  await expect.poll(() => win.evaluate(() => innerWidth)).toBe(width)
}

/** Chooses an item of the native menu. */
export async function chooseMenuItem(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, item) => void Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id)
}

/** The next open dialog answers this, without being shown. */
export async function answerOpenDialog(app: ElectronApplication, path: string | undefined): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] })
  }, path)
}

/** The next save dialog answers this, without being shown. */
export async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)
}

/** Opens a file as a person does: file menu, Open, and the dialog's answer. */
export async function openFile(app: ElectronApplication, win: Page, path: string): Promise<void> {
  await answerOpenDialog(app, path)
  await win.getByTestId('file-menu').click()
  await win.getByTestId('file-open').click()
}

/** Opens a program that compiles, and waits until it is the one that runs. */
export async function openProgram(app: ElectronApplication, win: Page, path: string): Promise<void> {
  await openFile(app, win, path)
  await expect(state(win)).toHaveAttribute('data-program', basename(path))
  await expectState(win, 'ready')
}

/** Launches the application while it runs, with a file to open. @returns how that launch ended */
export async function launchAgain(app: ElectronApplication, cwd: string, file: string): Promise<unknown> {
  const { exe, env } = await app.evaluate(() => ({ exe: process.execPath, env: { ...process.env } }))
  const sandbox = process.getuid?.() === 0 || process.env.PAGEWALK_NO_SANDBOX ? ['--no-sandbox'] : []
  const second = spawn(exe, [...(packaged ? [] : [root]), ...sandbox, file], { cwd, env, stdio: 'ignore' })
  return new Promise((resolve) => second.once('exit', resolve))
}

/** Process id of the simulation, undefined between two of them. */
export function simulationPid(app: ElectronApplication): Promise<number | undefined> {
  return app.evaluate(
    ({ app: electron }) => electron.getAppMetrics().find((process) => process.name === 'Pagewalk simulation')?.pid,
  )
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
