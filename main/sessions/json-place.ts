/** Where a text that JSON.parse refuses stops being JSON. The host's own message names the place only sometimes. */

const SPACE = /[ \t\n\r]*/y
const SCALAR =
  /(?:"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const KEY = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"[ \t\n\r]*:/y

type Next = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'comma-or-end' | 'nothing'

/** Offset of the first character that cannot stand where it stands; the text's length when it ends too early. */
export function brokenAt(text: string): number {
  const open: string[] = []
  let at = 0
  let next: Next = 'value'
  const take = (what: RegExp): boolean => {
    what.lastIndex = at
    const found = what.test(text)
    if (found) at = what.lastIndex
    return found
  }
  const closed = (): Next => (open.length === 0 ? 'nothing' : 'comma-or-end')
  for (;;) {
    take(SPACE)
    const char = text[at]
    if (char === undefined || next === 'nothing') return at
    if (char === open[open.length - 1] && next.endsWith('end')) {
      open.pop()
      at++
      next = closed()
    } else if (next === 'comma-or-end') {
      if (char !== ',') return at
      at++
      next = open[open.length - 1] === '}' ? 'key' : 'value'
    } else if (next.startsWith('key')) {
      if (!take(KEY)) return at
      next = 'value'
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']')
      at++
      next = char === '{' ? 'key-or-end' : 'value-or-end'
    } else {
      if (!take(SCALAR)) return at
      next = closed()
    }
  }
}
