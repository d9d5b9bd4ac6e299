/** The `pagewalk` command: which subcommand, and how it ends. */
import { readFileSync } from 'node:fs'
import { explain } from './explain.js'
import { heap, leaks } from './heap.js'
import { lessons } from './lessons.js'
import { mallocTrace } from './malloc-trace.js'
import { programs } from './programs.js'
import { report } from './report.js'
import { run } from './run.js'
import { BrokenInput, parseArguments, USAGE, UsageError } from './usage.js'

declare const __PAGEWALK_VERSION__: string | undefined

/** Exit status: the program's own; 2 for wrong usage; 1 with a message for a broken input. */
export function main(argv: readonly string[]): number {
  try {
    const command = parseArguments(argv)
    if (command.do === 'help') return print(USAGE)
    if (command.do === 'version') return print(`pagewalk ${version()}\n`)
    if (command.do === 'programs') return programs(command.options)
    if (command.do === 'lessons') return lessons(command.options)
    if (command.do === 'malloc-trace') return mallocTrace(command.options)
    if (command.do === 'heap') return heap(command.options)
    if (command.do === 'leaks') return leaks(command.options)
    if (command.do === 'explain') return explain(command.options)
    if (command.do === 'report') return report(command.options)
    return run(command.options)
  } catch (error) {
    if (error instanceof UsageError) return complain(`pagewalk: ${error.message}\n\n${USAGE}`, 2)
    if (error instanceof BrokenInput)
      return complain(error.message.endsWith('\n') ? error.message : `pagewalk: ${error.message}\n`, 1)
    throw error
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
