/** /proc/PID/maps as text (fs/proc/task_mmu.c). */
import type { Mapping } from './mappings.js'

/** Names start in this column (counted from 0), or one blank behind what is longer. */
const NAME_COLUMN = 73

/** One line, without the newline. A mapping without a name ends in a blank. @mm show_map_vma fs/proc/task_mmu.c */
export function mapsLine(mapping: Omit<Mapping, 'kind' | 'flags' | 'vma' | 'sizeKb'>): string {
  const { start, end, perms, offset, device, inode, name } = mapping
  const head = `${start}-${end} ${perms} ${offset} ${device} ${inode} `
  return name === '' ? head : head.padEnd(NAME_COLUMN - 1) + ' ' + name
}

export const mapsText = (mappings: readonly Mapping[]): string => mappings.map((m) => mapsLine(m) + '\n').join('')
