/** The window's keys. The menu has the same ones. */
interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export type KeyCommand = 'run' | 'step' | 'pause' | 'restart'

export function commandFor({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | undefined {
  if (altKey) return undefined
  const main = ctrlKey || metaKey
  if (key === 'F5') return main && shiftKey ? 'restart' : main || shiftKey ? undefined : 'run'
  if (main || shiftKey) return undefined
  return key === 'F10' ? 'step' : key === 'F6' ? 'pause' : undefined
}
