/** Entry of the application: what has to be settled before Electron is ready, and the ends of its life. */

import { app } from 'electron'
import { join } from 'node:path'
import { APP_ORIGIN, NOTES_PAGE } from '../preload/contract.js'
import { Application } from './application.js'
import { fileOfLaunch } from './command-line.js'
import { lockDownContents } from './lockdown.js'
import { registerAppScheme } from './scheme/app-scheme.js'

const out = join(import.meta.dirname, '..')
// Set by electron-vite while the page is being written; a packaged application loads nothing from a network.
const developmentServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL

// The lock below lives in this folder too, so it comes first.
const userData = process.env.PAGEWALK_USER_DATA
if (userData) app.setPath('userData', userData)

const file = fileOfLaunch({
  argv: process.argv,
  cwd: process.cwd(),
  appPath: process.defaultApp ? app.getAppPath() : undefined,
})

if (app.requestSingleInstanceLock({ file })) main()
else app.exit(0)

function main(): void {
  // Root has no sandbox in Chromium and has to say so with --no-sandbox; demanding one as well would end every process.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  // For the pages, in MiB: what a window makes at its start stays, and V8 would copy it again and again while its young
  // generation grows from one.
  app.commandLine.appendSwitch('js-flags', '--min-semi-space-size=16')
  registerAppScheme()
  lockDownContents(
    app,
    developmentServer === undefined
      ? [`${APP_ORIGIN}/index.html`, `${APP_ORIGIN}/${NOTES_PAGE}`]
      : [developmentServer, `${developmentServer}/${NOTES_PAGE}`],
  )

  const application = app.whenReady().then(async () => {
    const started = new Application({
      renderer: join(out, 'renderer'),
      preload: join(out, 'preload', 'index.cjs'),
      simulationHost: join(out, 'main', 'sim-host.js'),
      developmentServer,
    })
    app.once('will-quit', () => started.dispose())
    await started.start(file)
    return started
  })

  const open = async (path: unknown): Promise<void> => {
    const running = await application
    if (typeof path === 'string') await running.open(path)
    else running.show()
  }
  app.on('second-instance', (_event, _argv, _cwd, data) => void open((data as { file?: unknown } | null)?.file))
  // macOS hands over a file this way.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    void open(path)
  })
  app.on('window-all-closed', () => app.quit())
}
