/** Columns that text takes in a terminal: as xterm counts them (Unicode 6, east asian wide two, combining none). */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]/u
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u

export const charWidth = (char: string): 0 | 1 | 2 =>
  WIDE.test(char) ? 2 : char >= '\u0300' && NONE.test(char) ? 0 : 1

export function textWidth(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}
