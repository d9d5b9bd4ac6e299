/** The supervisor's hands: Electron's utility process, its message channels, and the process's timers. */

import { MessageChannelMain, utilityProcess, type MessagePortMain } from 'electron'
import { performance } from 'node:perf_hooks'
import type { SupervisorParts } from './supervisor.js'

export const SERVICE_NAME = 'Pagewalk simulation'

export function electronParts(entry: string): SupervisorParts<MessagePortMain> {
  return {
    fork(message, exit) {
      const child = utilityProcess.fork(entry, [], { serviceName: SERVICE_NAME, stdio: 'inherit' })
      child.on('message', message)
      child.once('exit', exit)
      let gone = false
      child.once('exit', () => {
        gone = true
      })
      return {
        post: (data, ports) => child.postMessage(data, [...ports]),
        kill() {
          // SIGTERM waits behind a stopped or stuck process; there is nothing here that needs a farewell.
          if (gone) return
          if (child.pid === undefined) child.kill()
          else killNow(child.pid)
        },
      }
    },
    channel() {
      const { port1, port2 } = new MessageChannelMain()
      return { host: port1, page: port2 }
    },
    close: (port) => port.close(),
    after(ms, action) {
      const timer = setTimeout(action, ms)
      return () => clearTimeout(timer)
    },
    now: () => performance.now(),
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself a moment ago.
  }
}
