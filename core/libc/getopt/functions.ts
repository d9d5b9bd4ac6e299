/**
 * getopt, getopt_long, getopt_long_only (glibc posix/getopt.c, getopt1.c).
 *
 * Left out: the reading of argv and of the option string byte by byte (each is read as a whole), translations.
 */
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { environmentValue } from '../stdlib/process.js'
import { longOption, readLongTable, type LongTable } from './long.js'
import { Scan, UNKNOWN } from './scan.js'

const END = -1
/** What an argument that is no option is called where the order is kept. */
const IN_ORDER = 1

/** Begins a scan, or goes on with one; a sign at the head of the option string is not part of it. */
function begin(scan: Scan): void {
  const { state } = scan
  const sign = scan.options[0]
  if (scan.optind === 0 || !state.begun) {
    if (scan.optind === 0) scan.optind = 1
    state.begun = true
    state.nextChar = 0
    state.firstPassed = state.lastPassed = scan.optind
    state.ordering = sign === '-' ? 'return' : sign === '+' || posixlyCorrect(scan.rt) ? 'require' : 'permute'
  }
  if (sign === '-' || sign === '+') scan.options = scan.options.slice(1)
}

const posixlyCorrect = (rt: Runtime): boolean => environmentValue(rt, 'POSIXLY_CORRECT') !== 0

/** Moves options found before those passed over, and passes over what is none. */
function passOver(scan: Scan): void {
  const { state } = scan
  if (state.lastPassed !== scan.optind) {
    if (state.firstPassed !== state.lastPassed) scan.exchange()
    else state.firstPassed = scan.optind
  }
  while (scan.optind < scan.argc && !scan.isOption(scan.optind)) scan.optind += 1
  state.lastPassed = scan.optind
}

/** "--" ends the options: everything behind it is none. */
function endAtDashes(scan: Scan): void {
  const { state } = scan
  if (scan.optind === scan.argc || scan.argument(scan.optind) !== '--') return
  scan.optind += 1
  if (state.firstPassed === state.lastPassed) state.firstPassed = scan.optind
  else if (state.lastPassed !== scan.optind) scan.exchange()
  state.lastPassed = scan.argc
  scan.optind = scan.argc
}

/**
 * Goes to the next argument. @returns the answer if that is no group of short options
 * @glibc _getopt_internal_r posix/getopt.c
 */
function nextArgument(scan: Scan, long: LongTable | undefined): number | undefined {
  const { state } = scan
  state.lastPassed = Math.min(state.lastPassed, scan.optind)
  state.firstPassed = Math.min(state.firstPassed, scan.optind)
  if (state.ordering === 'permute') passOver(scan)
  endAtDashes(scan)
  if (scan.optind === scan.argc) {
    if (state.firstPassed !== state.lastPassed) scan.optind = state.firstPassed
    return END
  }
  if (!scan.isOption(scan.optind)) {
    if (state.ordering === 'require') return END
    scan.optarg = scan.takeArgument()
    return IN_ORDER
  }
  const answer = long && tryLong(scan, long)
  if (answer === undefined) state.nextChar = scan.address(scan.optind) + 1
  return answer
}

function tryLong(scan: Scan, long: LongTable): number | undefined {
  const at = scan.address(scan.optind)
  const text = scan.text(at)
  const dashes = text.startsWith('--') ? 2 : 1
  if (dashes === 1 && !(long.only && (text.length > 2 || !scan.options.includes(text[1])))) return undefined
  scan.state.nextChar = at + dashes
  return longOption(scan, long, '-'.repeat(dashes))
}

/** The next character of a group. */
function shortOption(scan: Scan, long: LongTable | undefined): number {
  const { state, rt, options } = scan
  const code = rt.mem.readU8(state.nextChar++)
  const letter = String.fromCharCode(code)
  const at = letter === ':' || letter === ';' ? -1 : options.indexOf(letter)
  if (rt.mem.readU8(state.nextChar) === 0) scan.optind += 1
  // A char is signed.
  const answer = (code << 24) >> 24
  if (at < 0) {
    scan.complain(`invalid option -- '${letter}'\n`)
    scan.state.optopt = answer
    return UNKNOWN
  }
  const kind = options.slice(at + 1)
  const isLong = letter === 'W' && kind.startsWith(';') && long !== undefined
  if (!isLong && !kind.startsWith(':')) return answer
  const inGroup = rt.mem.readU8(state.nextChar) !== 0
  const mayLack = !isLong && kind.startsWith('::')
  if (!inGroup && (mayLack || scan.optind >= scan.argc)) {
    state.nextChar = mayLack ? 0 : state.nextChar
    return mayLack ? answer : lacksArgument(scan, answer)
  }
  const argument = inGroup ? state.nextChar : scan.address(scan.optind)
  if (isLong) {
    state.nextChar = argument
    return longOption(scan, long, '-W ') ?? END
  }
  scan.optarg = argument
  scan.optind += 1
  state.nextChar = 0
  return answer
}

function lacksArgument(scan: Scan, option: number): number {
  scan.complain(`option requires an argument -- '${String.fromCharCode(option & 0xff)}'\n`)
  scan.state.optopt = option
  return scan.missing
}

function getopt(rt: Runtime, a: CallArgs, longs?: { readonly only: boolean }): number {
  const argc = a.i32(0)
  if (argc < 1) return END
  const scan = new Scan(rt, argc, a.ptr(1), a.ptr(2))
  scan.optarg = 0
  begin(scan)
  const long = longs && a.ptr(3) !== 0 ? readLongTable(scan, a.ptr(3), a.ptr(4), longs.only) : undefined
  const inGroup = scan.state.nextChar !== 0 && rt.mem.readU8(scan.state.nextChar) !== 0
  const answer = inGroup ? undefined : nextArgument(scan, long)
  const result = answer ?? shortOption(scan, long)
  rt.mem.writeU32(rt.objects.getopt.optopt, scan.state.optopt)
  return result
}

export const getoptFunctions = (rt: Runtime): FunctionTable => ({
  getopt: (a) => getopt(rt, a),
  getopt_long: (a) => getopt(rt, a, { only: false }),
  getopt_long_only: (a) => getopt(rt, a, { only: true }),
})
