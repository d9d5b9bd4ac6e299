// What comes from outside may be anything: each of these gets an answer that says what is wrong, and nothing hangs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { captureOutput } from './captured.fixture.js'
import { main } from './command.js'

let folder: string
let out = ''
let err = ''
let restore: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-hostile-'))
  out = err = ''
  restore = captureOutput(
    (text) => (out += text),
    (text) => (err += text),
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  restore()
  rmSync(folder, { recursive: true })
})

/** Runs a source; the exit status. */
function run(source: string | Uint8Array, ...options: string[]): number {
  const path = join(folder, 'prog.c')
  writeFileSync(path, source)
  return main(['run', path, '--profile', 'debian-12', ...options])
}

const inMain = (body: string, headers = ''): string =>
  `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n${headers}\nint main(void) { ${body} return 0; }\n`

const macroBomb = (): string => {
  const levels = Array.from({ length: 40 }, (_, i) => `#define X${i + 1} X${i} X${i}`)
  return `#define X0 +1\n${levels.join('\n')}\nint main(void) { return 0 X40; }\n`
}

describe('a source that does not compile', () => {
  it.each<[what: string, source: string | Uint8Array, says: RegExp]>([
    ['nothing at all', '', /main/],
    ['no main', 'int f(void) { return 1; }', /main/],
    ['a NUL in the text', new Uint8Array([0x69, 0, 0x6e]), /not a text file/],
    ['bytes that are not UTF-8', new Uint8Array([0xff, 0xfe, 0x41, 0x0a]), /prog\.c:1/],
    ['more than a megabyte', ' '.repeat((1 << 20) + 1), /too large/],
    ['a comment without an end', 'int main(void) { /* ', /unterminated comment/],
    ['a string without an end', 'int main(void) { char *s = "abc; }', /missing terminating " character/],
    ['a character without an end', "int main(void) { return 'a; }", /missing terminating ' character/],
    ['a brace without an end', 'int main(void) { if (1) {', /expected/],
    ['100,000 open brackets', `int main(void) { return ${'('.repeat(100_000)}1; }`, /nest|too deep|limit/i],
    ['100,000 nested blocks', `int main(void) ${'{'.repeat(100_000)}`, /nest|too deep|limit/i],
    ['100,000 signs', `int main(void) { return ${'-'.repeat(1)}${'~'.repeat(100_000)}1; }`, /nest|too deep|limit/i],
    ['100,000 stars', `int ${'*'.repeat(100_000)}p; int main(void) { return 0; }`, /nest|too deep|limit|too many/i],
    [
      '100,000 dimensions',
      `int a${'[1]'.repeat(100_000)}; int main(void) { return 0; }`,
      /nest|too deep|limit|too many/i,
    ],
    ['100,000 nested ifs', `int main(void) { ${'if (1) '.repeat(100_000)}; }`, /nest|too deep|limit/i],
    ['a macro that doubles 40 times', macroBomb(), /too (large|many|long|deep)|limit/i],
    ['a macro of itself', '#define A B\n#define B A\nint main(void) { return A; }', /‘[AB]’ undeclared/],
    ['a file that includes itself', '#include "prog.c"\nint main(void) { return 0; }', /include|no such file/i],
    ['a file of this computer', '#include "/etc/passwd"\nint main(void) { return 0; }', /No such file|include/i],
    ['a file above it', '#include "../../../../etc/passwd"\nint main(void) { return 0; }', /No such file|include/i],
    ['a header that is not there', '#include <windows.h>\nint main(void) { return 0; }', /windows\.h: No such file/],
    ['#error', '#error stop here\nint main(void) { return 0; }', /stop here/],
    ['#if without #endif', '#if 1\nint main(void) { return 0; }', /unterminated|#if/],
    ['a struct that holds itself', 'struct a { struct a b; }; int main(void) { return 0; }', /incomplete type/],
    ['an array of 2^62 ints', 'int a[1l << 62]; int main(void) { return 0; }', /too large|exceeds/],
    ['an array of minus one', 'int a[-1]; int main(void) { return 0; }', /negative/],
    ['a division by zero in a constant', 'int a[1 / 0]; int main(void) { return 0; }', /constant|division by zero/],
    ['a label that is not there', 'int main(void) { goto away; }', /label .away. used but not defined/],
    ['a digit that is no octal one', 'int main(void) { return 08; }', /octal/],
    ['inline assembly', 'int main(void) { __asm__("hlt"); return 0; }', /asm/],
    ['a call to nobody', 'int main(void) { launch_missiles(); return 0; }', /launch_missiles/],
    ['system()', inMain('system("rm -rf /");'), /system/],
  ])('%s', (_what, source, says) => {
    expect(run(source)).toBe(1)
    expect(err).toMatch(says)
    expect(err).not.toMatch(/\n\s+at .*\.ts:/)
  })
})

describe('a program that does its worst', () => {
  it.each<[what: string, source: string, status: number, says: RegExp]>([
    [
      'runs out of stack',
      'int f(int n) { return f(n + 1) + 1; }\nint main(void) { return f(0); }',
      139,
      /Segmentation/,
    ],
    ['calls a null pointer', 'int main(void) { int (*f)(void) = 0; return f(); }', 139, /Segmentation/],
    ['calls its data', 'int x[4] = {1, 2, 3}; int main(void) { return ((int (*)(void))(void *)x)(); }', 139, /Segm/],
    ['divides by zero', 'int main(void) { volatile int z = 0; return 1 / z; }', 136, /Floating point exception/],
    ['divides INT_MIN by -1', 'int main(void) { volatile int a = -2147483647 - 1, b = -1; return a / b; }', 136, /Fl/],
    ['writes to its text', 'int main(void) { *(char *)(void *)main = 1; return 0; }', 139, /Segmentation/],
    ['writes to a string', 'int main(void) { char *s = "abc"; *s = 1; return 0; }', 139, /Segmentation/],
    ['reads the kernel’s half', 'int main(void) { return *(int *)0xffff888000000000ul; }', 139, /Segmentation/],
    ['reads an address that is none', 'int main(void) { return *(int *)0x8000000000000000ul; }', 139, /Segmentation/],
    ['copies 2^63 bytes', inMain('char a[8]; memcpy(a, a + 1, 1ul << 63);'), 139, /Segmentation/],
    ['copies bytes without end', inMain('memset(malloc(8), 1, 1ul << 40);'), 139, /Segmentation/],
    ['frees the stack', inMain('int a; free(&a);'), 134, /free\(\): invalid pointer/],
    ['frees twice', inMain('char *p = malloc(24); free(p); free(p);'), 134, /double free/],
    ['prints what is no format', inMain('printf("%q %5000d\\n", 1, 2);'), 0, /^% +1\n$/],
    ['prints at address 1', inMain('puts((char *)1);'), 139, /Segmentation/],
    ['kills itself', inMain('kill(getpid(), 9);', '#include <signal.h>'), 137, /Killed/],
    ['ends in the middle of abort', inMain('abort();'), 134, /Aborted/],
  ])('%s', (_what, source, status, says) => {
    const ended = run(source)
    expect(ended).toBe(status)
    expect(`${out}${err}`).toMatch(says)
    expect(err).not.toMatch(/\n\s+at .*\.ts:/)
  })

  it('asks for more than there is, and is told so', () => {
    expect(run(inMain('printf("%d %d\\n", malloc(-1ul) == 0, malloc(1ul << 62) == 0);'))).toBe(0)
    expect(out).toBe('1 1\n')
  })

  it('never sees a file of this computer', () => {
    const source = inMain(
      'printf("%d %d\\n", open("/etc/passwd", O_RDONLY), open("/proc/self/mem", O_RDWR));',
      '#include <fcntl.h>',
    )
    expect(run(source)).toBe(0)
    expect(out).toBe('-1 -1\n')
  })

  it('forks until there are no more processes, and ends', () => {
    const source = inMain(
      'int n = 0; for (;;) { pid_t p = fork(); if (p == 0) { pause(); _exit(0); } if (p < 0) break; n++; } printf("%d\\n", n > 10); kill(0, 9);',
      '#include <signal.h>',
    )
    expect(run(source)).toBe(137)
    expect(out).toBe('1\n')
  })
})

describe('a command line', () => {
  it.each<[args: string[], says: RegExp]>([
    [[], /no command given/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['run'], /run needs a C source file/],
    [['run', 'a.c', 'b.c'], /unexpected argument 'b.c'/],
    [['run', 'a.c', '--frob'], /--frob/],
    [['run', 'a.c', '--seed'], /--seed/],
    [['run', 'a.c', '--seed', '-1'], /--seed/],
    [['run', 'a.c', '--seed', '1e3'], /whole number, not '1e3'/],
    [['run', 'a.c', '--seed', '99999999999999999999'], /--seed takes a whole number/],
    [['run', 'a.c', '--profile', 'plan9'], /unknown profile 'plan9' \(there are/],
    [['run', '--program', 'nothing'], /no program 'nothing'/],
    [['run', 'a.c', '--program', 'mmap-demo'], /unexpected argument 'a.c'/],
    [['run', 'a.c', '--json=1'], /--json/],
    [['heap', 'a.c', '--at', 'two'], /--at takes a whole number, not 'two'/],
    [['explain', 'a.c', '--from', '3', '--to', '2'], /--to 2 is not behind --from 3/],
    [['lessons', '--language', 'tlh'], /unknown language 'tlh' \(there are en, zh-CN\)/],
    [['malloc-trace'], /malloc-trace needs a trace/],
    [['malloc-trace', 'x', '--program', 'leaks'], /malloc-trace takes no --program/],
    [
      ['malloc-trace', 'x', '--glibc', '2.35'],
      /unknown glibc version '2.35' \(there are 2.23, 2.27, 2.31, 2.36, 2.42\)/,
    ],
    [['programs', 'nothing'], /no program 'nothing'/],
  ])('%j is answered with what is wrong and the usage', (args, says) => {
    expect(main(args)).toBe(2)
    expect(err).toMatch(says)
    expect(err).toContain('Usage: pagewalk')
    expect(out).toBe('')
  })

  it.each<[what: string, args: (folder: string) => string[], says: RegExp]>([
    ['a file that is not there', (f) => ['run', join(f, 'none.c')], /none\.c: no such file/],
    ['a folder', (f) => ['run', f], /this is a directory/],
    [
      'an input that is not there',
      (f) => ['run', '--program', 'mmap-demo', '--stdin', join(f, 'none')],
      /no such file/,
    ],
    ['a call that is none', () => ['heap', '--program', 'mmap-demo', '--what-if', 'mallok 3'], /mallok/],
    ['a stop that never comes', () => ['heap', '--program', 'mmap-demo', '--at', '99'], /99/],
  ])('%s is answered with one line', (_what, args, says) => {
    expect(main(args(folder))).not.toBe(0)
    expect(err).toMatch(says)
    expect(err).toMatch(/^pagewalk: /)
  })

  it('a lesson that is not there is told what it lacks, file by file', () => {
    expect(main(['lessons', join(folder, 'none')])).toBe(1)
    expect(err).toMatch(/none\/en\.md:1: it is missing/)
  })
})

describe('a program that prints without measure', () => {
  it('has all of it printed, and fills no memory with it', { timeout: 120_000 }, () => {
    let bytes = 0
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((bytes += chunk.length), true))
    expect(run(inMain('printf("%100000000d\\n", 1);'))).toBe(0)
    expect(bytes).toBe(100_000_001)
  })
})
