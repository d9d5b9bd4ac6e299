/** From source text to a program for one profile's machine, with diagnostics in the protocol's form. */
import { compile, type CompiledProgram } from '../cc/index.js'
import type { Diagnostic } from '../cc/source.js'
import type { ImageTemplate } from '../kernel/uapi/index.js'
import { debian12NoPie } from '../profiles/templates.js'
import type { Profile } from '../profiles/index.js'
import type { ProtocolDiagnostic } from '../protocol/index.js'

export interface CompileOptions {
  readonly profile: Profile
  readonly source: string
  /** File name for messages. */
  readonly path: string
  /** gcc -no-pie; on machines whose gcc does not make PIE by default it changes nothing. */
  readonly noPie: boolean
}

export type Compiled =
  | { readonly ok: true; readonly program: CompiledProgram; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

export function compileFor({ profile, source, path, noPie }: CompileOptions): Compiled {
  const { program } = profile
  const template: ImageTemplate = noPie && program.template.pie ? debian12NoPie : program.template
  const result = compile(source, {
    path,
    imagePath: `${program.directory}/${program.name}`,
    template,
    glibc: profile.glibc,
  })
  return result.ok ? { ok: true, program: result.program, warnings: result.program.warnings } : result
}

export const toProtocol = (d: Diagnostic): ProtocolDiagnostic => ({
  severity: d.severity,
  code: d.code,
  message: d.message,
  file: d.span.file,
  line: d.span.line,
  column: d.span.column,
  endColumn: d.span.column + Math.max(1, d.span.end - d.span.start),
})
