/**
 * The read-out shell: runs ps, pmap, cat and a few filters on the machine as it stands, and answers with what a terminal
 * would show. It can look at everything and change nothing.
 *
 *   list     := pipeline ((';' | '&&' | '||') pipeline)*
 *   pipeline := command ('|' command)*
 */
import type { Kernel } from '../kernel/index.js'
import { readFile } from './files.js'
import { free } from './procps/free.js'
import { pmap } from './procps/pmap.js'
import { ps } from './procps/ps.js'
import { FILTERS } from './shell/filters.js'
import { ls } from './shell/ls.js'
import { syntaxError, SyntaxProblem, tokenize, type Operator, type Token } from './shell/lexer.js'
import { failed, ok, type CommandResult } from './shell/result.js'

export interface Readout {
  /** Output and messages, in the order a terminal shows them. */
  readonly text: string
  /** Exit status of the last command. */
  readonly status: number
}

const NOT_FOUND = 127
const SYNTAX = 2

/** Runs a command line. $PID is the traced process, $? the status of the command before. */
export function runReadout(kernel: Kernel, command: string, pid: number): Readout {
  let status = 0
  const variables = (name: string): string => (name === 'PID' ? String(pid) : name === '?' ? STATUS_MARK : '')
  try {
    let text = ''
    for (const step of parseList(tokenize(command, variables))) {
      if (skipped(step.when, status)) continue
      const words = step.pipeline.map((c) => c.map((word) => word.replaceAll(STATUS_MARK, String(status))))
      const result = runPipeline(kernel, words)
      text += result.text
      status = result.status
    }
    return { text, status }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { text: `sh: 1: ${error.message}\n`, status: SYNTAX }
    throw error
  }
}

/** Stands for $? until the command before has run. */
const STATUS_MARK = '\u0000?'

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
function runPipeline(kernel: Kernel, commands: readonly Words[]): Readout {
  let messages = ''
  let result = ok('')
  for (const [i, [name, ...args]] of commands.entries()) {
    result = runCommand(kernel, name, args, result.out, i + 1 === commands.length)
    messages += result.err
  }
  return { text: messages + result.out, status: result.status }
}

/** @param last the command writes to the terminal */
function runCommand(kernel: Kernel, name: string, args: Words, input: string, last: boolean): CommandResult {
  const filter = FILTERS.get(name)
  if (filter) return filter(args, input, (path) => readFile(kernel, path))
  switch (name) {
    case 'ps':
      return ps(kernel, args)
    case 'pmap':
      return pmap(kernel, args)
    case 'free':
      return free(kernel, args)
    case 'ls':
      return ls(kernel, args, last)
    case 'cat':
      return cat(kernel, args, input)
    case 'pidof':
      return pidof(kernel, args)
    case 'echo':
      return args[0] === '-n' ? ok(args.slice(1).join(' ')) : ok(`${args.join(' ')}\n`)
    default:
      return failed(`sh: 1: ${name}: not found\n`, NOT_FOUND)
  }
}

/** Without arguments it passes on what comes in. */
function cat(kernel: Kernel, paths: Words, input: string): CommandResult {
  if (paths.length === 0) return ok(input)
  let out = ''
  let err = ''
  for (const path of paths) {
    const read = readFile(kernel, path)
    if (read.ok) out += read.text
    else err += `cat: ${path}: ${read.why}\n`
  }
  return { out, err, status: err === '' ? 0 : 1 }
}

function pidof(kernel: Kernel, names: Words): CommandResult {
  const pids = kernel.tasks.processes.filter((task) => task.mm && names.includes(task.comm)).map((task) => task.pid)
  return pids.length > 0 ? ok(`${pids.reverse().join(' ')}\n`) : failed('')
}
