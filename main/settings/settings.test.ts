import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type Settings } from '../../preload/contract.js'
import { JsonFile } from './json-file.js'
import { nextZoom, resolveLocale, settingsFields, settingsPatch } from './settings.js'

describe('the settings file', () => {
  let dir: string
  let path: string
  let reports: string[]
  const open = (): JsonFile<Settings> =>
    new JsonFile({ path, fields: settingsFields, defaults: DEFAULT_SETTINGS, report: (m) => reports.push(m) })
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'pagewalk-settings-'))
    path = join(dir, 'settings.json')
    reports = []
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('is not needed', () => {
    expect(open().value).toEqual(DEFAULT_SETTINGS)
    expect(reports).toEqual([])
  })

  it('brings back what was saved', () => {
    const first = open()
    first.update({ theme: 'dark', splitters: { main: [30, 70] } })
    first.update({ profile: 'debian-12' })
    first.flush()
    expect(open().value).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'dark',
      splitters: { main: [30, 70] },
      profile: 'debian-12',
    })
    expect(readdirSync(dir)).toEqual(['settings.json'])
  })

  it('is written once for many changes in a row', () => {
    const settings = open()
    for (let zoom = 1; zoom < 2; zoom += 0.01) settings.update({ zoom })
    expect(existsSync(path)).toBe(false)
    settings.flush()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ zoom: settings.value.zoom })
  })

  it('that is no JSON gives the defaults and is kept beside', () => {
    writeFileSync(path, '{"theme": "dark"')
    expect(open().value).toEqual(DEFAULT_SETTINGS)
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('{"theme": "dark"')
    expect(reports).toHaveLength(1)
  })

  it('with one bad field loses that field only, and is kept beside', () => {
    writeFileSync(path, '{"theme": "purple", "locale": "zh-CN", "zoom": 1.5}')
    expect(open().value).toEqual({ ...DEFAULT_SETTINGS, locale: 'zh-CN', zoom: 1.5 })
    expect(existsSync(`${path}.damaged`)).toBe(true)
  })

  it('of an earlier or later version is no damage', () => {
    writeFileSync(path, '{"theme": "light", "fromTheFuture": {"a": 1}}')
    expect(open().value).toEqual({ ...DEFAULT_SETTINGS, theme: 'light' })
    expect(existsSync(`${path}.damaged`)).toBe(false)
  })

  it.each(['null', '[]', '3', '"dark"'])('that holds %s gives the defaults', (text) => {
    writeFileSync(path, text)
    expect(open().value).toEqual(DEFAULT_SETTINGS)
  })

  it('that cannot be written is reported, and the value stays', () => {
    path = join(dir, 'absent', 'settings.json')
    const settings = open()
    settings.update({ theme: 'dark' })
    settings.flush()
    expect(settings.value.theme).toBe('dark')
    expect(reports).toHaveLength(1)
  })
})

describe('a settings patch from the page', () => {
  it('names only known fields with known values', () => {
    const good = (patch: unknown): boolean => v.is(settingsPatch, patch)
    expect(good({})).toBe(true)
    expect(good({ theme: 'dark', splitters: { main: [20, 80] } })).toBe(true)
    expect(good({ theme: 'purple' })).toBe(false)
    expect(good({ path: '/etc/passwd' })).toBe(false)
    expect(good({ splitters: { main: [120] } })).toBe(false)
    expect(good({ zoom: Number.NaN })).toBe(false)
    expect(good(undefined)).toBe(false)
  })
})

describe('the language', () => {
  it('is the chosen one, else the first of the system that the application speaks, else English', () => {
    expect(resolveLocale('zh-CN', ['en-US'])).toBe('zh-CN')
    expect(resolveLocale('system', ['fr-FR', 'zh-Hans-CN', 'en-US'])).toBe('zh-CN')
    expect(resolveLocale('system', ['en-GB', 'zh-CN'])).toBe('en')
    expect(resolveLocale('system', [])).toBe('en')
  })
})

describe('zoom', () => {
  it('goes through its steps and stops at the ends', () => {
    expect(nextZoom(1, 1)).toBe(1.1)
    expect(nextZoom(1, -1)).toBe(0.9)
    expect(nextZoom(1.3, -1)).toBe(1.25)
    expect(nextZoom(2, 1)).toBe(2)
    expect(nextZoom(0.5, -1)).toBe(0.5)
  })
})
