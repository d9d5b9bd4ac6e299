/**
 * Paths: a file is found by its whole name, directories are those that every machine has and the program's own
 * (fs/namei.c).
 *
 * Left out: making directories, links, permissions (the program runs as root), mounts.
 */
import type { Inode } from '../../mm/backing/index.js'
import type { Kernel } from '../kernel.js'
import { Errno } from '../uapi/index.js'

/** What a path leads to. `parent` says whether the directory it would be in exists. */
export type Found =
  | { readonly kind: 'file'; readonly inode: Inode }
  | { readonly kind: 'dir' | 'null' | 'zero' | 'tty' }
  | { readonly kind: 'none'; readonly path: string }

const DIRECTORIES = ['/', '/tmp', '/dev', '/dev/shm', '/etc', '/proc', '/usr', '/usr/lib', '/var', '/var/tmp', '/root']
const DEVICES: Readonly<Record<string, 'null' | 'zero' | 'tty'>> = {
  '/dev/null': 'null',
  '/dev/zero': 'zero',
  '/dev/tty': 'tty',
}
const PATH_MAX = 4096
const NAME_MAX = 255

/** Absolute, without '.', '..' and empty parts. */
export function absolute(directory: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return '/' + parts.join('/')
}

const isDirectory = (kernel: Kernel, path: string): boolean =>
  DIRECTORIES.includes(path) || `${kernel.profile.program.directory}/`.startsWith(path === '/' ? '/' : `${path}/`)

/** @mm path_lookupat fs/namei.c @returns what is there, or -errno */
export function lookup(kernel: Kernel, name: string): Found | number {
  if (name === '') return -Errno.ENOENT
  if (name.length >= PATH_MAX || name.split('/').some((part) => part.length > NAME_MAX)) return -Errno.ENAMETOOLONG
  const path = absolute(kernel.profile.program.directory, name)
  const device = DEVICES[path]
  if (device) return { kind: device }
  if (isDirectory(kernel, path)) return { kind: 'dir' }
  const inode = findFile(kernel, path)
  if (inode) return name.endsWith('/') ? -Errno.ENOTDIR : { kind: 'file', inode }
  const parent = path.slice(0, path.lastIndexOf('/')) || '/'
  if (findFile(kernel, parent) || DEVICES[parent]) return -Errno.ENOTDIR
  return isDirectory(kernel, parent) ? { kind: 'none', path } : -Errno.ENOENT
}

const findFile = (kernel: Kernel, path: string): Inode | undefined =>
  kernel.parts.cache.all.find((inode) => inode.links > 0 && inode.path === path)
