/** The window's keys. The menu has the same ones. */
import { PARTS, type MenuCommand } from '../../preload/contract.js'

interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export type KeyCommand = Extract<MenuCommand, { type: 'run' | 'step' | 'pause' | 'restart' | 'show' }>

export function commandFor({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | undefined {
  if (altKey) return undefined
  const main = ctrlKey || metaKey
  if (key === 'F5') return main && shiftKey ? { type: 'restart' } : main || shiftKey ? undefined : { type: 'run' }
  const part = main && !shiftKey && /^[1-9]$/.test(key) ? PARTS[Number(key) - 1] : undefined
  if (part) return { type: 'show', part }
  if (main || shiftKey) return undefined
  return key === 'F10' ? { type: 'step' } : key === 'F6' ? { type: 'pause' } : undefined
}
