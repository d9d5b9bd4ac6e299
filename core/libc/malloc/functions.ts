/** malloc(3) and its family as the program calls them: arguments, errno, and the pool behind. */
import { Errno } from '../../kernel/uapi/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'

export function mallocFunctions(rt: Runtime): FunctionTable {
  const orFail = (p: number): number => {
    if (p === 0) rt.fail(Errno.ENOMEM)
    return p
  }
  const realloc = (p: number, size: number): number => {
    const to = rt.allocator.realloc(p, size)
    return size === 0 && p !== 0 ? to : orFail(to)
  }
  return {
    malloc: (args) => orFail(rt.allocator.malloc(args.ptr(0))),
    calloc: (args) => orFail(rt.allocator.calloc(args.ptr(0), args.ptr(1))),
    realloc: (args) => realloc(args.ptr(0), args.ptr(1)),
    reallocarray: (args) => realloc(args.ptr(0), args.ptr(1) * args.ptr(2)),
    free: (args) => rt.allocator.free(args.ptr(0)),
    malloc_usable_size: (args) => rt.allocator.usableSize(args.ptr(0)),
  }
}
