/** What the tests of the front end share: programs in one line, and questions about what came out. */
import type { Expr, FunctionSymbol, GlobalVar, Stmt, Unit } from '../ast.js'
import type { Diagnostic } from '../source.js'
import { parse, type ParseResult } from './index.js'

/** As much of libc's headers as the tests need. */
export const headers: ReadonlyMap<string, string> = new Map([
  [
    'stdio.h',
    `#ifndef _STDIO_H
#define _STDIO_H
#define NULL ((void *)0)
int printf(const char *format, ...);
int puts(const char *s);
int getchar(void);
#endif
`,
  ],
  ['stdlib.h', 'void *malloc(unsigned long size);\nvoid free(void *p);\n'],
  ['unistd.h', '#include <sys/types.h>\npid_t getpid(void);\n'],
  ['sys/types.h', '#ifndef _T\n#define _T\ntypedef int pid_t;\ntypedef unsigned long size_t;\n#endif\n'],
  [
    'sys/mman.h',
    `#include <sys/types.h>
#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 0x20
void *mmap(void *addr, size_t length, int prot, int flags, int fd, long offset);
`,
  ],
  [
    'stdarg.h',
    `typedef __builtin_va_list va_list;
#define va_start(ap, last) __builtin_va_start(ap, last)
#define va_arg(ap, type) __builtin_va_arg(ap, type)
#define va_end(ap) __builtin_va_end(ap)
#define va_copy(d, s) __builtin_va_copy(d, s)
`,
  ],
])

export const read = (source: string): ParseResult => parse(source, { file: 'a.c', headers })

const EMPTY_MAIN = '\nint main(void) { return 0; }\n'

/** The unit of a correct program; a main is added when it has none. */
export function unitOf(source: string): Unit {
  const result = read(/\bmain\s*\(/.test(source) ? source : source + EMPTY_MAIN)
  if (!result.ok) throw new Error(result.diagnostics.map(line).join('\n'))
  return result.unit
}

/** Errors and warnings as `line:column severity: message`. */
export function said(source: string): string[] {
  const result = read(source)
  return (result.ok ? result.unit.warnings : result.diagnostics).map(line)
}

/** What is said about statements in a function; columns count from the statements' first character. */
export function saidIn(statements: string): string[] {
  return said(`int main(void) {\n${statements}\n}\n`).map((text) => text.replace(/^2:/, ''))
}

const line = (d: Diagnostic): string => `${d.span.line}:${d.span.column} ${d.severity}: ${d.message}`

export function global(unit: Unit, name: string): GlobalVar {
  const found = unit.globals.find((g) => g.name === name)
  if (!found) throw new Error(`no global ${name}`)
  return found
}

/** Values of constant expressions, as the compiler puts them into a static array of long. */
export function values(expressions: string, before = ''): number[] {
  const unit = unitOf(`${before}\nlong values[] = { ${expressions} };\n`)
  const { init, type } = global(unit, 'values')
  const length = type.kind === 'array' ? (type.length ?? 0) : 0
  if (!init) return Array.from({ length }, () => 0)
  const view = new DataView(init.bytes.buffer)
  return Array.from({ length }, (_, i) => Number(view.getBigInt64(i * 8, true)))
}

export const value = (expression: string, before = ''): number => values(expression, before)[0]

/** Bytes of a static object; zeros when it lies in .bss. */
export function bytesOf(source: string, name = 'x'): number[] {
  const { init } = global(unitOf(source), name)
  return init ? [...init.bytes] : []
}

export function functionOf(unit: Unit, name: string): FunctionSymbol & { body: NonNullable<FunctionSymbol['body']> } {
  const found = unit.functions.find((f) => f.name === name)
  if (!found?.body) throw new Error(`no function ${name}`)
  return found as ReturnType<typeof functionOf>
}

/** Statements of main. */
export const statements = (source: string): readonly Stmt[] => functionOf(unitOf(source), 'main').body.block.body

/** The expression of main's only expression statement; `before` stands in front of it, outside main. */
export function expression(text: string, before = ''): Expr {
  const all = statements(`${before}\nint main(void) { ${text}; }`)
  const found = all.find((s) => s.kind === 'expr')
  if (found?.kind !== 'expr') throw new Error('no expression statement')
  return found.expr
}

/** A typed tree in one line: `(+ int (load int i) 1)`. */
export function show(expr: Expr): string {
  const t = shortType(expr.type)
  switch (expr.kind) {
    case 'int':
      return `${expr.value}${t === 'int' ? '' : t}`
    case 'float':
      return `${expr.value}${t}`
    case 'load':
      return `${lvalue(expr.from)}:${t}`
    case 'addr':
      return `&${lvalue(expr.of)}`
    case 'funcaddr':
      return expr.symbol.name
    case 'convert':
      return `(${t})${show(expr.operand)}`
    case 'arith':
      return `(${show(expr.left)} ${expr.op}${t} ${show(expr.right)})`
    case 'compare':
    case 'logical':
      return `(${show(expr.left)} ${expr.op} ${show(expr.right)})`
    case 'ptradd':
      return `(${show(expr.pointer)} ${expr.subtract ? '-' : '+'} ${show(expr.index)}*${expr.scale})`
    case 'ptrdiff':
      return `(${show(expr.left)} - ${show(expr.right)})/${expr.scale}`
    case 'unary':
      return `${expr.op}${show(expr.operand)}`
    case 'not':
      return `!${show(expr.operand)}`
    case 'cond':
      return `(${show(expr.cond)} ? ${show(expr.then)} : ${show(expr.else)})`
    case 'comma':
      return `(${show(expr.left)}, ${show(expr.right)})`
    case 'assign':
      return `${lvalue(expr.target)} = ${show(expr.value)}`
    case 'update':
      return `${lvalue(expr.target)} := ${show(expr.value)}${expr.yieldsOld ? ' (old)' : ''}`
    case 'old':
      return 'old'
    case 'call':
      return `${expr.callee.kind === 'function' ? expr.callee.name : `*${show(expr.callee)}`}(${expr.args.map(show).join(', ')})`
    case 'va_start':
      return `va_start(${lvalue(expr.list)})`
    case 'va_arg':
      return `va_arg(${lvalue(expr.list)}, ${t})`
  }
}

function lvalue(object: Extract<Expr, { kind: 'load' }>['from']): string {
  switch (object.kind) {
    case 'var':
      return object.symbol.name
    case 'stringref':
      return JSON.stringify(String.fromCharCode(...object.literal.bytes.slice(0, -1)))
    case 'deref':
      return `*${show(object.pointer)}`
    case 'member':
      return `${lvalue(object.object)}.${object.member.name ?? '<anonymous>'}`
    case 'temp':
      return `{${object.fill.map(show).join('; ')}}`
  }
}

function shortType(type: Expr['type']): string {
  if (type.kind === 'int') return type.int
  if (type.kind === 'float') return { 32: 'f', 64: 'd', 80: 'ld' }[type.bits]
  return type.kind === 'pointer' ? `${shortType(type.to)}*` : type.kind
}
