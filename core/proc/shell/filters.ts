/**
 * The text filters that read-outs are piped through: grep, head, tail, wc -l.
 *
 * Left out: everything but basic regular expressions and the few options below; files as arguments (pipe into them).
 */
import { failed, ok, type CommandResult } from './result.js'

export type Filter = (args: readonly string[], input: string) => CommandResult

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** Options of one letter, with a number behind those in `counted`: "-A 20", "-A20". */
interface Options {
  readonly flags: ReadonlySet<string>
  readonly numbers: ReadonlyMap<string, number>
  readonly words: readonly string[]
}

/** @returns the offending option when one is unknown or has no number */
function readOptions(args: readonly string[], letters: string, counted: string): Options | string {
  const flags = new Set<string>()
  const numbers = new Map<string, number>()
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg.length < 2 || !arg.startsWith('-')) words.push(arg)
    else if (counted.includes(arg[1])) {
      const value = arg.slice(2) || args[++i]
      if (!/^[0-9]+$/.test(value ?? '')) return arg
      numbers.set(arg[1], Number(value))
    } else {
      if (![...arg.slice(1)].every((letter) => letters.includes(letter))) return arg
      for (const letter of arg.slice(1)) flags.add(letter)
    }
  }
  return { flags, numbers, words }
}

const badOption = (name: string, option: string): CommandResult =>
  failed(`${name}: option ${option} is not modelled in this laboratory\n`, 2)

/** A basic regular expression as a JavaScript one: ( ) { } + ? | are plain unless escaped. */
function basicPattern(pattern: string, flags: string): RegExp | undefined {
  const source = pattern.replace(/\\?[(){}+?|]/g, (found) => (found.startsWith('\\') ? found.slice(1) : `\\${found}`))
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}

/** Exit status 1 when no line matches. */
const grep: Filter = (args, input) => {
  const options = readOptions(args, 'ivcEF', 'ABC')
  if (typeof options === 'string') return badOption('grep', options)
  const { flags, numbers, words } = options
  if (words.length !== 1) return failed('Usage: grep [OPTION]... PATTERNS [FILE]...\n', 2)
  const pattern = patternOf(words[0], flags)
  if (!pattern) return failed('grep: Invalid regular expression\n', 2)
  const lines = linesOf(input)
  const hits = lines.map((line) => pattern.test(line) !== flags.has('v'))
  const count = hits.filter(Boolean).length
  const around = numbers.get('C') ?? 0
  const out = flags.has('c')
    ? `${count}\n`
    : withContext(lines, hits, numbers.get('B') ?? around, numbers.get('A') ?? around)
  return { out, err: '', status: count > 0 ? 0 : 1 }
}

function patternOf(pattern: string, options: ReadonlySet<string>): RegExp | undefined {
  const flags = options.has('i') ? 'i' : ''
  if (options.has('F')) return new RegExp(pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags)
  if (!options.has('E')) return basicPattern(pattern, flags)
  try {
    return new RegExp(pattern, flags)
  } catch {
    return undefined
  }
}

/** Matching lines with their neighbours; groups that do not touch are told apart by "--". */
function withContext(lines: readonly string[], hits: readonly boolean[], before: number, after: number): string {
  const out: string[] = []
  let shownTo = -1
  hits.forEach((hit, i) => {
    if (!hit) return
    const from = Math.max(shownTo + 1, i - before)
    if (before + after > 0 && shownTo >= 0 && from > shownTo + 1) out.push('--')
    shownTo = Math.max(shownTo, Math.min(lines.length - 1, i + after))
    out.push(...lines.slice(from, shownTo + 1))
  })
  return joined(out)
}

/** "-5" is "-n 5". */
const asCount = (args: readonly string[]): readonly string[] => args.map((arg) => arg.replace(/^-([0-9]+)$/, '-n$1'))

const firstOrLast =
  (name: string, pick: (lines: readonly string[], n: number) => readonly string[]): Filter =>
  (args, input) => {
    const options = readOptions(asCount(args), '', 'n')
    if (typeof options === 'string') return badOption(name, options)
    return ok(joined(pick(linesOf(input), options.numbers.get('n') ?? 10)))
  }

const wc: Filter = (args, input) => {
  const options = readOptions(args, 'l', '')
  if (typeof options === 'string' || !options.flags.has('l')) return badOption('wc', args[0] ?? '(none)')
  return ok(`${linesOf(input).length}\n`)
}

export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ['grep', grep],
  ['head', firstOrLast('head', (lines, n) => lines.slice(0, n))],
  ['tail', firstOrLast('tail', (lines, n) => (n === 0 ? [] : lines.slice(-n)))],
  ['wc', wc],
])
