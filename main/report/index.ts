/** Reports written down: every format from the same facts. */
export { FONT_SHEET } from './html.js'
export { render } from './render.js'
