/** The window against the fakes: ?locale=zh-CN&theme=light&delay=20&stops=3. Not part of the application. */
import '../styles/index.css'
import type { Theme } from '../../../preload/contract.js'
import { start } from '../start.js'
import { fakeBridge } from './fake-bridge.js'
import { fakeConnection } from './fake-simulation.js'

const query = new URLSearchParams(location.search)
const locale = query.get('locale') === 'zh-CN' ? 'zh-CN' : 'en'
const { bridge, initial, status } = fakeBridge({ settings: { theme: (query.get('theme') ?? 'dark') as Theme, locale } })
const connection = fakeConnection({ delay: Number(query.get('delay') ?? 0) })
// For scripts that drive the page.
Object.assign(window, {
  crash: () => {
    status({ phase: 'ended', code: 9, restarting: false })
    connection.crash()
  },
})
start({ bridge, initial, connect: connection.connect })
