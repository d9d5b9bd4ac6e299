/** Complaints about names that are declared twice. */
import type { Span } from '../source.js'
import type { Parser } from './parser.js'

export function redeclared(p: Parser, name: string, at: Span, before: Span): void {
  p.error(at, 'redefinition', `‘${name}’ redeclared as different kind of symbol`, [
    { message: `previous declaration of ‘${name}’`, span: before },
  ])
}

export function redefined(p: Parser, name: string, at: Span, before: Span, type: string): void {
  p.error(at, 'redefinition', `redefinition of ‘${name}’`, [
    { message: `previous definition of ‘${name}’ with type ‘${type}’`, span: before },
  ])
}
