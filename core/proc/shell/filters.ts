/**
 * The text filters that read-outs are piped through, or that read files of /proc: grep, head, tail, wc, sort.
 *
 * Left out: everything but basic and extended regular expressions and the few options below.
 */
import { encodeUtf8 } from '../../base/index.js'
import type { FileRead } from '../files.js'
import { failed, notSimulatedText, ok, type CommandResult } from './result.js'
import { readOptions, usageOf, type Options } from './tools.js'

export type ReadPath = (path: string) => FileRead
export type Filter = (args: readonly string[], input: string, read: ReadPath) => CommandResult

interface Source {
  /** Undefined for what was piped in. */
  readonly name: string | undefined
  readonly text: string
}

/** What a filter works on: its files, or what was piped in. */
function sourcesOf(
  command: string,
  paths: readonly string[],
  input: string,
  read: ReadPath,
): { readonly sources: readonly Source[]; readonly err: string } {
  if (paths.length === 0) return { sources: [{ name: undefined, text: input }], err: '' }
  const sources: Source[] = []
  let err = ''
  for (const path of paths) {
    const found = path === '-' ? ({ ok: true, text: input } as const) : read(path)
    if (found.ok) sources.push({ name: path, text: found.text })
    else err += unreadable(command, path, found.why)
  }
  return { sources, err }
}

/** Each tool has its own words for a file it cannot read (coreutils 9.1, grep 3.8). */
function unreadable(command: string, path: string, why: string): string {
  if (why === 'not simulated') return notSimulatedText(path)
  if (command === 'sort')
    return why === 'Is a directory' ? `sort: read failed: ${path}: ${why}\n` : `sort: cannot read: ${path}: ${why}\n`
  if (command === 'head' || command === 'tail')
    return why === 'Is a directory'
      ? `${command}: error reading '${path}': ${why}\n`
      : `${command}: cannot open '${path}' for reading: ${why}\n`
  return `${command}: ${path}: ${why}\n`
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** A basic regular expression as a JavaScript one: ( ) { } + ? | are plain unless escaped. */
const basicPattern = (pattern: string): string =>
  pattern.replace(/\\?[(){}+?|]/g, (found) => (found.startsWith('\\') ? found.slice(1) : `\\${found}`))

/** Exit status 1 when no line matches, 2 when a file could not be read. */
const grep: Filter = (args, input, read) => {
  const options = readOptions('grep', args)
  if ('status' in options) return options
  const { flags, words } = options
  if (words.length === 0) return usageOf('grep')
  const pattern = patternOf(words[0], flags)
  if (!pattern) return failed(`grep: ${whyInvalid(words[0])}\n`, 2)
  const { sources, err } = sourcesOf('grep', words.slice(1), input, read)
  const named = flags.has('H') || (words.length > 2 && !flags.has('h'))
  let out = ''
  let count = 0
  for (const source of sources) {
    const lines = linesOf(source.text)
    const hits = lines.map((line) => pattern.test(line) !== flags.has('v'))
    const found = hits.filter(Boolean).length
    count += found
    const prefix = named ? `${source.name ?? '(standard input)'}` : ''
    out += grepText(options, pattern, lines, hits, prefix)
  }
  return { out: flags.has('q') ? '' : out, err, status: err !== '' ? 2 : count > 0 ? 0 : 1 }
}

function grepText(
  { flags, numbers }: Options,
  pattern: RegExp,
  lines: readonly string[],
  hits: readonly boolean[],
  prefix: string,
): string {
  const found = hits.filter(Boolean).length
  const head = prefix === '' ? '' : `${prefix}:`
  if (flags.has('c')) return `${head}${found}\n`
  if (flags.has('l')) return found > 0 ? `${prefix || '(standard input)'}\n` : ''
  if (flags.has('o')) {
    const all = new RegExp(pattern.source, `${pattern.flags}g`)
    return joined(
      lines.flatMap((line, i) => (hits[i] ? (line.match(all) ?? []).filter(Boolean).map((part) => head + part) : [])),
    )
  }
  const around = numbers.get('C') ?? 0
  const shown = (line: string, i: number): string => {
    const sign = hits[i] ? ':' : '-'
    return (prefix === '' ? '' : prefix + sign) + (flags.has('n') ? `${i + 1}${sign}` : '') + line
  }
  return withContext(lines.map(shown), hits, numbers.get('B') ?? around, numbers.get('A') ?? around)
}

function patternOf(pattern: string, options: ReadonlySet<string>): RegExp | undefined {
  const flags = options.has('i') ? 'i' : ''
  const source = options.has('F')
    ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    : options.has('E')
      ? pattern
      : basicPattern(pattern)
  try {
    return new RegExp(options.has('w') ? `(?<!\\w)(?:${source})(?!\\w)` : source, flags)
  } catch {
    return undefined
  }
}

/** As regcomp of glibc says it. */
function whyInvalid(pattern: string): string {
  const count = (char: string): number => pattern.split(char).length
  if (count('(') !== count(')')) return count('(') > count(')') ? 'Unmatched ( or \\(' : 'Unmatched ) or \\)'
  return 'Invalid regular expression'
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
  (name: 'head' | 'tail', pick: (lines: readonly string[], n: number) => readonly string[]): Filter =>
  (args, input, read) => {
    const options = readOptions(name, asCount(args))
    if ('status' in options) return options
    const { sources, err } = sourcesOf(name, options.words, input, read)
    const bytes = options.numbers.get('c')
    const texts = sources.map(({ text }) =>
      bytes === undefined
        ? joined(pick(linesOf(text), options.numbers.get('n') ?? 10))
        : pick([...text], bytes).join(''),
    )
    const titled = options.words.length > 1 && !options.flags.has('q')
    const out = texts.map((text, i) => (titled ? `==> ${sources[i].name} <==\n${text}` : text))
    return { out: out.join(titled ? '\n' : ''), err, status: err === '' ? 0 : 1 }
  }

/** Lines, words, bytes, in this order, as wide as the largest; alone from a pipe, unpadded. */
const wc: Filter = (args, input, read) => {
  const options = readOptions('wc', args)
  if ('status' in options) return options
  const { sources, err } = sourcesOf('wc', options.words, input, read)
  const wanted = options.flags.size > 0 ? [...'lwc'].filter((letter) => options.flags.has(letter)) : [...'lwc']
  const rows = sources.map(({ text }) => wanted.map((letter) => COUNTS[letter](text)))
  const sums = wanted.map((_, i) => rows.reduce((sum, row) => sum + row[i], 0))
  // Columns are as wide as the files' sizes: those of /proc say 0, a pipe says nothing.
  const width = wanted.length > 1 && options.words.length === 0 ? 7 : 1
  const line = (numbers: readonly number[], name: string | undefined): string =>
    numbers.map((n) => String(n).padStart(width)).join(' ') + (name === undefined ? '' : ` ${name}`)
  const lines = rows.map((row, i) => line(row, sources[i].name))
  if (options.words.length > 1) lines.push(line(sums, 'total'))
  return { out: joined(lines), err, status: err === '' ? 0 : 1 }
}

const COUNTS: Readonly<Record<string, (text: string) => number>> = {
  l: (text) => text.split('\n').length - 1,
  w: (text) => text.split(/\s+/).filter(Boolean).length,
  c: (text) => encodeUtf8(text).length,
}

/** Bytes in order as in the C locale; -n by number, -r reversed, -u once, -k by a field and what follows it. */
const sort: Filter = (args, input, read) => {
  const options = readOptions('sort', args)
  if ('status' in options) return options
  const { flags, numbers, words } = options
  const { sources, err } = sourcesOf('sort', words, input, read)
  if (err !== '') return failed(err, 2)
  const field = numbers.get('k') ?? 1
  const keyOf = (line: string): string => (/^\s*\S+/.test(line) ? restFrom(line, field) : line)
  const compare = (a: string, b: string): number => {
    const [x, y] = [keyOf(a), keyOf(b)]
    const order = flags.has('n') ? numberOf(x) - numberOf(y) : bytewise(x, y)
    return (order || (flags.has('u') ? 0 : bytewise(a, b))) * (flags.has('r') ? -1 : 1)
  }
  const lines = sources.flatMap(({ text }) => linesOf(text)).sort(compare)
  return ok(joined(flags.has('u') ? lines.filter((line, i) => i === 0 || compare(lines[i - 1], line) !== 0) : lines))
}

const bytewise = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const numberOf = (text: string): number => Number(/^\s*-?[0-9]*\.?[0-9]*/.exec(text)?.[0]) || 0

/** A line from its n-th field on, with the blanks in front of it. */
function restFrom(line: string, field: number): string {
  let rest = line
  for (let i = 1; i < field; i++) rest = rest.replace(/^\s*\S+/, '')
  return rest
}

export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ['grep', grep],
  ['head', firstOrLast('head', (lines, n) => lines.slice(0, n))],
  ['tail', firstOrLast('tail', (lines, n) => (n === 0 ? [] : lines.slice(-n)))],
  ['wc', wc],
  ['sort', sort],
])
