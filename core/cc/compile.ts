/** The compiler: front end and back end joined. */
import type { ImageTemplate } from '../kernel/uapi/index.js'
import { headers } from '../libc/headers/index.js'
import { compileUnit, type LinkedProgram, Refusal } from './back/index.js'
import { parse } from './front/index.js'
import { linkErrors } from './link.js'
import { libraryUnits } from './library.js'
import type { Diagnostic } from './source.js'

export interface CompileOptions {
  /** File name used in messages. */
  readonly path: string
  /** Path of the executable, as /proc/PID/maps prints it. */
  readonly imagePath: string
  readonly template: ImageTemplate
  /** Version of the C library, '2.36': what __GLIBC_MINOR__ says. */
  readonly glibc: string
}

export type CompileResult =
  | { readonly ok: true; readonly program: LinkedProgram }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Compiles a C program, or explains in gcc's words why it cannot. */
export function compile(source: string, options: CompileOptions): CompileResult {
  const minor = options.glibc.split('.')[1] ?? '0'
  const defines = { __GLIBC__: '2', __GLIBC_MINOR__: minor }
  const parsed = parse(source, { file: options.path, headers, defines })
  if (!parsed.ok) return parsed
  const unresolved = linkErrors(parsed.unit)
  if (unresolved.length > 0) return { ok: false, diagnostics: [...parsed.unit.warnings, ...unresolved] }
  try {
    return { ok: true, program: compileUnit(parsed.unit, libraryUnits(parsed.unit), options) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, diagnostics: [error.diagnostic] }
    throw error
  }
}
