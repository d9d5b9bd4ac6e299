/**
 * The keys of a presentation. A clicker sends Page Up and Page Down (some the arrows), a full stop or b for the black
 * screen, and Escape. Keys that the part with the focus lives on are left to it, but Page Up and Page Down never: the
 * clicker has no others.
 */
import type { PresenterMove } from '../../../preload/contract.js'

/** What has the focus: nothing that takes keys, a field of text, a button, or something that is worked with the arrows. */
export type KeyTarget = 'page' | 'text' | 'button' | 'arrows'

export type PresenterKey =
  | { readonly do: 'move'; readonly move: PresenterMove }
  | { readonly do: 'answer'; readonly option: number }
  | { readonly do: 'notes' }

interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const ALWAYS: Readonly<Partial<Record<string, PresenterMove>>> = { PageDown: 'next', PageUp: 'back' }
const UNLESS_TEXT: Readonly<Partial<Record<string, PresenterMove>>> = { '.': 'black', b: 'black', Escape: 'leave' }
const ON_PAGE: Readonly<Partial<Record<string, PresenterMove>>> = { ArrowRight: 'next', ArrowLeft: 'back' }

export function presenterKey(
  { key, ctrlKey, metaKey, altKey, shiftKey }: Pressed,
  target: KeyTarget,
): PresenterKey | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  const move = (to: PresenterMove | undefined): PresenterKey | undefined => to && { do: 'move', move: to }
  if (ALWAYS[key]) return move(ALWAYS[key])
  if (target === 'text') return undefined
  if (UNLESS_TEXT[key]) return move(UNLESS_TEXT[key])
  if (key === 'n') return { do: 'notes' }
  if (/^[1-9]$/.test(key)) return { do: 'answer', option: Number(key) - 1 }
  if (key === ' ' && target === 'page') return move(shiftKey ? 'back' : 'next')
  return target === 'arrows' ? undefined : move(ON_PAGE[key])
}

/** What kind of thing the focus is on. */
export function keyTarget(element: Element | null): KeyTarget {
  if (!element) return 'page'
  if (element.closest('input, textarea, select, [contenteditable="true"], [role="textbox"]')) return 'text'
  if (
    element.closest(
      '[role="grid"], [role="listbox"], [role="tablist"], [role="radiogroup"], [role="tree"], [role="slider"], [role="separator"]',
    )
  )
    return 'arrows'
  return element.closest('button, a, [role="button"]') ? 'button' : 'page'
}
