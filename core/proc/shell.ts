/**
 * The read-out shell: runs ps, pmap, free, slabtop, cat and a few filters on the machine as it stands, and answers with what a terminal
 * would show. It can look at everything and change nothing.
 *
 *   list     := pipeline ((';' | '&&' | '||') pipeline)*
 *   pipeline := command ('|' command)*
 */
import type { Kernel } from '../kernel/index.js'
import { lookup, readFile } from './files.js'
import { free } from './procps/free.js'
import { pmap } from './procps/pmap.js'
import { ps } from './procps/ps.js'
import { slabtop } from './procps/slabtop.js'
import { ABSENT_COMMANDS } from './shell/absent.js'
import { CLEAR, help, history } from './shell/builtins.js'
import { FILTERS } from './shell/filters.js'
import { expandGlob } from './shell/glob.js'
import { ls } from './shell/ls.js'
import { NotSimulated, syntaxError, SyntaxProblem, tokenize, type Operator, type Token } from './shell/lexer.js'
import { failed, notSimulatedText, ok, type CommandResult } from './shell/result.js'
import { notSimulated, readOptions } from './shell/tools.js'

export interface Readout {
  /** Output and messages, in the order a terminal shows them. */
  readonly text: string
  /** Exit status of the last command. */
  readonly status: number
}

const NOT_FOUND = 127
const SYNTAX = 2

/**
 * Runs a command line. $PID is the traced process, $? the status of the command before.
 * @param typed the command lines before this one, for `history`
 */
export function runReadout(kernel: Kernel, command: string, pid: number, typed: readonly string[] = []): Readout {
  const context: Context = { kernel, typed: [...typed, command] }
  let status = 0
  const variables = (name: string): string => (name === 'PID' ? String(pid) : name === '?' ? STATUS_MARK : '')
  try {
    let text = ''
    for (const step of parseList(expanded(kernel, tokenize(command, variables)))) {
      if (skipped(step.when, status)) continue
      const words = step.pipeline.map((c) => c.map((word) => word.replaceAll(STATUS_MARK, String(status))))
      const result = runPipeline(context, words)
      text += result.text
      status = result.status
    }
    return { text, status }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { text: `sh: 1: ${error.message}\n`, status: SYNTAX }
    if (error instanceof NotSimulated) return { text: notSimulatedText(error.message), status: SYNTAX }
    throw error
  }
}

/** What commands look at. */
interface Context {
  readonly kernel: Kernel
  /** Command lines of this run, the present one last. */
  readonly typed: readonly string[]
}

/** Stands for $? until the command before has run. */
const STATUS_MARK = '\u0000?'

/** Patterns become the names they fit. */
const expanded = (kernel: Kernel, tokens: readonly Token[]): readonly Token[] =>
  tokens.flatMap((token): readonly Token[] => {
    if (token.kind !== 'word' || token.pattern === undefined) return [token]
    const names = expandGlob(token.pattern, (path) => {
      const node = lookup(kernel, path)
      return node?.kind === 'dir' ? node.entries : undefined
    })
    return names.length > 0 ? names.map((text) => ({ kind: 'word', text })) : [token]
  })

// ---- grammar --------------------------------------------------------------------------------------------------------

type Words = readonly string[]

interface Step {
  /** What stands before the pipeline. */
  readonly when: Operator
  readonly pipeline: readonly Words[]
}

const skipped = (when: Operator, status: number): boolean =>
  (when === '&&' && status !== 0) || (when === '||' && status === 0)

function parseList(tokens: readonly Token[]): readonly Step[] {
  const steps: Step[] = []
  let when: Operator = ';'
  let pipeline: Words[] = []
  let words: string[] = []
  const endCommand = (by: string): void => {
    if (words.length === 0) throw syntaxError(by)
    pipeline.push(words)
    words = []
  }
  for (const token of tokens) {
    if (token.kind === 'word') words.push(token.text)
    else if (token.text === '|') endCommand('"|" unexpected')
    else {
      endCommand(`"${token.text}" unexpected`)
      if (token.text === ';;') throw syntaxError('";;" unexpected')
      steps.push({ when, pipeline })
      when = token.text
      pipeline = []
    }
  }
  if (words.length > 0 || pipeline.length > 0 || when !== ';') {
    endCommand('end of file unexpected')
    steps.push({ when, pipeline })
  }
  return steps
}

// ---- commands -------------------------------------------------------------------------------------------------------

/** Messages go to the terminal at once, output to the next command. */
function runPipeline(context: Context, commands: readonly Words[]): Readout {
  let messages = ''
  let result = ok('')
  for (const [i, [name, ...args]] of commands.entries()) {
    result = runCommand(context, name, args, result.out, i + 1 === commands.length)
    messages += result.err
  }
  return { text: messages + result.out, status: result.status }
}

/** @param last the command writes to the terminal */
function runCommand(
  { kernel, typed }: Context,
  name: string,
  args: Words,
  input: string,
  last: boolean,
): CommandResult {
  const filter = FILTERS.get(name)
  if (filter) return filter(args, input, (path) => readFile(kernel, path))
  switch (name) {
    case 'ps':
      return ps(kernel, args)
    case 'free':
      return free(kernel, args)
    case 'slabtop':
      return slabtop(kernel, args)
    case 'pmap':
      return pmap(kernel, args)
    case 'ls':
      return ls(kernel, args, last)
    case 'cat':
      return cat(kernel, args, input)
    case 'pidof':
      return pidof(kernel, args)
    case 'echo':
      return args[0] === '-n' ? ok(args.slice(1).join(' ')) : ok(`${args.join(' ')}\n`)
    case 'true':
      return ok('')
    case 'false':
      return failed('')
    case 'help':
      return help(args)
    case 'history':
      return history(typed, args)
    case 'clear':
      return args.length > 0 ? notSimulated(`clear ${args[0]}`, 1) : ok(CLEAR)
    default:
      return ABSENT_COMMANDS.has(name)
        ? notSimulated(name, NOT_FOUND)
        : failed(`sh: 1: ${name}: not found\n`, NOT_FOUND)
  }
}

/** Without arguments it passes on what comes in. */
function cat(kernel: Kernel, args: Words, input: string): CommandResult {
  const options = readOptions('cat', args)
  if ('status' in options) return options
  const { words } = options
  if (words.length === 0) return ok(input)
  let out = ''
  let err = ''
  for (const path of words) {
    const read = path === '-' ? ({ ok: true, text: input } as const) : readFile(kernel, path)
    if (read.ok) out += read.text
    else err += read.why === 'not simulated' ? notSimulatedText(path) : `cat: ${path}: ${read.why}\n`
  }
  return { out, err, status: err === '' ? 0 : 1 }
}

function pidof(kernel: Kernel, names: Words): CommandResult {
  const pids = kernel.tasks.processes.filter((task) => task.mm && names.includes(task.comm)).map((task) => task.pid)
  return pids.length > 0 ? ok(`${pids.reverse().join(' ')}\n`) : failed('')
}
