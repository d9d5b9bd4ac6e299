/**
 * setenv, putenv, unsetenv (stdlib/setenv.c). The list of pointers moves to malloc's memory when it first grows; each
 * value that setenv makes is kept for good and used again (known_values), in a tree whose nodes are blocks too.
 */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { readString } from '../string/scan.js'
import { latin1, textOf } from '../text.js'

/** A node of tsearch: key, left, right. */
const TREE_NODE = 24
const POINTER = 8

const stringAt = (rt: Runtime, address: number): string => textOf(readString(rt.mem, address))

/** Address of the variable's place in the list, or of its end. */
function placeOf(rt: Runtime, name: string): { readonly at: number; readonly found: boolean; readonly index: number } {
  const list = rt.mem.readPtr(rt.objects.environ)
  if (list === 0) return { at: 0, found: false, index: 0 }
  let index = 0
  for (; ; index++) {
    const at = list + index * POINTER
    const entry = rt.mem.readPtr(at)
    if (entry === 0) return { at, found: false, index }
    if (stringAt(rt, entry).startsWith(`${name}=`)) return { at, found: true, index }
  }
}

/** Makes room for one more; the list that main got is copied the first time. @returns 0 when there is no memory */
function grow(rt: Runtime, count: number): number {
  const old = rt.mem.readPtr(rt.objects.environ)
  const { environment } = rt.state
  rt.touch('realloc')
  const list = rt.allocator.realloc(environment.list, (count + 2) * POINTER)
  if (list === 0) return 0
  if (old !== environment.list && count > 0) rt.mem.copy(list, old, count * POINTER)
  environment.list = list
  rt.mem.writePtr(list + (count + 1) * POINTER, 0)
  rt.mem.writePtr(rt.objects.environ, list)
  return list
}

/** The text "name=value" in memory: one that was made before, or a new one. */
function valueOf(rt: Runtime, text: string): number {
  const { known } = rt.state.environment
  const before = known[text]
  if (before !== undefined) return before
  const at = rt.malloc(text.length + 1)
  if (at === 0) return 0
  rt.mem.writeBytes(at, latin1(`${text}\0`))
  const node = rt.malloc(TREE_NODE)
  if (node !== 0) rt.mem.writePtr(node, at)
  known[text] = at
  return at
}

/** @glibc __add_to_environ stdlib/setenv.c @param combined the caller's own "name=value", 0 to make one */
function add(rt: Runtime, name: string, value: string, combined: number, replace: boolean): number {
  const place = placeOf(rt, name)
  if (place.found && !replace) return 0
  let { at } = place
  if (!place.found) {
    const list = grow(rt, place.index)
    if (list === 0) return rt.fail(Errno.ENOMEM)
    at = list + place.index * POINTER
  }
  const text = combined || valueOf(rt, `${name}=${value}`)
  if (text === 0) return rt.fail(Errno.ENOMEM)
  rt.mem.writePtr(at, text)
  return 0
}

const isName = (name: string): boolean => name !== '' && !name.includes('=')

/** @glibc unsetenv stdlib/setenv.c: every variable of that name goes, the others move up */
function remove(rt: Runtime, name: string): number {
  if (!isName(name)) return rt.fail(Errno.EINVAL)
  for (let place = placeOf(rt, name); place.found; place = placeOf(rt, name)) {
    for (let { at } = place; rt.mem.readPtr(at) !== 0; at += POINTER) rt.mem.writePtr(at, rt.mem.readPtr(at + POINTER))
  }
  return 0
}

function putenv(rt: Runtime, text: number): number {
  const line = stringAt(rt, text)
  const equals = line.indexOf('=')
  return equals < 0 ? remove(rt, line) : add(rt, line.slice(0, equals), '', text, true)
}

/** The list that libc made is freed, the values are not. @glibc clearenv stdlib/setenv.c */
function clearenv(rt: Runtime): number {
  const { environment } = rt.state
  if (environment.list !== 0 && rt.mem.readPtr(rt.objects.environ) === environment.list) {
    rt.allocator.free(environment.list)
    environment.list = 0
  }
  rt.mem.writePtr(rt.objects.environ, 0)
  return 0
}

export function environmentFunctions(rt: Runtime): FunctionTable {
  return {
    setenv: (a) => {
      const name = a.ptr(0) === 0 ? '' : stringAt(rt, a.ptr(0))
      return isName(name) ? add(rt, name, stringAt(rt, a.ptr(1)), 0, a.i32(2) !== 0) : rt.fail(Errno.EINVAL)
    },
    putenv: (a) => putenv(rt, a.ptr(0)),
    unsetenv: (a) => (a.ptr(0) === 0 ? rt.fail(Errno.EINVAL) : remove(rt, stringAt(rt, a.ptr(0)))),
    clearenv: () => clearenv(rt),
  }
}
