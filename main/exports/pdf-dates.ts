/**
 * A PDF without the hour of its making: the same pages, the same bytes. Chromium writes /CreationDate and /ModDate as
 * (D:20260101120000+00'00') uncompressed in the document's information; the digits are replaced one for one, so that
 * nothing in the file moves.
 */
const DATE = /\/(?:CreationDate|ModDate) ?\(D:(\d{14})[^)]{0,8}\)/g
const EPOCH = '19700101000000'

export function withoutDates(pdf: Uint8Array): Uint8Array {
  const bytes = Buffer.from(pdf)
  // One character a byte: offsets in the text are offsets in the file.
  const text = bytes.toString('latin1')
  for (const found of text.matchAll(DATE)) bytes.write(EPOCH, found.index + found[0].indexOf('D:') + 2, 'latin1')
  return bytes
}
