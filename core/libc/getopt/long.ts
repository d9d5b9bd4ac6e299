/**
 * Long options.
 *
 *   struct option   0 name   8 has_arg   16 flag   24 val   32
 */
import { UNKNOWN, type Scan } from './scan.js'

const ENTRY_BYTES = 32
const REQUIRED = 1

interface LongOption {
  readonly index: number
  readonly name: string
  readonly hasArgument: number
  /** Address of the int that gets the value instead of the caller; 0 for none. */
  readonly flag: number
  readonly value: number
}

/** What getopt_long gets beyond getopt's arguments. */
export interface LongTable {
  readonly options: readonly LongOption[]
  /** Where the index of the option found goes, 0 for nowhere. */
  readonly indexTo: number
  /** getopt_long_only: one dash is enough. */
  readonly only: boolean
}

export function readLongTable(scan: Scan, at: number, indexTo: number, only: boolean): LongTable {
  const { mem } = scan.rt
  const options: LongOption[] = []
  for (let entry = at; ; entry += ENTRY_BYTES) {
    const name = mem.readPtr(entry)
    if (name === 0) return { options, indexTo, only }
    options.push({
      index: options.length,
      name: scan.text(name),
      hasArgument: mem.readI32(entry + 8),
      flag: mem.readPtr(entry + 16),
      value: mem.readI32(entry + 24),
    })
  }
}

const alike = (a: LongOption, b: LongOption): boolean =>
  a.hasArgument === b.hasArgument && a.flag === b.flag && a.value === b.value

/** The option of that name, or those it abbreviates, of which several that do the same count as one. */
function candidates({ options, only }: LongTable, name: string): readonly LongOption[] {
  const exact = options.find((option) => option.name === name)
  if (exact) return [exact]
  const begun = options.filter((option) => option.name.startsWith(name))
  return begun.slice(0, 1).concat(begun.slice(1).filter((option) => only || !alike(option, begun[0])))
}

/**
 * Takes the long option whose name begins at nextChar.
 * @glibc process_long_option posix/getopt.c
 * @returns the answer of the call; undefined when short options are to be tried
 */
export function longOption(scan: Scan, table: LongTable, prefix: string): number | undefined {
  const { state } = scan
  const given = scan.text(state.nextChar)
  const equals = given.indexOf('=')
  const found = candidates(table, equals < 0 ? given : given.slice(0, equals))
  if (found.length > 1) return ambiguous(scan, given, found, prefix)
  if (found.length === 1) {
    const argument = equals < 0 ? 0 : state.nextChar + equals + 1
    state.nextChar = 0
    return take(scan, table, found[0], argument, prefix)
  }
  const mayBeShort = table.only && !scan.argument(scan.optind).startsWith('--') && scan.options.includes(given[0] ?? '')
  if (mayBeShort) return undefined
  scan.complain(`unrecognized option '${prefix}${given}'\n`)
  state.nextChar = 0
  return unknown(scan)
}

function unknown(scan: Scan): number {
  scan.optind += 1
  scan.state.optopt = 0
  return UNKNOWN
}

function ambiguous(scan: Scan, given: string, found: readonly LongOption[], prefix: string): number {
  const names = found.map(({ name }) => ` '${prefix}${name}'`)
  scan.complain(`option '${prefix}${given}' is ambiguous; possibilities:`, ...names, '\n')
  scan.state.nextChar += given.length
  return unknown(scan)
}

/** @param given address of what stood behind "=", 0 for none */
function take(scan: Scan, table: LongTable, option: LongOption, given: number, prefix: string): number {
  const { mem } = scan.rt
  scan.optind += 1
  if (given !== 0 && option.hasArgument === 0) {
    scan.complain(`option '${prefix}${option.name}' doesn't allow an argument\n`)
    scan.state.optopt = option.value
    return UNKNOWN
  }
  if (given !== 0) scan.optarg = given
  else if (option.hasArgument === REQUIRED) {
    if (scan.optind >= scan.argc) {
      scan.complain(`option '${prefix}${option.name}' requires an argument\n`)
      scan.state.optopt = option.value
      return scan.missing
    }
    scan.optarg = scan.takeArgument()
  }
  if (table.indexTo !== 0) mem.writeU32(table.indexTo, option.index)
  if (option.flag === 0) return option.value
  mem.writeU32(option.flag, option.value)
  return 0
}
