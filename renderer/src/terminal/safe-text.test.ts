import { describe, expect, it } from 'vitest'
import { SafeText } from './safe-text.js'

const ESC = '\u001b'
const BEL = '\u0007'
const passed = (text: string): string => new SafeText().pass(text)

describe('what a program prints', () => {
  it.each([
    ['text, tabs and Chinese', 'a\tb\r\n内存 é 🙂'],
    ['colours', `${ESC}[1;31mred${ESC}[0m ${ESC}[38;2;1;2;3mx`],
    ['moving and erasing', `${ESC}[2A${ESC}[10;5H${ESC}[K${ESC}[2J${ESC}[H`],
    ['saving and restoring the cursor', `${ESC}7x${ESC}8`],
  ])('is shown: %s', (_what, text) => expect(passed(text)).toBe(text))

  it.each([
    ['a window title', `${ESC}]0;root@bank${BEL}`],
    ['a title ended by ST', `${ESC}]2;x${ESC}\\`],
    ['the clipboard', `${ESC}]52;c;ZXZpbA==${BEL}`],
    ['a link', `${ESC}]8;;https://evil.example${ESC}\\`],
    ['a question for colours', `${ESC}]11;?${BEL}`],
    ['a question for attributes', `${ESC}[c`],
    ['a question for the cursor', `${ESC}[6n`],
    ['a question for a mode', `${ESC}[?25$p`],
    ['a question by DCS', `${ESC}P$q"p${ESC}\\`],
    ['reports of the mouse', `${ESC}[?1000h${ESC}[?1006h`],
    ['the other screen', `${ESC}[?1049h`],
    ['bracketed paste', `${ESC}[?2004h`],
    ['the window’s size', `${ESC}[8;1;1t`],
    ['a reset', `${ESC}c`],
    ['application keys', `${ESC}=`],
    ['another character set', `${ESC}(0`],
    ['printing', `${ESC}[5i`],
    ['controls of eight bits', '\u009d52;c;eA==\u009c\u009b6n'],
    ['bells and other controls', `${BEL}\u0000\u0005\u000e\u007f`],
    ['a privacy message', `${ESC}^x${ESC}\\${ESC}_y${ESC}\\`],
  ])('does no harm: %s is dropped', (_what, sequence) => expect(passed(`a${sequence}b`)).toBe('ab'))

  it('is judged the same however it is cut into pieces', () => {
    const text = `a${ESC}]0;title${BEL}b${ESC}[31mc${ESC}[?1000hd${ESC}]8;;u${ESC}\\e${ESC}[0m`
    const whole = passed(text)
    expect(whole).toBe(`ab${ESC}[31mcde${ESC}[0m`)
    for (let cut = 1; cut < text.length; cut++) {
      const filter = new SafeText()
      expect(filter.pass(text.slice(0, cut)) + filter.pass(text.slice(cut))).toBe(whole)
    }
  })
  it('does not swallow what follows a sequence that was broken off', () => {
    expect(passed(`${ESC}[12${ESC}[31mx`)).toBe(`${ESC}[31mx`)
    expect(passed(`${ESC}]0;a${ESC}[31mx`)).toBe(`${ESC}[31mx`)
  })
})
