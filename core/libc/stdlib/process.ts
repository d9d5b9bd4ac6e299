/** The end of a process, its environment, and assert. */
import type { CallArgs } from '../abi.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { flushAll } from '../stdio/streams.js'
import { readString } from '../string/scan.js'
import { textOf } from '../text.js'

/** @glibc exit stdlib/exit.c A program that registers functions to be run is linked with units/exit.ts instead. */
export function exit(rt: Runtime, status: number): never {
  rt.touch('exit')
  flushAll(rt)
  return rt.sys.exitGroup(status & 0xff)
}

/** Address of the variable's value, 0 if there is none. @glibc getenv stdlib/getenv.c */
export function environmentValue(rt: Runtime, name: string): number {
  const wanted = `${name}=`
  const list = rt.mem.readPtr(rt.objects.environ)
  if (list === 0) return 0
  for (let at = list; rt.mem.readPtr(at) !== 0; at += 8) {
    const entry = rt.mem.readPtr(at)
    if (textOf(readString(rt.mem, entry)).startsWith(wanted)) return entry + wanted.length
  }
  return 0
}

/** @glibc __assert_fail assert/assert.c */
function assertFail(rt: Runtime, assertion: number, file: number, line: number, fn: number): never {
  const text = (p: number): string => textOf(readString(rt.mem, p))
  const where = fn === 0 ? '' : `${text(fn)}: `
  rt.streams[1].flush()
  return rt.fatal(`${rt.shortProgram}: ${text(file)}:${line}: ${where}Assertion \`${text(assertion)}' failed.\n`)
}

export function processFunctions(rt: Runtime): FunctionTable {
  const getenv = (a: CallArgs): number => environmentValue(rt, textOf(readString(rt.mem, a.ptr(0))))
  return {
    exit: (a) => exit(rt, a.i32(0)),
    abort: () => rt.abort(),
    getenv,
    // No program here runs with another's rights.
    secure_getenv: getenv,
    __assert_fail: (a) => assertFail(rt, a.ptr(0), a.ptr(1), a.u32(2), a.ptr(3)),
    __errno_location: () => rt.errnoAddress,
  }
}
