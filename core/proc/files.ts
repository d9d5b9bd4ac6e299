/** The files of /proc by path. */
import type { Kernel } from '../kernel/index.js'
import { mapsText } from './maps.js'
import { mappingsOf } from './mappings.js'
import { rollupText, smapsText } from './smaps-text.js'
import { slabinfoText } from './slabinfo.js'
import { statmText, statusLines, statusText } from './status.js'
import { meminfoText } from './meminfo.js'
import { buddyinfoText, freeBlocks, pagetypeinfoText, zoneinfoText } from './system.js'

export type FileRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: 'No such file or directory' | 'Is a directory' | 'No such process' }

const SYSTEM: ReadonlyMap<string, (kernel: Kernel) => string> = new Map([
  ['buddyinfo', (kernel: Kernel) => buddyinfoText(freeBlocks(kernel))],
  ['meminfo', meminfoText],
  ['pagetypeinfo', pagetypeinfoText],
  ['slabinfo', slabinfoText],
  ['zoneinfo', zoneinfoText],
])

/** A file of a process; undefined when it cannot be read because the process has no memory any more. */
type ProcessFile = (kernel: Kernel, pid: number) => string | undefined

const PROCESS: ReadonlyMap<string, ProcessFile> = new Map<string, ProcessFile>([
  ['maps', (kernel, pid) => mapsText(mappingsOf(kernel, pid))],
  ['smaps', smapsText],
  ['smaps_rollup', rollupText],
  ['status', (kernel, pid) => statusText(statusLines(kernel, pid))],
  ['statm', statmText],
  ['comm', (kernel, pid) => `${kernel.tasks.get(pid)?.comm}\n`],
])

const MISSING: FileRead = { ok: false, why: 'No such file or directory' }
const DIRECTORY: FileRead = { ok: false, why: 'Is a directory' }

export function readFile(kernel: Kernel, path: string): FileRead {
  const [root, first, name, ...rest] = path.replace(/\/+/g, '/').replace(/\/$/, '').slice(1).split('/')
  if (!path.startsWith('/') || root !== 'proc' || rest.length > 0) return path === '/' ? DIRECTORY : MISSING
  if (first === undefined) return DIRECTORY
  if (!/^[0-9]+$/.test(first)) return name === undefined ? found(SYSTEM.get(first)?.(kernel)) : MISSING
  const pid = Number(first)
  if (!kernel.tasks.get(pid)) return MISSING
  if (name === undefined) return DIRECTORY
  const file = PROCESS.get(name)
  if (!file) return MISSING
  const text = file(kernel, pid)
  return text === undefined ? { ok: false, why: 'No such process' } : found(text)
}

const found = (text: string | undefined): FileRead => (text === undefined ? MISSING : { ok: true, text })
