/**
 * What of a program's output may reach the screen. A terminal obeys its output: it can be told to change the window's title,
 * to put something on the clipboard, to make links, to answer questions as if the user had typed the answers, to report
 * the mouse. Here it may move the cursor, erase, and colour; everything else is dropped, however it is cut into pieces.
 */

/** Final letters of CSI sequences that draw and nothing more: moving, erasing, inserting, scrolling, colours. */
const DRAWING = new Set('ABCDEFGHJKLMPSTX@`adefm')
/** A sequence longer than this is none. */
const LONGEST = 64

/** No controls but those that are shown: most of what is printed. */
const PLAIN = /^[\b\t\n\r -~\u00a0-\u{10ffff}]*$/u

type State = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset'

export class SafeText {
  private state: State = 'text'
  private held = ''

  /** The part of `text` that may be shown. A sequence that has only begun waits for the rest. */
  pass(text: string): string {
    if (this.state === 'text' && PLAIN.test(text)) return text
    let out = ''
    for (const char of text) out += this.take(char)
    return out
  }

  private take(char: string): string {
    switch (this.state) {
      case 'text':
        return this.plain(char)
      case 'escape':
        return this.afterEscape(char)
      case 'csi':
        return this.inCsi(char)
      case 'charset':
        return this.to('text')
      case 'string':
        return char === '\u001b' ? this.to('string-escape') : endsString(char) ? this.to('text') : ''
      case 'string-escape':
        // ESC \ ends it; any other sequence ends it as well and begins anew.
        return char === '\\' ? this.to('text') : this.afterEscape(char)
    }
  }

  private to(state: State, held = ''): string {
    this.state = state
    this.held = held
    return ''
  }

  private plain(char: string): string {
    const code = char.codePointAt(0) ?? 0
    if (char === '\u001b') return this.to('escape')
    if (code === 0x9b) return this.to('csi')
    if (STRINGS_C1.has(code)) return this.to('string')
    const shown = code >= 0xa0 || (code >= 0x20 && code < 0x7f) || '\n\r\t\b'.includes(char)
    return shown ? char : ''
  }

  private afterEscape(char: string): string {
    if (char === '[') return this.to('csi')
    if (']P^_X'.includes(char)) return this.to('string')
    if ('()*+-./#% '.includes(char)) return this.to('charset')
    if (char === '\u001b') return this.to('escape')
    this.to('text')
    // Save and restore the cursor: drawing. All others (reset, keypad, ...) change how the terminal behaves.
    return char === '7' || char === '8' ? `\u001b${char}` : ''
  }

  private inCsi(char: string): string {
    if (/[0-9;:]/.test(char) && this.held.length < LONGEST) {
      this.held += char
      return ''
    }
    if (/[ -/<-?0-9;:]/.test(char)) {
      // Private modes, questions, intermediates: to be dropped whole.
      this.held = UNWANTED
      return ''
    }
    const { held } = this
    if (char === '\u001b') return this.to('escape')
    this.to('text')
    return held !== UNWANTED && DRAWING.has(char) ? `\u001b[${held}${char}` : ''
  }
}

const UNWANTED = '?'
/** DCS, SOS, OSC, PM, APC as single characters. */
const STRINGS_C1 = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f])
const endsString = (char: string): boolean => char === '\u0007' || char === '\u009c' || char === '\u0018'
