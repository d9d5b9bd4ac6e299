/**
 * What Tab could put at the cursor: commands, their options, files of /proc, processes, columns of ps. The line is read
 * only as far as completion needs it: the command it is in, and the word before the cursor.
 */
import type { Kernel } from '../../kernel/index.js'
import { lookup } from '../files.js'
import { columnNames } from '../procps/columns.js'
import { COMMANDS } from './builtins.js'
import { TOOLS } from './tools.js'

export interface Completion {
  /** Where the word begins that is completed. */
  readonly from: number
  readonly words: readonly string[]
}

const letters = (text: string): readonly string[] => [...text].map((letter) => `-${letter}`)
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(TOOLS).map(([name, tool]) => [name, letters(tool.letters + tool.counted)])),
  ps: [
    ...letters('AacdefFHlLopqruwy'),
    ...['--forest', '--format', '--no-headers', '--pid', '--ppid', '--quick-pid', '--sid', '--sort', '--tty', '--user'],
  ],
  pmap: ['-x', '-X', '-XX', '-d', '-q', '-p', '--device', '--extended', '--quiet', '--show-path'],
  free: ['-b', '-k', '-m', '-g', '-h', '-l', '-t', '-w', '-v', '--human', '--si', '--total', '--wide'],
  slabtop: ['-o', '-s', '--once', '--sort='],
}

export function complete(kernel: Kernel, line: string, cursor: number, pid: number): Completion {
  const before = line.slice(0, cursor)
  const from = wordStart(before)
  const word = before.slice(from)
  const command = words(before.slice(lastOperator(before), from))
  const found = candidates(kernel, command, word, pid)
  return { from, words: [...new Set(found)].filter((each) => each.startsWith(word) && each !== word) }
}

/** The word before the cursor begins behind the last blank or operator that is not quoted or escaped. */
function wordStart(text: string): number {
  return scan(text, /[\s|;&]/)
}
const lastOperator = (text: string): number => scan(text, /[|;&]/)

function scan(text: string, ends: RegExp): number {
  let at = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '\\') i++
    else if (char === '"' || char === "'") quote = char
    else if (ends.test(char)) at = i + 1
  }
  return at
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean)

function candidates(kernel: Kernel, command: readonly string[], word: string, pid: number): readonly string[] {
  const [name, ...args] = command
  if (name === undefined) return COMMANDS
  if (word.startsWith('-')) return OPTIONS[name] ?? []
  if (name === 'ps' && args.at(-1) === '-o') return listed(columnNames(), word)
  // All of these read files.
  if (Object.hasOwn(TOOLS, name))
    return word.startsWith('$') && !word.includes('/') ? VARIABLES : paths(kernel, word, pid)
  if (name === 'help') return COMMANDS
  if (name === 'pmap' || (name === 'ps' && /^(-p|-q|--pid|--ppid|--quick-pid)$/.test(args.at(-1) ?? '')))
    return [...VARIABLES, ...kernel.tasks.processes.map((task) => String(task.pid))]
  return word.startsWith('$') ? VARIABLES : []
}

const VARIABLES = ['$PID', '$?']

/** Behind the last comma of a list. */
function listed(all: readonly string[], word: string): readonly string[] {
  const done = word.slice(0, word.lastIndexOf(',') + 1)
  return all.map((each) => done + each)
}

/** Files and folders; a folder ends with a slash, so that the next Tab goes on inside. */
function paths(kernel: Kernel, word: string, pid: number): readonly string[] {
  const folder = word.slice(0, word.lastIndexOf('/') + 1)
  const real = (path: string): string => path.replace(/\$\{?PID\}?/g, String(pid))
  const node = lookup(kernel, real(folder === '' ? '/' : folder))
  if (node?.kind !== 'dir') return []
  return [...node.entries].sort(naturally).map((name) => {
    const path = `${folder === '' ? '/' : folder}${name}`
    return lookup(kernel, real(path))?.kind === 'dir' ? `${path}/` : path
  })
}

/** Processes by number. */
function naturally(a: string, b: string): number {
  const number = /^[0-9]+$/
  if (number.test(a) && number.test(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}
