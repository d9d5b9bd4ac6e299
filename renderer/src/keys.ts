/** The window's keys. The menu has the same ones. */
interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export type KeyCommand =
  'run' | 'step' | 'pause' | 'restart' | 'gallery' | 'line-before' | 'stop-before' | 'stop-after' | 'end'

/** To other moments of the run, with Alt as a browser goes back and forth. */
const MOMENTS: Readonly<Partial<Record<string, KeyCommand>>> = {
  ArrowLeft: 'stop-before',
  ArrowRight: 'stop-after',
  End: 'end',
}

export function commandFor({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | undefined {
  const main = ctrlKey || metaKey
  if (altKey) return main || shiftKey ? undefined : MOMENTS[key]
  if (key === 'F10' && main && !shiftKey) return 'line-before'
  if (key === 'F5') return main && shiftKey ? 'restart' : main || shiftKey ? undefined : 'run'
  if (main && shiftKey && key.toLowerCase() === 'o') return 'gallery'
  if (main || shiftKey) return undefined
  return key === 'F10' ? 'step' : key === 'F6' ? 'pause' : undefined
}
