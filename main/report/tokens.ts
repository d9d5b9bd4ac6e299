/** The window's colours for a page of its own: one place says what they are (renderer/src/styles/tokens.css). */
import css from '../../renderer/src/styles/tokens.css?raw'

export type Scheme = 'light' | 'dark'

/** Those that a report's page and its chart use. */
const USED = [
  ...['surface', 'surface-2', 'surface-3', 'line', 'line-strong', 'text', 'text-2', 'text-3'],
  ...['accent', 'accent-text', 'accent-ink', 'accent-tint', 'ink'],
  ...['page-anon-clean', 'page-file-clean', 'page-shared', 'chart-dirty', 'chart-faults'],
]

const BLOCKS: Readonly<Record<Scheme, RegExp>> = {
  light: /^:root \{([^}]*)\}/m,
  dark: /^:root\[data-theme='dark'\] \{([^}]*)\}/m,
}

const TOKENS: Readonly<Record<Scheme, ReadonlyMap<string, string>>> = { light: read('light'), dark: read('dark') }

function read(scheme: Scheme): ReadonlyMap<string, string> {
  const block = BLOCKS[scheme].exec(css)?.[1] ?? ''
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]))
}

export function tokenOf(scheme: Scheme, name: string): string {
  const value = TOKENS[scheme].get(name)
  if (value === undefined) throw new Error(`there is no token --${name} in the ${scheme} scheme`)
  return value
}

/** Declarations for a rule's body. */
export const tokenRules = (scheme: Scheme): string =>
  USED.map((name) => `--${name}: ${tokenOf(scheme, name)};`).join(' ')
