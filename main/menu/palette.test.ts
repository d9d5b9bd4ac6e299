import { describe, expect, it } from 'vitest'
import { paletteCommands, paletteItem, withoutMnemonic, type Listed } from './palette.js'

const item = (label: string, more: Partial<Listed> = {}): Listed => ({
  label,
  type: 'normal',
  visible: true,
  enabled: true,
  checked: false,
  click: () => undefined,
  ...more,
})
const menu = (label: string, ...items: Listed[]): Listed => item(label, { type: 'submenu', submenu: { items } })

const items = [
  menu('&File', item('&Open…', { accelerator: 'CmdOrCtrl+O' }), item('', { type: 'separator' })),
  menu('&View', menu('&Theme', item('Light', { type: 'radio', checked: true }), item('Dark', { type: 'radio' }))),
]

describe('the palette', () => {
  it('lists what the menus hold, by the words one reads there, with its keys', () => {
    expect(paletteCommands(items, false).map(({ label, menu, keys }) => [menu, label, keys])).toEqual([
      ['File', 'Open…', 'Ctrl+O'],
      ['View › Theme', 'Light', ''],
      ['View › Theme', 'Dark', ''],
    ])
    expect(paletteCommands(items, true)[0]?.keys).toBe('Cmd+O')
  })

  it('says which of several choices holds', () => {
    expect(paletteCommands(items, false).map(({ checked }) => checked)).toEqual([false, true, false])
  })

  it('leaves out what cannot be chosen, and itself', () => {
    const closed = [
      menu(
        '&File',
        item('No Recent Files', { enabled: false }),
        item('', { visible: false }),
        item('&Palette…', { id: 'palette' }),
      ),
    ]
    expect(paletteCommands(closed, false)).toEqual([])
  })

  it('finds the item of a command again, and none when the menu has changed', () => {
    for (const { id, label } of paletteCommands(items, false))
      expect(withoutMnemonic(paletteItem(items, id)!.label)).toBe(label)
    expect(paletteItem([], paletteCommands(items, false)[0]!.id)).toBeUndefined()
  })

  it.each([
    ['&Open…', 'Open…'],
    ['打开(&O)…', '打开…'],
    ['经典实验 mmap-demo.c(&E)', '经典实验 mmap-demo.c'],
    ['/tmp/a && b.c', '/tmp/a & b.c'],
  ])('reads %s as %s', (label, read) => expect(withoutMnemonic(label)).toBe(read))
})
