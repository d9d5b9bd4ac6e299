/** The window's keys. The menu has the same ones. */
import { PART_KEYS, PARTS, type MenuCommand } from '../../preload/contract.js'

interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export type KeyCommand = Extract<
  MenuCommand,
  {
    type:
      | 'run'
      | 'step'
      | 'pause'
      | 'restart'
      | 'gallery'
      | 'palette'
      | 'open-settings'
      | 'save'
      | 'save-as'
      | 'machine'
      | 'session-notes'
      | 'report'
      | 'lessons'
      | 'present'
      | 'presenter'
      | 'show'
      | 'line-before'
      | 'stop-before'
      | 'stop-after'
      | 'event-before'
      | 'event-after'
      | 'mark'
      | 'end'
  }
>

/** To other steps of the lesson that is on. */
const STEPS: Readonly<Partial<Record<string, KeyCommand>>> = {
  PageDown: { type: 'presenter', move: 'next' },
  PageUp: { type: 'presenter', move: 'back' },
}
/** To other moments of the run, with Alt as a browser goes back and forth. */
const MOMENTS: Readonly<Partial<Record<string, KeyCommand>>> = {
  ArrowLeft: { type: 'stop-before' },
  ArrowRight: { type: 'stop-after' },
  End: { type: 'end' },
}
const EVENTS: Readonly<Partial<Record<string, KeyCommand>>> = {
  ArrowLeft: { type: 'event-before' },
  ArrowRight: { type: 'event-after' },
}

export function commandFor({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): KeyCommand | undefined {
  const main = ctrlKey || metaKey
  if (altKey) return main ? undefined : shiftKey ? EVENTS[key] : (MOMENTS[key] ?? STEPS[key])
  if (key === 'F10' && main && !shiftKey) return { type: 'line-before' }
  if (key === 'F5' && shiftKey && !main) return { type: 'present' }
  if (key === 'F5') return main && shiftKey ? { type: 'restart' } : main || shiftKey ? undefined : { type: 'run' }
  if (main && shiftKey && key.toLowerCase() === 'l') return { type: 'lessons' }
  if (main && shiftKey && key.toLowerCase() === 'o') return { type: 'gallery' }
  if (main && shiftKey && key.toLowerCase() === 'b') return { type: 'mark' }
  if (main && key.toLowerCase() === 's') return { type: shiftKey ? 'save-as' : 'save' }
  if (main && shiftKey && key.toLowerCase() === 'n') return { type: 'session-notes' }
  if (main && shiftKey && key.toLowerCase() === 'm') return { type: 'machine' }
  if (main && !shiftKey && key.toLowerCase() === 'e') return { type: 'report' }
  if (main && !shiftKey && key === ',') return { type: 'open-settings' }
  if (main && shiftKey && key.toLowerCase() === 'p') return { type: 'palette' }
  const pressed = main ? `Ctrl+${key}` : key
  const part = shiftKey ? undefined : PARTS.find((one) => PART_KEYS[one] === pressed)
  if (part) return { type: 'show', part }
  if (main || shiftKey) return undefined
  return key === 'F10' ? { type: 'step' } : key === 'F6' ? { type: 'pause' } : undefined
}

/** Takes back what was done last; in a text the text has it for itself. */
export const isUndo = ({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): boolean =>
  (ctrlKey || metaKey) && !shiftKey && !altKey && key.toLowerCase() === 'z'
