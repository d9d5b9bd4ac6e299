/** The terminal's colours and letters, read from the tokens: xterm knows no custom properties. */
import type { ITheme } from '@xterm/xterm'

export interface TerminalLook {
  readonly theme: ITheme
  readonly fontFamily: string
  readonly fontSize: number
  /** Colours that a program asks for are brought to at least this contrast with what is behind them. */
  readonly minimumContrastRatio: number
}

export function terminalLook(): TerminalLook {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const more = document.documentElement.dataset['contrast'] === 'more' || matchMedia('(prefers-contrast: more)').matches
  return {
    theme: {
      background: token('surface'),
      foreground: token('text'),
      cursor: token('accent'),
      cursorAccent: token('accent-ink'),
      selectionBackground: token('accent-flash'),
      selectionForeground: token('text'),
    },
    fontFamily: token('font-data') || 'monospace',
    fontSize: 12,
    minimumContrastRatio: more ? 7 : 4.5,
  }
}
