/** The `pagewalk` command: which subcommand, and how it ends. */
import { readFileSync } from 'node:fs'
import { explain } from './explain.js'
import { heap, leaks } from './heap.js'
import { lessons } from './lessons.js'
import { mallocTrace } from './malloc-trace.js'
import { programs } from './programs.js'
import { report } from './report.js'
import { run } from './run.js'
import { BrokenInput, parseArguments, USAGE, UsageError, type Command } from './usage.js'

declare const __PAGEWALK_VERSION__: string | undefined

/** Exit status: the program's own; 2 for wrong usage; 1 with a message for a broken input. */
export function main(argv: readonly string[]): number {
  try {
    return carryOut(parseArguments(argv))
  } catch (error) {
    if (error instanceof UsageError) return complain(`pagewalk: ${error.message}\n\n${USAGE}`, 2)
    if (error instanceof BrokenInput)
      return complain(error.message.endsWith('\n') ? error.message : `pagewalk: ${error.message}\n`, 1)
    throw error
  }
}

function carryOut(command: Command): number {
  switch (command.do) {
    case 'help':
      return print(USAGE)
    case 'version':
      return print(`pagewalk ${version()}\n`)
    case 'run':
      return run(command.options)
    case 'heap':
      return heap(command.options)
    case 'leaks':
      return leaks(command.options)
    case 'explain':
      return explain(command.options)
    case 'report':
      return report(command.options)
    case 'programs':
      return programs(command.options)
    case 'lessons':
      return lessons(command.options)
    case 'malloc-trace':
      return mallocTrace(command.options)
  }
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function complain(text: string, status: number): number {
  process.stderr.write(text)
  return status
}

function version(): string {
  if (typeof __PAGEWALK_VERSION__ === 'string') return __PAGEWALK_VERSION__
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version
}
