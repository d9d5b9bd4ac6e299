import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cachePath, fillAtomically, sweep } from './cache.mjs'

/** @type {string} */
let folder
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-cache-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

test('follows the XDG base directories', () => {
  expect(cachePath('x', { XDG_CACHE_HOME: '/c' })).toBe('/c/pagewalk/x')
  expect(cachePath('x', {})).toBe(path.join(os.homedir(), '.cache/pagewalk/x'))
  expect(cachePath('x', { PAGEWALK_CACHE_DIR: '/else' })).toBe('/else/x')
})

test('puts a finished folder in place', async () => {
  const target = path.join(folder, 'electron')
  await fillAtomically(target, async (work) => {
    fs.mkdirSync(path.join(work, 'dist'))
    fs.writeFileSync(path.join(work, 'dist', 'version'), '1')
    return path.join(work, 'dist')
  })
  expect(fs.readdirSync(folder)).toEqual(['electron'])
  expect(fs.readdirSync(target)).toEqual(['version'])
})

test('leaves nothing when the filling fails', async () => {
  const filling = fillAtomically(path.join(folder, 'electron'), async (work) => {
    fs.writeFileSync(path.join(work, 'half'), '')
    throw new Error('the line went dead')
  })
  await expect(filling).rejects.toThrow('the line went dead')
  expect(fs.readdirSync(folder)).toEqual([])
})

test('sweeps the folders of processes that are gone, and those a day old', () => {
  const GONE = 2 ** 22 + 1 // Above the largest pid that Linux gives.
  const mine = `electron.tmp-${os.hostname()}-${process.pid}-aaaaaa`
  const dead = `electron.tmp-${os.hostname()}-${GONE}-bbbbbb`
  const elsewhere = `electron.tmp-another-host-${GONE}-cccccc`
  for (const name of [mine, dead, elsewhere, 'electron']) fs.mkdirSync(path.join(folder, name))
  expect(sweep(folder)).toEqual([dead])
  expect(fs.readdirSync(folder).sort()).toEqual(['electron', elsewhere, mine].sort())
  expect(sweep(folder, Date.now() + 25 * 60 * 60 * 1000).sort()).toEqual([elsewhere, mine].sort())
  expect(fs.readdirSync(folder)).toEqual(['electron'])
})
