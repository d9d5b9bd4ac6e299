/** The calls on files of a machine that has none. */
import { Errno, type FileCalls } from '../kernel/uapi/index.js'

const missing = (): number => -Errno.ENOSYS

export const noFiles: FileCalls = {
  open: missing,
  close: missing,
  dup: missing,
  dup2: missing,
  pread: missing,
  pwrite: missing,
  lseek: missing,
  truncate: missing,
  ftruncate: missing,
  stat: missing,
  fstat: missing,
  access: missing,
  unlink: missing,
  rename: missing,
  fsync: missing,
  msync: missing,
  poll: missing,
  select: missing,
  memfdCreate: missing,
}
