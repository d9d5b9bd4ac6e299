// The application as a fixture: a fresh one for every test, with settings of its own that are gone afterwards.
import { test as base, _electron, type ElectronApplication, type Page } from '@playwright/test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')

export interface Options {
  /** Language of the system the application finds itself on. */
  readonly systemLocale: 'en-US' | 'zh-CN'
  /** As on a computer where the application was never started. */
  readonly firstStart: boolean
  /** What follows the application's name on the command line, e.g. a C file. */
  readonly launchArgs: readonly string[]
}

export interface Fixtures {
  /** The folder of this test's settings. Ask for it to put something there before the start, or to start twice. */
  readonly home: string
  /** Starts the application on `home`; closed with the test. */
  readonly launch: (args?: readonly string[]) => Promise<ElectronApplication>
  readonly app: ElectronApplication
  /** The first window, once something is in it. */
  readonly win: Page
}

// Playwright adds --no-sandbox unless it is told otherwise. Only where Chromium cannot have a sandbox (root, or see
// build/sandbox.mjs) that is left to it.
const chromiumSandbox = process.getuid?.() !== 0 && !process.env.PAGEWALK_NO_SANDBOX

/** The packaged application when that is under test (`npm run test:package`). */
export const packaged = process.env.APP_UNDER_TEST

function environment(home: string, locale: string): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value
  // An editor or a shell inside Electron passes this on, and with it the application would run as plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  const language = locale.replace('-', '_')
  return { ...env, XDG_CONFIG_HOME: home, LANGUAGE: language, LANG: `${language}.UTF-8`, LC_ALL: `${language}.UTF-8` }
}

export const test = base.extend<Fixtures & Options>({
  systemLocale: ['en-US', { option: true }],
  launchArgs: [[], { option: true }],

  firstStart: [false, { option: true }],

  home: async ({ firstStart }, use) => {
    const home = mkdtempSync(join(tmpdir(), 'pagewalk-e2e-'))
    if (!firstStart) {
      mkdirSync(join(home, 'Pagewalk'))
      writeFileSync(join(home, 'Pagewalk', 'settings.json'), '{ "welcomed": true }')
    }
    await use(home)
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  },

  launch: async ({ home, systemLocale, launchArgs }, use, info) => {
    const apps: ElectronApplication[] = []
    await use(async (args = launchArgs) => {
      const app = await _electron.launch({
        ...(packaged ? { executablePath: packaged, args: [...args] } : { args: [root, ...args] }),
        chromiumSandbox,
        cwd: root,
        env: environment(home, systemLocale),
        timeout: 30_000,
      })
      apps.push(app)
      await app.context().tracing.start({ screenshots: true, snapshots: true })
      return app
    })
    for (const [index, app] of apps.entries()) {
      const failed = info.status !== info.expectedStatus || Boolean(process.env.E2E_TRACE)
      // The test may have ended the application itself.
      const stopped = app.context().tracing.stop(failed ? { path: info.outputPath(`trace-${index}.zip`) } : undefined)
      await stopped.catch(() => undefined)
      // A window with something unsaved would ask.
      const destroyed = app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((w) => w.destroy()))
      await destroyed.catch(() => undefined)
      await app.close().catch(() => undefined)
    }
  },

  app: async ({ launch }, use) => {
    await use(await launch())
  },

  win: async ({ app }, use) => {
    const win = await app.firstWindow()
    await win.locator('#app > *').first().waitFor()
    await use(win)
  },
})

export { expect } from '@playwright/test'
