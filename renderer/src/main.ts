/** The window's start: asks the application what to show, then stands on it. */
import './styles/index.css'
import { connectOver } from './connection/port.js'
import { start } from './start.js'

const { pagewalk: bridge } = window
void bridge.initial().then((initial) => start({ bridge, initial, connect: connectOver(bridge) }))
