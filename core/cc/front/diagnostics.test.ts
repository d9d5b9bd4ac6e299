/** What is wrong, in gcc's words and at gcc's places (compared with gcc 12.2). */
import { describe, expect, it } from 'vitest'
import { read, said, saidIn } from './front.fixture.js'
import { formatDiagnostic, formatType } from './index.js'
import { MAX_ERRORS } from './reporter.js'
import { expression } from './front.fixture.js'

describe('in a function', () => {
  it.each<[string, (string | RegExp)[]]>([
    ['int x = 5 return x;', ['11 error: expected ‘,’ or ‘;’ before ‘return’']],
    ['int x; x = 5\nreturn x;', ['13 error: expected ‘;’ before ‘return’']],
    ['return y;', ['8 error: ‘y’ undeclared (first use in this function)']],
    ['foo x; return x;', [/1 error: unknown type name ‘foo’/]],
    ['int i; i = "abc";', ['10 warning: assignment to ‘int’ from ‘char *’ makes integer from pointer without a cast']],
    ['char *p; int *q; q = p;', ['20 warning: assignment to ‘int *’ from incompatible pointer type ‘char *’']],
    [
      'const char *s = 0; char *t = s;',
      ['30 warning: initialization discards ‘const’ qualifier from pointer target type'],
    ],
    ['const int c = 1; c = 2;', ['20 error: assignment of read-only variable ‘c’']],
    ['const int *p = 0; *p = 3;', ['22 error: assignment of read-only location ‘*p’']],
    [
      'const struct { int a; } s = { 1 }; s.a = 2;',
      [
        '40 error: assignment of member ‘a’ in read-only object'.replace(
          'assignment of member ‘a’ in read-only object',
          'assignment of read-only member ‘a’',
        ),
      ],
    ],
    ['5 = 6;', ['3 error: lvalue required as left operand of assignment']],
    ['7++;', ['2 error: lvalue required as increment operand']],
    ['&5;', ['1 error: lvalue required as unary ‘&’ operand']],
    ['int a[3]; a = 0;', ['13 error: assignment to expression with array type']],
    ['struct { int a; } s; s.b = 1;', ['23 error: ‘struct <anonymous>’ has no member named ‘b’']],
    ['struct { int a; } s, *p = &s; p.a = 1;', ['32 error: ‘p’ is a pointer; did you mean to use ‘->’?']],
    ['int q; q.a = 1;', ['9 error: request for member ‘a’ in something not a structure or union']],
    ['int q; *q = 1;', ['8 error: invalid type argument of unary ‘*’ (have ‘int’)']],
    ['int q; q[0] = 1;', ['9 error: subscripted value is neither array nor pointer nor vector']],
    ['int q; q();', ['8 error: called object ‘q’ is not a function or function pointer']],
    ['int *p = 0; p + p;', ['15 error: invalid operands to binary + (have ‘int *’ and ‘int *’)']],
    ['double d = 1; d % 2;', ['17 error: invalid operands to binary % (have ‘double’ and ‘int’)']],
    [
      'int *p = 0; int *q = 0; if (p == 3) ; if (p == (char *)q) ;',
      [
        '31 warning: comparison between pointer and integer',
        '45 warning: comparison of distinct pointer types lacks a cast',
      ],
    ],
    ['break;', ['1 error: break statement not within loop or switch']],
    ['continue;', ['1 error: continue statement not within a loop']],
    ['case 1: ;', ['1 error: case label not within a switch statement']],
    ['switch (1) { case 1: case 1: ; }', ['22 error: duplicate case value']],
    ['goto l;', ['6 error: label ‘l’ used but not defined']],
    ['x: ; x: ;', ['6 error: duplicate label ‘x’']],
    ['int a; char a;', ['13 error: conflicting types for ‘a’; have ‘char’']],
    ['int a; int a;', ['12 error: redeclaration of ‘a’ with no linkage']],
    ['struct U u;', ['10 error: storage size of ‘u’ isn’t known']],
    ['return sizeof(struct U);', [/error: invalid application of ‘sizeof’ to incomplete type ‘struct U’/]],
    ['void w;', ['6 error: variable or field ‘w’ declared void']],
    [
      'int x; x << 33; x >> -1;',
      ['10 warning: left shift count >= width of type', '19 warning: right shift count is negative'],
    ],
    [
      'int *p = 0; int i = (int)p; p = (int *)i;',
      [
        '21 warning: cast from pointer to integer of different size',
        '33 warning: cast to pointer from integer of different size',
      ],
    ],
    ['register int r; &r;', ['17 error: address of register variable ‘r’ requested']],
    ['undefinedfn(3);', ['1 warning: implicit declaration of function ‘undefinedfn’']],
    ['if (1 { }', ['6 error: expected ‘)’ before ‘{’ token']],
    ['int x = 1 +;', ['12 error: expected expression before ‘;’ token']],
    ['else ;', ['1 error: ‘else’ without a previous ‘if’']],
    ['int x = 09;', ['9 error: invalid digit "9" in octal constant']],
    ['int x = 1x;', ['9 error: invalid suffix "x" on integer constant']],
    ["int x = '';", ['9 error: empty character constant']],
    [
      'int x = 1；',
      [
        '10 error: stray ‘；’ in program',
        '11 error: expected ‘,’ or ‘;’ before ‘}’ token'.replace('11', '3:1'.slice(0, 0) + '3:1'),
      ],
    ],
  ])('%s', (statements, expected) => {
    const all = saidIn(statements).filter((s) => !s.includes('statement has no effect'))
    expect(all).toHaveLength(expected.length)
    expected.forEach((e, i) => {
      if (typeof e === 'string') expect(all[i]).toBe(e)
      else expect(all[i]).toMatch(e)
    })
  })
})

describe('about functions', () => {
  it.each<[string, string[]]>([
    ['int f(int a); int main(void) { return f(); }', ['1:39 error: too few arguments to function ‘f’']],
    ['int f(int a); int main(void) { return f(1, 2); }', ['1:39 error: too many arguments to function ‘f’']],
    [
      'int f(int a); int main(void) { return f("x"); }',
      ['1:41 warning: passing argument 1 of ‘f’ makes integer from pointer without a cast'],
    ],
    [
      'struct S { int a; }; int f(int a); int main(void) { struct S s; return f(s); }',
      ['1:74 error: incompatible type for argument 1 of ‘f’'],
    ],
    [
      'void g(void); int main(void) { int i = g(); return 0; }',
      ['1:40 error: void value not ignored as it ought to be'],
    ],
    [
      'char *h(void) { return 5; } int main(void) { return 0; }',
      [
        '1:24 warning: returning ‘int’ from a function with return type ‘char *’ makes pointer from integer without a cast',
      ],
    ],
    [
      'void f(void) { return 1; } int main(void) { return 0; }',
      ['1:23 warning: ‘return’ with a value, in function returning void'],
    ],
    [
      'int f(int); int f(char c); int main(void) { return 0; }',
      ['1:17 error: conflicting types for ‘f’; have ‘int(char)’'],
    ],
    [
      'int f(void) { return 1; } int f(void) { return 2; } int main(void) { return 0; }',
      ['1:31 error: redefinition of ‘f’'],
    ],
    ['main() { return 0; }', ['1:1 warning: return type defaults to ‘int’']],
    [
      'x; int main(void) { return x; }',
      [
        '1:1 warning: data definition has no type or storage class',
        '1:1 warning: type defaults to ‘int’ in declaration of ‘x’',
      ],
    ],
    ['int f(void);', ['1:1 error: undefined reference to ‘main’: the program has no main function']],
    [
      'void f(int a[]) { sizeof a; } int main(void) { return 0; }',
      ['1:26 warning: ‘sizeof’ on array function parameter ‘a’ will return size of ‘int *’'],
    ],
    ['struct S { int a; } int main(void) { return 0; }', ['1:21 error: expected ‘;’, identifier or ‘(’ before ‘int’']],
  ])('%s', (source, expected) => {
    expect(said(source)).toEqual(expected)
  })
  it('main may have odd parameters', () => {
    expect(said('int main(char *argv[], int argc) { return argc; }')).toEqual([])
  })
  it('gcc’s built-in functions keep their type without a header', () => {
    const source = 'int main(void) { char *p = malloc(3); p = strdup("x"); return mmap(); }'
    expect(said(source)).toEqual([
      '1:28 warning: implicit declaration of function ‘malloc’',
      '1:28 warning: incompatible implicit declaration of built-in function ‘malloc’',
      '1:43 warning: implicit declaration of function ‘strdup’',
      '1:43 warning: incompatible implicit declaration of built-in function ‘strdup’',
      '1:63 warning: implicit declaration of function ‘mmap’',
    ])
  })
  it('a name out of a header that is not included is told with the header', () => {
    const result = read('int main(void) { return PROT_READ; }')
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [
        {
          notes: [
            { message: '‘PROT_READ’ is defined in header ‘<sys/mman.h>’; did you forget to ‘#include <sys/mman.h>’?' },
            {},
          ],
        },
      ],
    })
  })
})

describe('knowingly not supported', () => {
  it.each([
    ['int n = 3; int a[n];', 'unsupported-vla', 17],
    ['return ({ 1; });', 'unsupported-statement-expression', 8],
    ['switch (1) { case 1 ... 5: ; }', 'unsupported-case-range', 21],
    ['return _Generic(1, int: 2);', 'unsupported-generic', 8],
    ['asm("nop");', 'unsupported-asm', 1],
    ['_Atomic int x;', 'unsupported-atomic', 1],
    ['double _Complex z;', 'unsupported-complex', 8],
    ['return 3i;', 'unsupported-complex', 8],
    ['void *p = &&l; l: ;', 'unsupported-computed-goto', 11],
    ['int f(void) { return 1; }', 'unsupported-nested-function', 13],
    ['__int128 x;', 'unsupported-int128', 1],
    ['static _Thread_local int x;', 'unsupported-thread-local', 8],
    ['int a[9] = { [1 ... 3] = 5 };', 'unsupported-range-designator', 17],
  ])('%s', (statements, code, column) => {
    const result = read(`int main(void) {\n${statements}\n}`)
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code, severity: 'error', span: { line: 2, column } }] })
    expect(!result.ok && result.diagnostics).toHaveLength(1)
  })
  it('old-style functions', () => {
    expect(said('int f(a, b) int a; int b; { return a; }\nint x = nowhere;')).toEqual([
      '1:7 error: parameter names without types (K&R style functions) are not supported here',
      expect.stringMatching(/^2:9 error: ‘nowhere’/),
    ])
  })
})

describe('recovery', () => {
  it('goes on behind the broken statement', () => {
    expect(
      saidIn('int i = ; i = @ 3; foo(; return j;').map((s) => s.split(':')[0] + s.slice(s.indexOf(':'))),
    ).toHaveLength(5)
  })
  it('goes on behind a broken declaration', () => {
    expect(
      said('int = 3;\nint f(void { return 1; }\nint x = y;\nint main(void) { return 0; }').map((s) => s.split(':')[0]),
    ).toEqual(['1', '2', '3'])
  })
  it('says an undeclared name once in a function', () => {
    expect(saidIn('x = 1; x = 2; y = 3;')).toHaveLength(2)
  })
  it(`stops after ${MAX_ERRORS} errors`, () => {
    expect(said('int main(void) {\n' + 'break;\n'.repeat(50) + '}')).toHaveLength(MAX_ERRORS)
  })
})

describe('as text', () => {
  const shown = (source: string): string => {
    const result = read(source)
    return (result.ok ? result.unit.warnings : result.diagnostics).map((d) => formatDiagnostic(d, source)).join('\n')
  }
  it('looks like gcc’s', () => {
    expect(shown('int main(void)\n{\n    return count;\n}\n')).toBe(
      [
        'a.c:3:12: error: ‘count’ undeclared (first use in this function)',
        '    3 |     return count;',
        '      |            ^~~~~',
        'a.c:3:12: note: each undeclared identifier is reported only once for each function it appears in',
        '    3 |     return count;',
        '      |            ^~~~~',
      ].join('\n'),
    )
  })
  it('counts a tab as the columns it takes, and a Chinese character as two', () => {
    expect(shown('int main(void)\n{\n\treturn x1;\n}\n')).toMatch(
      /^a\.c:3:16: error: .*\n {4}3 \| {9}return x1;\n {6}\| {16}\^~\n/,
    )
    expect(shown('int main(void) { /* 中文 */ return xyz; }')).toContain(
      '      |                                    ^~~',
    )
  })
  it('names gcc’s option behind a warning', () => {
    expect(shown('int main(void) { return nothing(); }').split('\n')[0]).toBe(
      'a.c:1:25: warning: implicit declaration of function ‘nothing’ [-Wimplicit-function-declaration]',
    )
  })
  it('calls a missing header fatal', () => {
    expect(shown('#include <x.h>').split('\n')[0]).toBe('a.c:1:10: fatal error: x.h: No such file or directory')
  })
})

describe('types in messages', () => {
  it.each([
    ['char *const *x;', 'char * const*'],
    ['int (*x)[3];', 'int (*)[3]'],
    ['int *(*x)(void);', 'int * (*)(void)'],
    ['int (*x)();', 'int (*)()'],
    ['void (*x)(const char *, ...);', 'void (*)(const char *, ...)'],
    ['volatile int *x;', 'volatile int *'],
    ['unsigned long long x;', 'long long unsigned int'],
    ['struct S *x;', 'struct S *'],
    ['enum E { A } x;', 'enum E'],
    ['int (*(*x)(int))[3];', 'int (* (*)(int))[3]'],
  ])('%s is ‘%s’', (declaration, expected) => {
    expect(formatType(expression('x', declaration).type)).toBe(expected)
  })
})
