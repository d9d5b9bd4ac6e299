/** /proc/PID/fd: descriptors and what they lead to (fs/proc/fd.c). */
import type { Kernel, Task } from '../kernel/index.js'
import { TERMINAL } from './task-facts.js'

export const fdEntries = (kernel: Kernel, { group }: Task): readonly string[] =>
  group.dead ? [] : kernel.files.descriptors(group.tgid).map(String)

/** @returns undefined when the descriptor is not open */
export function fdTarget(kernel: Kernel, { group }: Task, name: string): string | undefined {
  const file = group.dead || !/^[0-9]+$/.test(name) ? undefined : kernel.files.kindOf(group.tgid, Number(name))
  if (!file) return undefined
  switch (file.kind) {
    case 'tty':
      return `/dev/${TERMINAL.name}`
    case 'null':
    case 'zero':
      return `/dev/${file.kind}`
    case 'pipe':
      return `pipe:[${file.ino}]`
    case 'dir':
      return kernel.profile.program.directory
    case 'file': {
      const { path, links } = kernel.parts.cache.inode(file.ino)
      return path + (links === 0 ? ' (deleted)' : '')
    }
  }
}
