/**
 * A PDF that is the same whenever it is made: the same pages, the same bytes. Two things of Chromium's making are not. It
 * writes the hour of the making, and it names the elements of the document's structure by numbers that the browser gave
 * to its nodes in passing. Both stand there uncompressed; each is replaced by as many characters, so nothing moves.
 */
export function repeatable(pdf: Uint8Array): Uint8Array {
  // One character a byte: offsets in the text are offsets in the file.
  const text = Buffer.from(pdf).toString('latin1')
  return Buffer.from(withElementsInOrder(withoutDates(text)), 'latin1')
}

/** /CreationDate and /ModDate: (D:20260101120000+00'00'). */
const DATE = /(\/(?:CreationDate|ModDate) ?\(D:)\d{14}/g
const withoutDates = (pdf: string): string => pdf.replace(DATE, (_all, head: string) => `${head}19700101000000`)

/** The name tree that leads from an element's name to its object. */
const ID_TREE = /\/Limits \[\(node\d{8}\) \(node\d{8}\)\]\s*\/Names \[(?:\s*\(node\d{8}\) \d+ 0 R)+\s*\]/
const ENTRY = /\((node\d{8})\) (\d+) 0 R/g
const NAME = /\((node\d{8})\)/g

/** Names the elements anew, in the order of their objects, which is that of the document. */
function withElementsInOrder(pdf: string): string {
  const tree = ID_TREE.exec(pdf)
  if (!tree) return pdf
  const elements = [...tree[0].matchAll(ENTRY)]
    .map(([, name = '', object = '']) => ({ name, object }))
    .sort((a, b) => Number(a.object) - Number(b.object))
  const nameOf = (index: number): string => `node${String(index + 1).padStart(8, '0')}`
  const renamed = new Map(elements.map(({ name }, index) => [name, nameOf(index)]))
  const rename = (part: string): string => part.replace(NAME, (all, name: string) => `(${renamed.get(name) ?? name})`)
  let next = 0
  const entries = tree[0]
    .replace(ENTRY, () => `(${nameOf(next)}) ${elements[next++]?.object} 0 R`)
    .replace(/\[\(node\d{8}\) \(node\d{8}\)\]/, `[(${nameOf(0)}) (${nameOf(elements.length - 1)})]`)
  return rename(pdf.slice(0, tree.index)) + entries + rename(pdf.slice(tree.index + tree[0].length))
}
