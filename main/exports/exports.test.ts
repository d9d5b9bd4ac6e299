import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Paper } from '../../preload/contract.js'
import { Exports } from './exports.js'
import { repeatable } from './pdf-bytes.js'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pagewalk-exports-'))))
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

function exportsThat(
  answer: string | undefined,
  print?: (html: string, paper: Paper, signal: AbortSignal) => Promise<Uint8Array>,
) {
  const asked: string[] = []
  const shown: string[] = []
  let ids = 0
  const all = new Exports({
    ask: async (kind, suggested) => {
      asked.push(`${kind} ${suggested}`)
      return answer
    },
    print: print ?? (async (html, paper) => Buffer.from(`${paper} ${html}`)),
    show: (path) => shown.push(path),
    newId: () => `id-${++ids}`,
  })
  return { all, asked, shown }
}

describe('a file the page has made', () => {
  it('goes to the place its user chose, and can be shown there', async () => {
    const { all, asked, shown } = exportsThat(at('mine.md'))
    const chosen = await all.choose('md', 'mmap-demo.c')
    expect(chosen).toEqual({ id: 'id-1', name: 'mine.md' })
    expect(await all.write({ id: 'id-1', content: '# 中', paper: 'A4' })).toEqual({ ok: true, value: undefined })
    expect(readFileSync(at('mine.md'), 'utf8')).toBe('# 中')
    all.show('id-1')
    expect([asked, shown]).toEqual([['md mmap-demo.md'], [at('mine.md')]])
  })

  it('gets the ending of its kind when it has none', async () => {
    const { all } = exportsThat(at('picture'))
    expect(await all.choose('png', 'x')).toEqual({ id: 'id-1', name: 'picture.png' })
    await all.write({ id: 'id-1', content: Uint8Array.of(137, 80), paper: 'A4' })
    expect([...readFileSync(at('picture.png'))]).toEqual([137, 80])
  })

  it.each([
    ['../../etc/passwd', 'etc passwd'],
    ['a:b*c?"<d>|e\u0000\n.c', 'a b c d e'],
    ['...', 'pagewalk'],
    ['.c', 'pagewalk'],
    ['x'.repeat(300), 'x'.repeat(80)],
    ['实验.c', '实验'],
  ])('is suggested a plain name: %j', async (name, plain) => {
    const { all, asked } = exportsThat(undefined)
    expect(await all.choose('html', name)).toBeUndefined()
    expect(asked).toEqual([`html ${plain}.html`])
  })

  it('is printed when it is to be PDF', async () => {
    const { all } = exportsThat(at('r.pdf'))
    await all.choose('pdf', 'r')
    expect((await all.write({ id: 'id-1', content: '<p>', paper: 'Letter' })).ok).toBe(true)
    expect(readFileSync(at('r.pdf'), 'utf8')).toBe('Letter <p>')
  })

  it('is not written when it is cancelled, or cannot be printed, and says so', async () => {
    const { all } = exportsThat(at('r.pdf'), (_html, _paper, signal) => {
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
    })
    await all.choose('pdf', 'r')
    const written = all.write({ id: 'id-1', content: '<p>', paper: 'A4' })
    all.cancel('id-1')
    expect(await written).toMatchObject({ ok: false, error: { code: 'cancelled' } })
    const { all: broken } = exportsThat(at('r.pdf'), () => Promise.reject(new Error('no printer')))
    await broken.choose('pdf', 'r')
    expect(await broken.write({ id: 'id-1', content: '<p>', paper: 'A4' })).toMatchObject({
      ok: false,
      error: { code: 'export-print', message: 'no printer' },
    })
  })

  it('that cannot be written says why', async () => {
    mkdirSync(at('folder.md'))
    const { all } = exportsThat(at('folder.md'))
    await all.choose('md', 'r')
    expect(await all.write({ id: 'id-1', content: '', paper: 'A4' })).toMatchObject({
      ok: false,
      error: { code: 'export-is-folder' },
    })
    expect(await all.write({ id: 'id-7', content: '', paper: 'A4' })).toMatchObject({
      ok: false,
      error: { code: 'bad-request' },
    })
  })
})

it('a PDF has no hour in it, and is as long as before', () => {
  const pdf =
    "%PDF-1.4 /CreationDate (D:20261123052317+00'00')\n/ModDate (D:20261123052317+01'00')> \u00ff (D:20261123052317)"
  const plain = Buffer.from(repeatable(Buffer.from(pdf, 'latin1'))).toString('latin1')
  expect(plain).toBe(
    "%PDF-1.4 /CreationDate (D:19700101000000+00'00')\n/ModDate (D:19700101000000+01'00')> \u00ff (D:20261123052317)",
  )
})

it('a PDF names the elements of its structure in the order of their objects, whatever the browser called them', () => {
  const made = (names: readonly [string, string, string]): string => {
    const [first, second, third] = names
    const element = (object: number, name: string) => `${object} 0 obj\n<</S /P\n/ID (${name})>>\nendobj\n`
    const entry = new Map([
      [first, '9 0 R'],
      [second, '10 0 R'],
      [third, '11 0 R'],
    ])
    const sorted = [...names].sort()
    return (
      element(9, first) +
      element(10, second) +
      element(11, third) +
      `<</Headers [(${first}) (${third})]>>\n` +
      `12 0 obj\n<</Limits [(${sorted[0]}) (${sorted[2]})]\n/Names [${sorted.map((name) => `(${name}) ${entry.get(name)}`).join(' ')}]>>\n`
    )
  }
  const plain = (pdf: string): string => Buffer.from(repeatable(Buffer.from(pdf, 'latin1'))).toString('latin1')
  const once = plain(made(['node00000035', 'node00000002', 'node00000034']))
  expect(once).toBe(made(['node00000001', 'node00000002', 'node00000003']))
  expect(plain(made(['node00000030', 'node00000031', 'node00000004']))).toBe(once)
  expect(plain(once)).toBe(once)
})
