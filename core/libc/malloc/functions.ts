/** malloc(3) and its family as the program calls them: arguments, errno, and the allocator behind. */
import { Errno } from '../../kernel/uapi/index.js'
import type { CallArgs } from '../abi.js'
import { MALLOC_INFO_HEAD, type MallInfo } from '../ptmalloc/index.js'
import type { FunctionTable, Runtime } from '../runtime.js'
import { HostBytes } from '../stdio/bytes.js'
import { streamAt } from '../stdio/streams.js'
import { latin1 } from '../text.js'

const PAGE = 4096
/** The largest number below 2^63. */
const BELOW_PTRDIFF_MAX = 2 ** 63 - 1024

/** A size_t: where a number cannot hold it, on the same side of PTRDIFF_MAX as the argument. */
function sizeArg(args: CallArgs, index: number): number {
  const size = args.ptr(index)
  return size === 2 ** 63 && args.u64(index) < 2n ** 63n ? BELOW_PTRDIFF_MAX : size
}

export function mallocFunctions(rt: Runtime): FunctionTable {
  const { allocator } = rt
  const orFail = (p: number): number => {
    if (p === 0) rt.fail(Errno.ENOMEM)
    return p
  }
  const realloc = (p: number, size: number): number => {
    const to = allocator.realloc(p, size)
    return size === 0 && p !== 0 ? to : orFail(to)
  }
  const memalign = (alignment: number, size: number): number => orFail(allocator.memalign(alignment, size))
  return {
    malloc: (args) => orFail(allocator.malloc(sizeArg(args, 0))),
    calloc: (args) => orFail(allocator.calloc(sizeArg(args, 0), sizeArg(args, 1))),
    realloc: (args) => realloc(args.ptr(0), sizeArg(args, 1)),
    reallocarray: (args) => {
      const size = args.u64(1) * args.u64(2)
      return size >= 2n ** 63n ? orFail(0) : realloc(args.ptr(0), Number(size))
    },
    free: (args) => allocator.free(args.ptr(0)),
    malloc_usable_size: (args) => allocator.usableSize(args.ptr(0)),
    memalign: (args) => memalign(args.ptr(0), sizeArg(args, 1)),
    aligned_alloc: (args) => memalign(args.ptr(0), sizeArg(args, 1)),
    valloc: (args) => memalign(PAGE, sizeArg(args, 0)),
    pvalloc: (args) => memalign(PAGE, Math.ceil(sizeArg(args, 0) / PAGE) * PAGE),
    posix_memalign: (args) => posixMemalign(rt, args.ptr(0), args.ptr(1), sizeArg(args, 2)),
    malloc_trim: (args) => allocator.trim(args.ptr(0)),
    mallopt: (args) => allocator.option(args.i32(0), args.i32(1)),
    malloc_stats: () => {
      rt.writeHost(2, latin1(allocator.statsText()))
    },
    malloc_info: (args) => mallocInfo(rt, args.i32(0), args.ptr(1)),
    __pagewalk_mallinfo: (args) => writeInfo(rt, args.ptr(0), 4),
    __pagewalk_mallinfo2: (args) => writeInfo(rt, args.ptr(0), 8),
  }
}

/** @glibc __posix_memalign malloc/malloc.c */
function posixMemalign(rt: Runtime, to: number, alignment: number, size: number): number {
  const isPower = alignment > 0 && 2 ** Math.round(Math.log2(alignment)) === alignment
  if (!isPower || alignment % 8 !== 0) return Errno.EINVAL
  const block = rt.allocator.memalign(alignment, size)
  if (block === 0) return Errno.ENOMEM
  rt.mem.writePtr(to, block)
  return 0
}

/** @glibc __malloc_info malloc/malloc.c */
function mallocInfo(rt: Runtime, options: number, file: number): number {
  if (options !== 0) return Errno.EINVAL
  const stream = streamAt(rt, file)
  stream.write(new HostBytes(latin1(MALLOC_INFO_HEAD)))
  for (const piece of rt.allocator.infoPieces()) stream.write(new HostBytes(latin1(piece)))
  return 0
}

/** struct mallinfo or mallinfo2, by the width of its fields. */
function writeInfo(rt: Runtime, to: number, width: 4 | 8): void {
  const info: Readonly<MallInfo> = rt.allocator.info()
  Object.values(info).forEach((value: number, i) => {
    if (width === 8) rt.mem.writePtr(to + i * 8, value)
    else rt.mem.writeU32(to + i * 4, value >>> 0)
  })
}
