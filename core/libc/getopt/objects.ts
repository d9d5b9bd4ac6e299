/** What getopt shares with the program: optarg, optind, opterr and optopt, in libc's data (glibc posix/getopt.c). */
import type { UserMemory } from '../../kernel/uapi/index.js'

/** Addresses. */
export interface GetoptObjects {
  readonly optarg: number
  readonly optind: number
  readonly opterr: number
  readonly optopt: number
}

export function layoutGetopt(allocate: (name: string, size: number) => number): GetoptObjects {
  const at = allocate('getopt', 20)
  return { optarg: at, optind: at + 8, opterr: at + 12, optopt: at + 16 }
}

export function initializeGetopt(mem: UserMemory, objects: GetoptObjects): void {
  mem.writePtr(objects.optarg, 0)
  mem.writeU32(objects.optind, 1)
  mem.writeU32(objects.opterr, 1)
  mem.writeU32(objects.optopt, '?'.charCodeAt(0))
}
