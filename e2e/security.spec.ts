// What the page may not do, tried from inside the page.
import type { ElectronApplication } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { expect, test } from './app.js'
import { expectState } from './laboratory.js'

test('the renderer runs in the Chromium sandbox', async ({ app, win }) => {
  test.skip(process.getuid?.() === 0 || Boolean(process.env.PAGEWALK_NO_SANDBOX), 'Chromium has no sandbox here')
  await expectState(win, 'ready')
  const metrics = await app.evaluate(({ app: electron }) => electron.getAppMetrics())
  const tabs = metrics.filter((process) => process.type === 'Tab')
  expect(tabs.length).toBeGreaterThan(0)
  for (const { pid } of tabs) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    expect(/^Seccomp:\s+(\d)/m.exec(status)?.[1], 'seccomp filter').toBe('2')
    expect(/^NSpid:\s+(.*)/m.exec(status)?.[1]?.trim().split(/\s+/).length, 'pid namespaces').toBeGreaterThan(1)
  }
})

test('the page has the bridge and nothing of Node or Electron', async ({ win }) => {
  const found = await win.evaluate(() => {
    const world = globalThis as unknown as Record<string, unknown>
    return {
      origin: window.origin,
      bridge: Object.keys(window.pagewalk).sort(),
      kinds: [...new Set(Object.values(window.pagewalk).map((value) => typeof value))],
      node: ['require', 'module', 'process', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname'].filter(
        (name) => world[name] !== undefined,
      ),
    }
  })
  expect(found).toEqual({
    origin: 'app://pagewalk',
    bridge: [
      'chooseCommand',
      'commands',
      'initial',
      'lessons',
      'onCommand',
      'onSimulation',
      'openDropped',
      'openLesson',
      'openProgram',
      'openRecent',
      'openSource',
      'present',
      'programs',
      'recent',
      'requestSimulation',
      'saveSettings',
      'settings',
      'showNotes',
    ],
    kinds: ['function'],
    node: [],
  })
})

test('the content security policy blocks inline script, eval and every request', async ({ win }) => {
  const tried = await win.evaluate(async () => {
    const violations: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    const world = globalThis as unknown as Record<string, unknown>

    const inline = document.createElement('script')
    inline.textContent = 'globalThis.inlineRan = true'
    document.head.append(inline)

    const handler = document.createElement('button')
    handler.setAttribute('onclick', 'globalThis.handlerRan = true')
    handler.click()

    const remote = document.createElement('script')
    const settled = new Promise((resolve) => (remote.onload = remote.onerror = resolve))
    remote.src = 'https://example.org/x.js'
    document.head.append(remote)
    await settled

    // A frame of the page's own making has the page's policy.
    const frame = document.createElement('iframe')
    const loaded = new Promise((resolve) => (frame.onload = resolve))
    frame.srcdoc = '<script>parent.frameRan = true</script>'
    document.body.append(frame)
    await loaded

    const refused = async (attempt: () => unknown): Promise<boolean> => {
      try {
        await attempt()
        return false
      } catch {
        return true
      }
    }
    const result = {
      eval: await refused(() => (0, eval)('1 + 1')),
      fetchRemote: await refused(() => fetch('https://example.org/')),
      fetchOwn: await refused(() => fetch('app://pagewalk/index.html')),
      fetchFile: await refused(() => fetch('file:///etc/passwd')),
      webSocket: await refused(() => {
        const socket = new WebSocket('wss://example.org/')
        return new Promise((_resolve, reject) => (socket.onerror = reject))
      }),
      worker: await refused(() => {
        const worker = new Worker('data:text/javascript,')
        return new Promise((_resolve, reject) => (worker.onerror = reject))
      }),
      inlineRan: world['inlineRan'],
      handlerRan: world['handlerRan'],
      frameRan: world['frameRan'],
    }
    inline.remove()
    remote.remove()
    frame.remove()
    return { ...result, violations: [...new Set(violations)] }
  })
  expect(tried).toMatchObject({
    eval: true,
    fetchRemote: true,
    fetchOwn: true,
    fetchFile: true,
    webSocket: true,
    worker: true,
    inlineRan: undefined,
    handlerRan: undefined,
    frameRan: undefined,
  })
  expect(tried.violations).toEqual(
    expect.arrayContaining(['script-src', 'script-src-elem', 'script-src-attr', 'connect-src']),
  )
})

/** Counts what the main process was asked, so that a test can wait for a refusal instead of for time to pass. */
async function watchNavigation(app: ElectronApplication): Promise<() => Promise<{ asked: number; left: number }>> {
  await app.evaluate(({ webContents }) => {
    const counts = { asked: 0, left: 0 }
    ;(globalThis as unknown as { navigation: typeof counts }).navigation = counts
    const contents = webContents.getAllWebContents()[0]
    contents?.on('will-frame-navigate', () => void counts.asked++)
    contents?.on('did-frame-navigate', () => void counts.left++)
  })
  return () => app.evaluate(() => (globalThis as unknown as { navigation: { asked: number; left: number } }).navigation)
}

for (const [how, leave] of [
  ['location', () => void (location.href = 'https://example.org/')],
  ['location to a file', () => void (location.href = 'file:///etc/passwd')],
  ['another page of its own', () => void (location.href = 'app://pagewalk/other.html')],
  [
    'a link',
    () => {
      const link = document.createElement('a')
      link.href = 'https://example.org/'
      document.body.append(link)
      link.click()
      link.remove()
    },
  ],
] as const) {
  test(`navigation by ${how} is refused`, async ({ app, win }) => {
    const counts = await watchNavigation(app)
    await win.evaluate(leave)
    // Chromium itself refuses file: from another origin, before anyone is asked.
    if (how !== 'location to a file') await expect.poll(async () => (await counts()).asked).toBe(1)
    expect((await counts()).left).toBe(0)
    expect(win.url()).toBe('app://pagewalk/index.html')
    // Not asked through Playwright, which takes the refused navigation for one under way and waits for its end.
    const page = await app.evaluate(
      ({ webContents }) =>
        webContents
          .getAllWebContents()[0]
          ?.executeJavaScript('document.querySelector("[data-testid=run]")?.tagName') as Promise<unknown>,
    )
    expect(page).toBe('BUTTON')
  })
}

test('no window is opened and nothing is downloaded', async ({ app, win }) => {
  const opened = await win.evaluate(() => {
    const download = document.createElement('a')
    download.href = 'data:application/octet-stream,x'
    download.download = 'x.bin'
    document.body.append(download)
    download.click()
    download.remove()
    return [window.open('https://example.org/'), window.open('app://pagewalk/index.html'), window.open('about:blank')]
  })
  expect(opened).toEqual([null, null, null])
  expect(app.windows()).toHaveLength(1)
})

test('no permission is given but to copy text', async ({ win }) => {
  const states = await win.evaluate(async () => {
    const query = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state
    return {
      geolocation: await query('geolocation'),
      notifications: await Notification.requestPermission(),
      microphone: await query('microphone'),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'denied',
      ),
      readClipboard: await query('clipboard-read'),
      writeClipboard: await query('clipboard-write'),
    }
  })
  expect(states).toEqual({
    geolocation: 'denied',
    notifications: 'denied',
    microphone: 'denied',
    camera: 'denied',
    readClipboard: 'denied',
    writeClipboard: 'granted',
  })
})

test('a page from elsewhere gets no answer, even with the same preload', async ({ app, win }) => {
  await expectState(win, 'ready')
  const answers = await app.evaluate(async ({ app: electron, BrowserWindow }) => {
    const preload = `${electron.getAppPath()}/out/preload/index.cjs`
    const stranger = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload } })
    await stranger.loadURL('data:text/html,<title>stranger</title>')
    const ask = (call: string): Promise<string> =>
      stranger.webContents.executeJavaScript(
        `window.pagewalk.${call}.then(() => 'answered', (error) => String(error.message))`,
      ) as Promise<string>
    const heard = [
      await ask('initial()'),
      await ask('openRecent("/etc/passwd")'),
      await ask('requestSimulation("0123456789abcdef")'),
    ]
    stranger.destroy()
    return heard
  })
  for (const answer of answers) expect(answer).toContain('refused')
})

test('the bridge refuses what is not a valid request', async ({ win }) => {
  const answers = await win.evaluate(async () => {
    const bridge = window.pagewalk as unknown as Record<string, (argument?: unknown) => Promise<unknown>>
    const ask = (method: string, argument?: unknown) =>
      bridge[method]!(argument).then(
        (value) => value,
        (error: Error) => error.message,
      )
    return {
      nonce: await ask('requestSimulation', 'short'),
      object: await ask('requestSimulation', { length: 36 }),
      settings: await ask('saveSettings', { theme: 'purple' }),
      path: await ask('saveSettings', { userData: '/tmp' }),
      recent: await ask('openRecent', '/etc/passwd'),
    }
  })
  for (const refused of [answers.nonce, answers.object, answers.settings, answers.path])
    expect(refused).toEqual(expect.stringContaining('not a valid request'))
  expect(answers.recent).toMatchObject({ ok: false, error: { code: 'file-not-found' } })
})

async function status(app: ElectronApplication, address: string): Promise<number> {
  return app.evaluate(({ net }, url) => net.fetch(url).then((response) => response.status), address)
}

test('the scheme serves the page with its policy, and no file above it', async ({ app, win }) => {
  await expectState(win, 'ready')
  const headers = await app.evaluate(({ net }) =>
    net.fetch('app://pagewalk/index.html').then((response) => Object.fromEntries(response.headers)),
  )
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['content-security-policy']).toContain(`default-src 'none'; script-src 'self'`)
  for (const path of ['..%2fmain/index.js', '%2e%2e/main/index.js', '..%5cmain%5cindex.js', 'absent.js', '%'])
    expect(await status(app, `app://pagewalk/${path}`), path).toBe(404)
  expect(await status(app, 'app://elsewhere/index.html')).toBe(404)
})
