/**
 * ls over /proc: names in columns on a terminal and one a line into a pipe, -1, -l, -a, -d (coreutils ls.c).
 *
 * Left out: sorting by anything but the name, colours, sizes and dates of files that are not links.
 */
import type { Kernel } from '../../kernel/index.js'
import { lookup, whyMissing, type Node } from '../files.js'
import { userNameOf } from '../procps/process.js'
import { notSimulatedText, type CommandResult } from './result.js'
import { readOptions } from './tools.js'

const TERMINAL_WIDTH = 80
/** Blanks between columns. */
const GAP = 2

export function ls(kernel: Kernel, args: readonly string[], toTerminal: boolean): CommandResult {
  const options = readOptions('ls', args)
  if ('status' in options) return options
  const { flags, words } = options
  const format = flags.has('l') ? 'long' : toTerminal && !flags.has('1') ? 'columns' : 'lines'
  return list(kernel, words.length > 0 ? words : ['/'], flags, format)
}

type Format = 'long' | 'columns' | 'lines'

function list(kernel: Kernel, paths: readonly string[], letters: ReadonlySet<string>, format: Format): CommandResult {
  let err = ''
  const found = [...paths].sort().flatMap((path): (readonly [string, Node])[] => {
    const node = lookup(kernel, path)
    if (!node) err += missing(path, whyMissing(kernel, path))
    return node ? [[path, node]] : []
  })
  const asFiles = found.filter(([, node]) => node.kind !== 'dir' || letters.has('d'))
  const blocks = asFiles.length > 0 ? [arranged(kernel, asFiles, format)] : []
  for (const [path, node] of found) {
    if (node.kind !== 'dir' || letters.has('d')) continue
    const names = [...(letters.has('a') ? ['.', '..'] : []), ...[...node.entries].sort(byName)]
    const inside = names.map((name) => [name, lookup(kernel, `${path}/${name}`) ?? node] as const)
    const text = (format === 'long' ? 'total 0\n' : '') + arranged(kernel, inside, format)
    blocks.push(paths.length > 1 ? `${path}:\n${text}` : text)
  }
  return { out: blocks.join('\n'), err, status: err === '' ? 0 : 2 }
}

const missing = (path: string, why: string): string =>
  why === 'not simulated' ? notSimulatedText(path) : `ls: cannot access '${path}': ${why}\n`

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function arranged(kernel: Kernel, entries: readonly (readonly [string, Node])[], format: Format): string {
  const names = entries.map(([name]) => name)
  switch (format) {
    case 'lines':
      return names.map((name) => `${name}\n`).join('')
    case 'columns':
      return columns(names)
    case 'long': {
      const user = userNameOf(kernel)
      return entries.map(([name, node]) => `${longLine(name, node, user)}\n`).join('')
    }
  }
}

/** The boot's date: nothing in /proc is older or younger. */
const DATE = 'Jan  1 00:00'

function longLine(name: string, node: Node, user: string): string {
  const owner = `${user} ${user}`
  if (node.kind === 'link') return `lrwx------ 1 ${owner} 64 ${DATE} ${name} -> ${node.target}`
  return node.kind === 'dir' ? `dr-xr-xr-x 2 ${owner}  0 ${DATE} ${name}` : `-r--r--r-- 1 ${owner}  0 ${DATE} ${name}`
}

/** As few rows as fit, filled downwards; columns as wide as their widest name. coreutils print_many_per_line */
function columns(names: readonly string[]): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows)
    const widths = Array.from({ length: count }, (_, c) =>
      Math.max(...names.slice(c * rows, (c + 1) * rows).map((name) => name.length)),
    )
    const width = widths.reduce((sum, w) => sum + w + GAP, -GAP)
    if (width >= TERMINAL_WIDTH && rows < names.length) continue
    return Array.from({ length: rows }, (_, r) => rowText(names, rows, r, widths)).join('')
  }
  return ''
}

function rowText(names: readonly string[], rows: number, row: number, widths: readonly number[]): string {
  const cells = widths.map((_, c) => names[c * rows + row]).filter((name) => name !== undefined)
  return cells.map((name, c) => (c + 1 < cells.length ? name.padEnd(widths[c] + GAP) : name)).join('') + '\n'
}
