/**
 * prctl: names of threads and of anonymous memory (kernel/sys.c).
 *
 * Left out: everything else a process may set of itself.
 */
import { setAnonName } from '../mm/vma/index.js'
import type { Kernel } from './kernel.js'
import { orEfault } from './or-efault.js'
import { Errno, PR_GET_NAME, PR_SET_NAME, PR_SET_VMA, PR_SET_VMA_ANON_NAME } from './uapi/index.js'

/** TASK_COMM_LEN and ANON_VMA_NAME_MAX_LEN, NUL included. */
const COMM_BYTES = 16
const NAME_BYTES = 80

/** @mm SYSCALL_DEFINE5(prctl) kernel/sys.c */
export function prctl(kernel: Kernel, option: number, arg2: number, arg3: number, arg4: number, arg5: number): number {
  return orEfault(() => {
    switch (option) {
      case PR_SET_NAME:
        kernel.current.comm = stringAt(kernel, arg2, COMM_BYTES).slice(0, COMM_BYTES - 1)
        return 0
      case PR_GET_NAME: {
        const bytes = new Uint8Array(COMM_BYTES)
        bytes.set([...kernel.current.comm].map((ch) => ch.charCodeAt(0)))
        kernel.user.writeBytes(arg2, bytes)
        return 0
      }
      case PR_SET_VMA:
        return arg2 === PR_SET_VMA_ANON_NAME ? nameMemory(kernel, arg3, arg4, arg5) : -Errno.EINVAL
      default:
        return -Errno.EINVAL
    }
  })
}

/** What may not stand in a name: it would not be told apart from the brackets around it. */
const isNameChar = (ch: string): boolean => ch >= ' ' && ch <= '~' && !'\\`$[]'.includes(ch)

/** @mm prctl_set_vma kernel/sys.c */
function nameMemory(kernel: Kernel, addr: number, bytes: number, at: number): number {
  if (!kernel.profile.anonVmaNames) return -Errno.EINVAL
  const name = at === 0 ? undefined : stringAt(kernel, at, NAME_BYTES)
  if (name !== undefined && (name.length >= NAME_BYTES || ![...name].every(isNameChar))) return -Errno.EINVAL
  const { cache } = kernel.parts
  const isAnonymousShmem = (file: number): boolean => {
    const inode = cache.inode(file)
    return inode.shmem && inode.links === 0 && inode.path === '/dev/zero'
  }
  return setAnonName(kernel.parts.mm, kernel.mm, addr, bytes, name, isAnonymousShmem)
}

/** At most `limit` bytes of a string of the program's; byte by byte, as it may end just before a hole. */
function stringAt(kernel: Kernel, address: number, limit: number): string {
  const bytes: number[] = []
  while (bytes.length < limit) {
    const byte = kernel.user.readU8(address + bytes.length)
    if (byte === 0) break
    bytes.push(byte)
  }
  return String.fromCharCode(...bytes)
}
