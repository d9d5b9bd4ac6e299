/** The command palette: whether it is shown, what it lists, and which of that a query finds. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { PaletteCommand } from '../../../../preload/contract.js'
import { useHost } from '../../host.js'

export const usePalette = defineStore('palette', () => {
  const { bridge } = useHost()
  const shown = ref(false)
  const commands = shallowRef<readonly PaletteCommand[]>([])

  /** The menu changes (recent files, language), so it is asked for each time. */
  async function show(): Promise<void> {
    commands.value = await bridge.commands()
    shown.value = true
  }
  function choose(command: PaletteCommand): void {
    shown.value = false
    void bridge.chooseCommand(command.id)
  }

  return { shown, commands, show, choose }
})

const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

/**
 * Every word has to occur in the command's name or in its menu's. Names that begin with the query come first, then
 * names in which every word begins a word, then the others; among equals the menu's order stays.
 */
export function findCommands(commands: readonly PaletteCommand[], query: string): readonly PaletteCommand[] {
  const whole = fold(query).trim()
  const words = whole.split(/\s+/).filter(Boolean)
  const rank = ({ label, menu }: PaletteCommand): number | undefined => {
    const name = fold(label)
    const all = `${fold(menu)} ${name}`
    if (!words.every((word) => all.includes(word))) return undefined
    if (name.startsWith(whole)) return 0
    return words.every((word) => ` ${name}`.includes(` ${word}`)) ? 1 : 2
  }
  return commands
    .flatMap((command) => {
      const order = rank(command)
      return order === undefined ? [] : [{ command, order }]
    })
    .sort((a, b) => a.order - b.order)
    .map(({ command }) => command)
}
