/** `pagewalk-app [file]`: which file, a C source or a session, a launch names, if any. */

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Launch {
  readonly argv: readonly string[]
  readonly cwd: string
  /** Folder or file that `electron` was told to run; undefined in the packaged application, which runs itself. */
  readonly appPath: string | undefined
}

export function fileOfLaunch({ argv, cwd, appPath }: Launch): string | undefined {
  const args = argv.slice(afterProgram(argv, cwd, appPath))
  const end = args.indexOf('--')
  // Everything with a dash is Chromium's or Electron's; a file whose name starts with one comes after `--`.
  const names = end < 0 ? args.filter(isName) : [...args.slice(0, end).filter(isName), ...args.slice(end + 1)]
  const first = names[0]
  return first === undefined ? undefined : resolve(cwd, pathOf(first))
}

/** Desktops may name a local file by its URL. */
function pathOf(name: string): string {
  if (!name.startsWith('file://')) return name
  try {
    return fileURLToPath(name)
  } catch {
    return name
  }
}

/** `electron -r hook.js --flag . file.c` has the application's path somewhere; `pagewalk-app file.c` does not. */
function afterProgram(argv: readonly string[], cwd: string, appPath: string | undefined): number {
  if (appPath === undefined) return 1
  const at = argv.findIndex((arg, index) => index > 0 && !arg.startsWith('-') && resolve(cwd, arg) === resolve(appPath))
  return at < 0 ? argv.length : at + 1
}

function isName(arg: string): boolean {
  return arg !== '' && !arg.startsWith('-')
}
