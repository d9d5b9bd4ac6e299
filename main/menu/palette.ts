/**
 * The command palette's list: the application menu, item by item. There is no second list of commands, so whatever has
 * a place in the menu is found by its name too, with the key it has.
 */
import type { MenuItem } from 'electron'
import type { PaletteCommand } from '../../preload/contract.js'

/** What of a menu item is looked at. */
export type Listed = Pick<MenuItem, 'label' | 'type' | 'visible' | 'enabled' | 'checked' | 'click'> & {
  readonly accelerator?: string | null | undefined
  readonly id?: string
  readonly submenu?: { readonly items: readonly Listed[] } | null | undefined
}

/** The palette does not list the item that opens it. */
export const PALETTE_ITEM = 'palette'

/** A label as it reads: without the mark of its mnemonic, and in Chinese without the letter in brackets either. */
export const withoutMnemonic = (label: string): string =>
  label
    .replace(/\(&\w\)/, '')
    .replace(/&(?!&)/, '')
    .replaceAll('&&', '&')

/** The items that can be chosen now, in the menu's order. */
export const paletteCommands = (items: readonly Listed[], mac: boolean): readonly PaletteCommand[] =>
  found(items, []).map(({ item, path }) => ({
    id: idOf(path),
    label: path.at(-1)!,
    menu: path.slice(0, -1).join(' › '),
    keys: keysOf(item.accelerator, mac),
    checked: item.checked,
  }))

/** The item behind a command that was listed; undefined when the menu has changed since. */
export const paletteItem = (items: readonly Listed[], id: string): Listed | undefined =>
  found(items, []).find(({ path }) => idOf(path) === id)?.item

interface Found {
  readonly item: Listed
  readonly path: readonly string[]
}

const idOf = (path: readonly string[]): string => path.join('\n')

function found(items: readonly Listed[], above: readonly string[]): readonly Found[] {
  return items
    .filter((item) => item.visible && item.enabled && item.type !== 'separator' && item.id !== PALETTE_ITEM)
    .flatMap((item) => {
      const path = [...above, withoutMnemonic(item.label)]
      return item.submenu ? found(item.submenu.items, path) : [{ item, path }]
    })
}

/** "CmdOrCtrl+Shift+O" as it stands on the keyboard: "Ctrl+Shift+O". */
const keysOf = (accelerator: string | null | undefined, mac: boolean): string =>
  (accelerator ?? '').replace(/(Command|Cmd)OrC(ontrol|trl)/, mac ? 'Cmd' : 'Ctrl').replace('Control', 'Ctrl')
