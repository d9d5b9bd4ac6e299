/** What the shell does itself: help, history, clear, and the two that do nothing. */
import { failed, notSimulatedText, ok, type CommandResult } from './result.js'

/** One line each, in the order in which they are listed. */
export const SUMMARIES: Readonly<Record<string, string>> = {
  ps: 'processes: -A -e -f -l -o COLUMNS -p PID --forest --sort KEY, aux, ...',
  pmap: 'mappings of a process: -x -X -XX -d -q -p PID',
  cat: 'a file of /proc: cat /proc/$PID/smaps, status, maps, /proc/meminfo, ...',
  ls: 'what there is: ls /proc, ls -l /proc/$PID/fd',
  free: 'memory of the machine: -b -k -m -g -h -t -w, ...',
  slabtop: 'caches of kernel objects, once: -o -s KEY',
  pidof: 'numbers of the processes of a name',
  grep: 'lines that fit a pattern: -i -v -c -n -o -w -E -F -A N -B N -C N',
  head: 'the first lines: -n N -c N',
  tail: 'the last lines: -n N -c N',
  wc: 'lines, words, bytes: -l -w -c',
  sort: 'lines in order: -n -r -u -k FIELD',
  echo: 'its words',
  history: 'the commands of this run, by number',
  clear: 'an empty screen',
  help: 'this list',
}

export const COMMANDS: readonly string[] = [...Object.keys(SUMMARIES), 'true', 'false'].sort()

const HELP = `A shell that looks at the simulated machine at the moment shown. It changes nothing.

${Object.entries(SUMMARIES)
  .map(([name, what]) => `  ${name.padEnd(9)}${what}\n`)
  .join('')}
$PID is the process that the window shows. Commands join with | ; && ||, words take '..', "..", \\ and the patterns * ? [..].
Keys: Tab completes, Up and Down walk the history, Ctrl+R searches it, Ctrl+A Ctrl+E go to the ends of the line, Ctrl+U
Ctrl+K Ctrl+W delete, Ctrl+C drops the line, Ctrl+L clears the screen. Esc, then Tab leaves the console.
`

export function help(args: readonly string[]): CommandResult {
  if (args.length === 0) return ok(HELP)
  let out = ''
  let err = ''
  for (const name of args) {
    const what = Object.hasOwn(SUMMARIES, name) ? SUMMARIES[name] : undefined
    if (what === undefined) err += `pagewalk: help: no help for '${name}'\n`
    else out += `${name}: ${what}\n`
  }
  return { out, err, status: err === '' ? 0 : 1 }
}

/** As bash prints it: the line itself is the last one. */
export function history(lines: readonly string[], args: readonly string[]): CommandResult {
  const [last, ...more] = args
  if (more.length > 0) return failed('sh: history: too many arguments\n')
  if (last !== undefined && !/^[0-9]+$/.test(last))
    return last.startsWith('-')
      ? failed(notSimulatedText(`history ${last}`), 2)
      : failed(`sh: history: ${last}: numeric argument required\n`)
  const first = last === undefined ? 0 : Math.max(0, lines.length - Number(last))
  return ok(
    lines
      .slice(first)
      .map((line, i) => `${String(first + i + 1).padStart(5)}  ${line}\n`)
      .join(''),
  )
}

/** What clear writes on an xterm: the cursor home, the screen empty, and what has scrolled away too. */
export const CLEAR = '\u001b[H\u001b[2J\u001b[3J'
