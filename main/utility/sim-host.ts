/**
 * Entry of the simulation's process. One session lives as long as the process; the page is given a port to it, and a
 * page that was reloaded is given another, which takes the place of the first.
 */

import { performance } from 'node:perf_hooks'
import { createSession } from '../../core/session/index.js'
import type { FromHost, ToHost } from '../simulation/messages.js'
import { serve } from './serve.js'

const session = createSession()
let end: (() => void) | undefined

const tell = (message: FromHost): void => process.parentPort.postMessage(message)

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as ToHost
  const port = ports[0]
  if (!port) return
  end?.()
  const stop = serve(
    session,
    {
      post: (value) => port.postMessage(value),
      listen: (receive) => port.on('message', (event) => receive(event.data)),
    },
    {
      now: () => performance.now(),
      // setImmediate and not a timer: it comes after whatever has arrived, and costs microseconds.
      yield: (action) => setImmediate(action),
      report: (error) => console.error(error),
    },
  )
  let ended = false
  end = () => {
    if (ended) return
    ended = true
    stop()
    port.close()
  }
  // The page is gone or was reloaded. A program left running would keep a core busy for nobody.
  port.once('close', end)
  port.start()
  tell({ type: 'connected', nonce: message.nonce })
})

tell({ type: 'ready' })
