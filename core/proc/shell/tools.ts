/**
 * The options of the filters and of ls and cat: which of them are here, which the real tool has besides (coreutils 9.1,
 * grep 3.8), and what it says of any other. What the tool has and is not here is never passed over.
 */
import { failed, notSimulatedText, type CommandResult } from './result.js'

interface Tool {
  /** Letters that are here; `counted` ones take a number. */
  readonly letters: string
  readonly counted: string
  /** Letters and long names the tool has besides. */
  readonly others: string
  readonly long: readonly string[]
  /** Exit status of a wrong option. */
  readonly status: number
}

const names = (text: string): readonly string[] => text.split(' ')

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  grep: {
    letters: 'ivcEFhHnolqw',
    counted: 'ABC',
    others: 'GPefxzsVmbyaIdDrRLTZU',
    long: names(
      'extended-regexp fixed-strings basic-regexp perl-regexp regexp file ignore-case no-ignore-case word-regexp line-regexp null-data no-messages invert-match version help max-count byte-offset line-number line-buffered with-filename no-filename label only-matching quiet silent binary-files text directories devices recursive dereference-recursive include exclude exclude-from exclude-dir files-without-match files-with-matches count initial-tab null before-context after-context context group-separator no-group-separator color colour binary',
    ),
    status: 2,
  },
  head: {
    letters: 'q',
    counted: 'nc',
    others: 'vz',
    long: names('bytes lines quiet silent verbose zero-terminated help version'),
    status: 1,
  },
  tail: {
    letters: 'q',
    counted: 'nc',
    others: 'fFsvz',
    long: names(
      'bytes follow lines max-unchanged-stats pid quiet silent retry sleep-interval verbose zero-terminated help version',
    ),
    status: 1,
  },
  wc: {
    letters: 'lwc',
    counted: '',
    others: 'mL',
    long: names('bytes chars lines files0-from max-line-length words help version'),
    status: 1,
  },
  sort: {
    letters: 'nru',
    counted: 'k',
    others: 'bdfgiMhRVcCmosStTyz',
    long: names(
      'ignore-leading-blanks dictionary-order ignore-case general-numeric-sort ignore-nonprinting month-sort human-numeric-sort numeric-sort random-sort random-source reverse sort version-sort batch-size check compress-program debug files0-from key merge output stable buffer-size field-separator temporary-directory parallel unique zero-terminated help version',
    ),
    status: 2,
  },
  ls: {
    letters: '1lad',
    counted: '',
    others: 'ABbCcDFfgGHhIikLmNnopQqRrSsTtUuvwXxZ',
    long: names(
      'all almost-all author escape block-size ignore-backups color directory dired classify file-type format full-time group-directories-first no-group human-readable si dereference-command-line dereference-command-line-symlink-to-dir hide hyperlink indicator-style inode ignore kibibytes dereference numeric-uid-gid literal hide-control-chars show-control-chars quote-name quoting-style reverse recursive size sort time time-style tabsize width context zero help version',
    ),
    status: 2,
  },
  cat: {
    letters: '',
    counted: '',
    others: 'AbeEnstTuv',
    long: names('show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting help version'),
    status: 1,
  },
}
export type ToolName = 'grep' | 'head' | 'tail' | 'wc' | 'sort' | 'ls' | 'cat'

/** Options of one letter, with a number behind those that take one: "-A 20", "-A20". */
export interface Options {
  readonly flags: ReadonlySet<string>
  readonly numbers: ReadonlyMap<string, number>
  readonly words: readonly string[]
}

export const notSimulated = (what: string, status: number): CommandResult => failed(notSimulatedText(what), status)

const hintOf = (name: ToolName): string =>
  (name === 'grep' ? 'Usage: grep [OPTION]... PATTERNS [FILE]...\n' : '') +
  `Try '${name} --help' for more information.\n`
export const usageOf = (name: ToolName): CommandResult => failed(hintOf(name), TOOLS[name].status)

/** @returns what the tool answers when an option is wrong or not here */
export function readOptions(name: ToolName, args: readonly string[]): Options | CommandResult {
  const tool = TOOLS[name]
  const flags = new Set<string>()
  const numbers = new Map<string, number>()
  const words: string[] = []
  const wrong = (what: string): CommandResult => failed(`${name}: ${what}\n${hintOf(name)}`, tool.status)
  let options = true
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!options || arg.length < 2 || !arg.startsWith('-')) words.push(arg)
    else if (arg === '--') options = false
    else if (arg.startsWith('--')) return longOption(name, arg) ?? wrong(`unrecognized option '${arg}'`)
    else
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at]
        if (tool.letters.includes(letter)) flags.add(letter)
        else if (tool.counted.includes(letter)) {
          const value = arg.slice(at + 1) || args[++i]
          if (value === undefined) return wrong(`option requires an argument -- '${letter}'`)
          if (!/^[0-9]+$/.test(value)) return badNumber(name, letter, value)
          numbers.set(letter, Number(value))
          break
        } else
          return tool.others.includes(letter)
            ? notSimulated(`${name} -${letter}`, tool.status)
            : wrong(`invalid option -- '${letter}'`)
      }
  }
  return { flags, numbers, words }
}

function longOption(name: ToolName, arg: string): CommandResult | undefined {
  const { long, status } = TOOLS[name]
  const [word] = arg.slice(2).split('=')
  return long.some((known) => known.startsWith(word)) ? notSimulated(`${name} --${word}`, status) : undefined
}

/** Numbers as the tool reads them: -5 and +5 have their own meaning, which is not here. */
function badNumber(name: ToolName, letter: string, value: string): CommandResult {
  const { status } = TOOLS[name]
  if (/^[-+][0-9]+$/.test(value) || (name === 'sort' && /^[0-9]+[.,a-zA-Z]/.test(value)))
    return notSimulated(`${name} -${letter} ${value}`, status)
  if (name === 'grep') return failed(`grep: ${value}: invalid context length argument\n`, status)
  if (name === 'sort')
    return failed(`sort: invalid number at field start: invalid count at start of ‘${value}’\n`, status)
  return failed(`${name}: invalid number of ${letter === 'n' ? 'lines' : 'bytes'}: ‘${value}’\n`, status)
}
