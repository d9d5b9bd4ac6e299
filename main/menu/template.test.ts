import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type MenuCommand } from '../../preload/contract.js'
import { LABELS } from './labels.js'
import { menuTemplate, type MenuActions, type MenuState } from './template.js'

const state: MenuState = { settings: DEFAULT_SETTINGS, recent: [], development: false, mac: false }

function recorder(): { done: unknown[]; actions: MenuActions } {
  const done: unknown[] = []
  const actions = new Proxy({} as MenuActions, {
    get:
      (_target, name) =>
      (...args: unknown[]) =>
        done.push([name, ...args]),
  })
  return { done, actions }
}

function flat(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])])
}

const choose = (items: readonly MenuItemConstructorOptions[], id: string): void =>
  flat(items).find((item) => item.id === id)!.click!(undefined!, undefined, undefined!)

describe('the menu', () => {
  it.each(['en', 'zh-CN'] as const)('in %s gives every key to one item only', (locale) => {
    const keys = flat(menuTemplate(LABELS[locale], { ...state, development: true }, recorder().actions)).flatMap(
      (item) => item.accelerator ?? [],
    )
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toEqual(expect.arrayContaining(['CmdOrCtrl+O', 'F5', 'F10', 'F6', 'CmdOrCtrl+Shift+F5', 'F11']))
  })

  it.each(['en', 'zh-CN'] as const)('in %s gives every mnemonic to one item of its level only', (locale) => {
    const levels = (items: readonly MenuItemConstructorOptions[]): (readonly MenuItemConstructorOptions[])[] => [
      items,
      ...items.flatMap((item) => (Array.isArray(item.submenu) ? levels(item.submenu) : [])),
    ]
    for (const level of levels(menuTemplate(LABELS[locale], state, recorder().actions))) {
      const letters = level.flatMap((item) => /&(\w)/.exec(item.label ?? '')?.[1]?.toLowerCase() ?? [])
      expect(new Set(letters).size, letters.join()).toBe(letters.length)
    }
  })

  it('has the same texts in both languages', () => {
    expect(Object.keys(LABELS['zh-CN'])).toEqual(Object.keys(LABELS.en))
    for (const labels of Object.values(LABELS)) expect(Object.values(labels)).not.toContain('')
  })

  it('sends the program’s commands to the page', () => {
    const { done, actions } = recorder()
    const menu = menuTemplate(LABELS.en, state, actions)
    const ids = ['run', 'step', 'line-before', 'stop-before', 'stop-after', 'event-before', 'event-after', 'end']
    for (const id of [...ids, 'mark', 'pause', 'restart']) choose(menu, id)
    const commands: MenuCommand[] = [
      { type: 'run' },
      { type: 'step' },
      { type: 'line-before' },
      { type: 'stop-before' },
      { type: 'stop-after' },
      { type: 'event-before' },
      { type: 'event-after' },
      { type: 'end' },
      { type: 'mark' },
      { type: 'pause' },
      { type: 'restart' },
    ]
    expect(done).toEqual(commands.map((command) => ['send', command]))
  })

  it('marks the theme and the language in force', () => {
    const settings = { ...DEFAULT_SETTINGS, theme: 'dark', locale: 'zh-CN' } as const
    const menu = flat(menuTemplate(LABELS.en, { ...state, settings }, recorder().actions))
    expect(menu.filter((item) => item.checked).map((item) => item.id)).toEqual(['theme-dark', 'language-zh-CN'])
  })

  it('lists recent files by their path, letter for letter', () => {
    const { done, actions } = recorder()
    const recent = [{ path: '/home/lin/r&d.c', name: 'r&d.c' }]
    const item = flat(menuTemplate(LABELS.en, { ...state, recent }, actions)).find((i) => i.label?.includes('r&&d.c'))
    item!.click!(undefined!, undefined, undefined!)
    expect(done).toEqual([['openRecent', '/home/lin/r&d.c']])
  })

  it('offers developer tools only to those who write the application', () => {
    const roles = (development: boolean): unknown[] =>
      flat(menuTemplate(LABELS.en, { ...state, development }, recorder().actions)).map((item) => item.role)
    expect(roles(true)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
  })
})
