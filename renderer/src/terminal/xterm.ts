/** xterm and what it needs, loaded when a console is first in sight: the first paint does not wait for it. */
import '@xterm/xterm/css/xterm.css'

export { FitAddon } from '@xterm/addon-fit'
export { Terminal } from '@xterm/xterm'
