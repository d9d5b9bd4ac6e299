import { createRequire } from 'node:module'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { asar } from './asar.mjs'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-asar-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

test('what it writes, the reference library reads', () => {
  const files = { 'package.json': '{"main":"main.js"}', 'main.js': 'π', empty: '' }
  const file = path.join(folder, 'a.asar')
  fs.writeFileSync(file, asar(files))
  // The packager brings the library; it has no types that this project sees.
  const require = createRequire(import.meta.url)
  const reference = /** @type {{ listPackage(f: string): string[], extractFile(f: string, n: string): Buffer }} */ (
    require('@electron/asar')
  )
  expect(reference.listPackage(file)).toEqual(['/package.json', '/main.js', '/empty'])
  for (const [name, text] of Object.entries(files)) expect(reference.extractFile(file, name).toString()).toBe(text)
})
