/** The window's start: asks the application what to show, then stands on it. */
import './styles/index.css'
import { connectOver } from './connection/port.js'
import { start } from './start.js'

/** Asked for by index.html; text that is laid out before them would be laid out again. */
const fonts = ['1em "Inter Variable"', '1em "JetBrains Mono Variable"'].map((font) => document.fonts.load(font))

const { pagewalk: bridge } = window
void Promise.all([bridge.initial(), ...fonts.map((font) => font.catch(() => undefined))]).then(([initial]) =>
  start({ bridge, initial, connect: connectOver(bridge) }),
)
