/** pmap: options, processes, exit status (procps pmap.c). */
import type { Kernel } from '../../kernel/index.js'
import { mappingsOf, type Mapping } from '../mappings.js'
import { failed, ok, type CommandResult } from '../shell/result.js'
import { notSimulated } from '../shell/tools.js'
import { smapsFieldsOf } from '../smaps-text.js'
import { smapsOf } from '../smaps.js'
import { vmFlagLetters } from '../vmflags.js'
import { since } from '../version.js'
import {
  pmapBody,
  pmapDevice,
  pmapMode,
  pmapNames,
  pmapTitle,
  type PmapFormat,
  type PmapLayout,
  type PmapLine,
} from './pmap-lines.js'
import { ExtendedMaps, type SmapsRecord } from './pmap-extended.js'
import { psProcessOf } from './process.js'

/** A mapping of a process as pmap sees it; RSS and Dirty only where asked for, because they cost a walk. */
export function pmapLine(kernel: Kernel, pid: number, mapping: Mapping, counted: boolean): PmapLine {
  const { Rss, Shared_Dirty, Private_Dirty } = counted
    ? smapsOf(kernel, pid, mapping)
    : { Rss: 0, Shared_Dirty: 0, Private_Dirty: 0 }
  return {
    address: mapping.start.padStart(16, '0'),
    kbytes: mapping.sizeKb,
    rss: Rss,
    dirty: Shared_Dirty + Private_Dirty,
    mode: pmapMode(mapping.perms),
    ...pmapNames(mapping.name, holdsStack(kernel, pid, mapping)),
    offset: mapping.offset.padStart(16, '0'),
    device: pmapDevice(mapping.device),
  }
}

/** Where the stack started, by /proc/PID/stat, is in the mapping. */
function holdsStack(kernel: Kernel, pid: number, { vma }: Mapping): boolean {
  const start = kernel.tasks.get(pid)?.mm?.startStack ?? -1
  return vma !== undefined && vma.start <= start && start <= vma.end
}

/** Exit status 42 when one of the processes does not exist. */
export function pmap(kernel: Kernel, args: readonly string[]): CommandResult {
  const request = parsePmap(kernel, args)
  if ('status' in request) return request
  const found = request.pids.filter((pid) => kernel.tasks.get(pid))
  const extended = request.details > 0 ? new ExtendedMaps({ ...request, everything: request.details > 1 }) : undefined
  const out = found
    .map((pid) =>
      extended ? title(kernel, pid) + extended.text(smapsRecords(kernel, pid)) : oneProcess(kernel, pid, request),
    )
    .join('')
  return { out, err: '', status: found.length < request.pids.length ? 42 : 0 }
}

function oneProcess(kernel: Kernel, pid: number, layout: PmapLayout): string {
  const counted = layout.format === 'extended'
  const lines = mappingsOf(kernel, pid).map((mapping) => pmapLine(kernel, pid, mapping, counted))
  return title(kernel, pid) + pmapBody(lines, layout)
}

const title = (kernel: Kernel, pid: number): string => pmapTitle(pid, commandOf(kernel, pid))

/** What -X reads in smaps. */
function smapsRecords(kernel: Kernel, pid: number): readonly SmapsRecord[] {
  const names = smapsFieldsOf(kernel.profile)
  return mappingsOf(kernel, pid).map((mapping) => {
    const values = smapsOf(kernel, pid, mapping)
    const fields = names.map((name): readonly [string, number] => [name, values[name]])
    const key: readonly (readonly [string, number])[] = kernel.profile.smapsProtectionKey ? [['ProtectionKey', 0]] : []
    const { start, perms, offset, device, inode, name, flags } = mapping
    const vmFlags = vmFlagLetters(flags).join(' ')
    return { start, perms, offset, device, inode, name, vmFlags, fields: [...fields, ...key] }
  })
}

function commandOf(kernel: Kernel, pid: number): string {
  const args = psProcessOf(kernel, pid)?.args ?? ''
  return since(kernel.profile.procps, '4.0') ? args : args.replace(/ <defunct>$/, '')
}

// ---- command line ---------------------------------------------------------------------------------------------------

interface PmapRequest extends PmapLayout {
  readonly pids: readonly number[]
  /** Times -X was given. */
  readonly details: number
}

const USAGE = [
  '',
  'Usage:',
  ' pmap [options] PID [PID ...]',
  '',
  'Options:',
  ' -x, --extended              show details',
  ' -X                          show even more details',
  '            WARNING: format changes according to /proc/PID/smaps',
  ' -XX                         show everything the kernel provides',
  ' -c, --read-rc               read the default rc',
  ' -C, --read-rc-from=<file>   read the rc from file',
  ' -n, --create-rc             create new default rc',
  ' -N, --create-rc-to=<file>   create new rc to file',
  '            NOTE: pid arguments are not allowed with -n, -N',
  ' -d, --device                show the device format',
  ' -q, --quiet                 do not display header and footer',
  ' -p, --show-path             show path in the mapping',
  ' -A, --range=<low>[,<high>]  limit results to the given range',
  '',
  ' -h, --help     display this help and exit',
  ' -V, --version  output version information and exit',
  '',
  'For more details see pmap(1).',
  '',
].join('\n')
const LONG: Readonly<Record<string, string>> = {
  extended: 'x',
  device: 'd',
  quiet: 'q',
  'show-path': 'p',
  help: 'h',
  version: 'V',
  range: 'A',
}
const NOT_MODELLED = 'cCnNA'

function parsePmap(kernel: Kernel, args: readonly string[]): PmapRequest | CommandResult {
  if (args.length === 0) return failed(USAGE)
  const words = args.filter((arg) => !isOption(arg))
  const letters: string[] = []
  for (const option of args.filter(isOption)) {
    const long = option.startsWith('--') ? LONG[option.slice(2).split('=')[0]] : undefined
    if (option.startsWith('--') && !long) return failed(`pmap: unrecognized option '${option}'\n${USAGE}`)
    letters.push(...(long ?? option.slice(1)))
  }
  return (
    refuse(kernel, letters) ??
    (new Set(letters.filter((letter) => 'cCdnNxX'.includes(letter))).size > 1 ? failed(EXCLUSIVE) : undefined) ??
    (words.length === 0 ? failed('pmap: argument missing\n') : undefined) ??
    withPids(words, letters)
  )
}

const EXCLUSIVE = 'pmap: options -c, -C, -d, -n, -N, -x, -X are mutually exclusive\n'

const isOption = (arg: string): boolean => arg.length > 1 && arg.startsWith('-')

/** Options that end it: help, version, and what does not exist. */
function refuse(kernel: Kernel, letters: readonly string[]): CommandResult | undefined {
  for (const letter of letters) {
    if (letter === 'V') return ok(`pmap from procps-ng ${kernel.profile.procps}\n`)
    if (letter === 'h') return ok(USAGE)
    if (NOT_MODELLED.includes(letter)) return notSimulated(`pmap -${letter}`, 1)
    if (!'xXdqpr'.includes(letter)) return failed(`pmap: invalid option -- '${letter}'\n${USAGE}`)
  }
  return undefined
}

function withPids(words: readonly string[], letters: readonly string[]): PmapRequest | CommandResult {
  const pids = words.map((word) => Number(/^(?:\/proc\/)?([1-9][0-9]*)$/.exec(word)?.[1]))
  if (pids.some((pid) => !Number.isSafeInteger(pid))) return failed(USAGE)
  const format: PmapFormat = letters.includes('x') ? 'extended' : letters.includes('d') ? 'device' : 'plain'
  const details = letters.filter((letter) => letter === 'X').length
  return { format, quiet: letters.includes('q'), showPath: letters.includes('p'), pids, details }
}
