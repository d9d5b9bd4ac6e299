import { mkdtempSync, rmSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SavedSession } from '../../core/protocol/index.js'
import { formatSession } from '../sessions/index.js'
import { captureOutput } from './captured.fixture.js'
import { main } from './command.js'

const demo = resolve(import.meta.dirname, '../../core/programs/mmap-demo.c')

let folder: string
let out = ''
let err = ''
let restore: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewalk-cli-'))
  out = ''
  err = ''
  restore = captureOutput(
    (text) => (out += text),
    (text) => (err += text),
  )
})

afterEach(() => {
  restore()
  rmSync(folder, { recursive: true })
})

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, contents)
  return path
}

const c = (body: string): string =>
  file('prog.c', `#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n${body}\n`)

describe('pagewalk run', () => {
  it('prints the program’s output and ends with its exit status', () => {
    expect(main(['run', c('int main(void) { printf("hello\\n"); return 7; }')])).toBe(7)
    expect(out).toBe('hello\n')
    expect(err).toBe('')
  })

  it('prints the read-outs at each stop, with the commands as they were asked', () => {
    expect(main(['run', demo, '--at-stop', 'ps -o maj_flt -o min_flt -p $PID; echo at ${PID}'])).toBe(0)
    expect(out.match(/^ +0 +\d+$/gm)).toEqual(['     0     77', '     0     77', '     0     81', '     0     85'])
    expect(out.match(/^\$ ps -o maj_flt -o min_flt -p 13070$/gm)).toHaveLength(4)
    expect(out.match(/^at 13070$/gm)).toHaveLength(4)
  })

  it('types the lines of --stdin one a stop and then ends the input', () => {
    const program = c(
      'int main(void) { int a, n = 0; while (scanf("%d", &a) == 1) n += a; printf("sum %d\\n", n); return 0; }',
    )
    expect(main(['run', program, '--stdin', file('in.txt', '1 2\n3\n4')])).toBe(0)
    expect(out).toBe('sum 10\n')
  })

  it('gives one JSON object a line for each stop and for the exit', () => {
    expect(main(['run', demo, '--profile', 'debian-12', '--json'])).toBe(0)
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map((line) => line.checkpoint)).toEqual([0, 1, 2, 3, undefined])
    expect(lines[4]).toEqual({ exit: { code: 0, signal: 0 } })
    const [process] = lines[3]!.processes as { minflt: number; maps: { name: string; smaps: object }[] }[]
    expect(process!.maps.map((m) => m.name)).toContain('[heap]')
    expect(Object.keys(process!.maps[0]!.smaps)).toHaveLength(24)
  })

  it('ends like a shell when the program is killed by a signal', () => {
    expect(main(['run', c('int main(void) { int *p = 0; *p = 1; return 0; }')])).toBe(128 + 11)
    expect(err).toBe('Segmentation fault\n')
    err = ''
    expect(
      main([
        'run',
        c('int f(int n) { char b[4096]; b[0] = n; return f(n + 1) + b[0]; } int main(void) { return f(0); }'),
      ]),
    ).toBe(139)
    expect(main(['run', c('int main(int argc, char **argv) { return 1 / (argc - 1); }')])).toBe(128 + 8)
    expect(main(['run', c('int main(void) { abort(); }')])).toBe(128 + 6)
  })

  it('gives the same trace fingerprint for the same seed, another for another', () => {
    const trace = (seed: string): string => {
      err = ''
      main(['run', demo, '--profile', 'debian-12', '--hash', '--seed', seed])
      return err
    }
    expect(trace('5')).toMatch(/^trace [0-9a-f]{16}\n$/)
    expect(trace('5')).toBe(trace('5'))
    expect(trace('5')).not.toBe(trace('6'))
  })
})

const forgetful = (): string =>
  c(`char *kept;
int main(void) {
    char *a = malloc(24), *b = malloc(2000);
    kept = malloc(10);
    free(a);
    getchar();
    b = malloc(300000);
    getchar();
    return b == 0;
}`)

describe('pagewalk heap', () => {
  it('prints each chunk with its owner, then bins, parameters and totals', () => {
    expect(main(['heap', forgetful(), '--profile', 'debian-12', '--at', '0'])).toBe(0)
    expect(out).toMatch(/^chunk +size +state +user data +usable +asked +flags +list +owner +age$/m)
    expect(out).toMatch(/^0x[0-9a-f]+ +32 +tcache +0x[0-9a-f]+ +24 +- +P +tcache\[0\] #0 +- +-$/m)
    expect(out).toMatch(/^0x[0-9a-f]+ +2016 +used +0x[0-9a-f]+ +2008 +2000 +P +- +malloc:6 main #2 +[0-9.]+ us$/m)
    expect(out).toMatch(/^tcache\[0\] \(size 32, 1\): 0x[0-9a-f]+$/m)
    expect(out).toMatch(/^mp_\.mmap_threshold +131072 B$/m)
    expect(out).toMatch(/^arena +135168 B$/m)
  })

  it('shows a later stop, and without --at the end of the program', () => {
    const program = forgetful()
    for (const at of [['--at', '1'], []]) {
      out = ''
      expect(main(['heap', program, '--profile', 'ubuntu-16.04', ...at])).toBe(0)
      expect(out).toMatch(/^0x[0-9a-f]+ +303104 +mmapped .* malloc:10 main #\d /m)
    }
  })

  it('says what a call would do', () => {
    const program = forgetful()
    expect(main(['heap', program, '--profile', 'debian-12', '--at', '0', '--what-if', 'malloc(20)'])).toBe(0)
    expect(out).toMatch(/^malloc\(20\):\n {2}takes chunk 0x\w+ \(32\) from tcache\[0\]\n {2}returns 0x\w+\n$/)
    out = ''
    expect(main(['heap', program, '--profile', 'debian-12', '--at', '0', '--what-if', 'free 0x10'])).toBe(0)
    expect(out).toContain('signal 11')
    expect(main(['heap', program, '--what-if', 'sing 3'])).toBe(2)
    expect(err).toContain("--what-if takes 'malloc SIZE'")
  })

  it('says when there is no such stop', () => {
    expect(main(['heap', forgetful(), '--at', '7'])).toBe(1)
    expect(err).toContain('the program ended after 2 stops: there is no stop 7')
  })
})

describe('pagewalk leaks', () => {
  it('names the lines that allocated what is lost at the end', () => {
    expect(main(['leaks', forgetful(), '--profile', 'debian-12'])).toBe(0)
    expect(out).toMatch(/^2,000 bytes in 1 blocks are definitely lost\n {3}at malloc called by main \(prog\.c:6\)$/m)
    expect(out).toContain('definitely lost: 302,000 bytes in 2 blocks\n')
  })

  it('or at a stop, where main’s variables still count', () => {
    expect(main(['leaks', forgetful(), '--profile', 'debian-12', '--at', '0'])).toBe(0)
    expect(out).toContain('definitely lost: 0 bytes in 0 blocks\n')
    out = ''
    main(['leaks', forgetful(), '--profile', 'debian-12', '--at', '1'])
    expect(out).toContain('definitely lost: 2,000 bytes in 1 blocks\n')
  })
})

describe('pagewalk explain', () => {
  const program = (): string =>
    c(`int main(void) {
    char *p = malloc(300000);
    getchar();
    p[5000] = 1;
    getchar();
    free(p);
    return 0;
}`)

  it('tells fault by fault and stop by stop, with the lines quoted, and then what each line moved', () => {
    expect(main(['explain', program(), '--profile', 'debian-12'])).toBe(0)
    expect(out).toMatch(/^== main begins: RSS \d+ kB, minor faults \d+, major faults 0$/m)
    expect(out).toMatch(/^prog\.c:7: p\[5000\] = 1;$/m)
    expect(out).toMatch(
      /^ {2}line 7: write to 0x\w+ \(page 1 of the mapping made on line 5 by malloc\): no page-table entry yet; anonymous memory, write -> a fresh zeroed page; RSS \+4 kB, Dirty \+4 kB, minor fault \d+$/m,
    )
    expect(out).toMatch(/in free: munmap\(0x\w+, 303104\) = 0: the allocator gives memory back; .* RSS -8 kB/)
    expect(out).toMatch(/^ +7 +1 +0 +0 +4 +4 +0 +0 +4 +0 {2}p\[5000\] = 1;$/m)
    expect(out).toMatch(/^ +\d+ +0 +\d+ +\d+ .* all lines$/m)
  })

  it('tells only what lies between two stops', () => {
    expect(main(['explain', program(), '--profile', 'debian-12', '--from', '0', '--to', '1'])).toBe(0)
    expect(out).toContain('line 7: write to')
    expect(out).not.toContain('munmap')
    expect(out).not.toContain('main begins')
    expect(out.match(/^== stop \d/gm)).toEqual(['== stop 0', '== stop 1'])
    out = ''
    expect(main(['explain', program(), '--from', '7'])).toBe(1)
    expect(err).toContain('the program ended after 2 stops: there is no stop 7')
    expect(main(['explain', program(), '--from', '2', '--to', '1'])).toBe(2)
    expect(err).toContain('--to 1 is not behind --from 2')
  })

  it('gives one JSON object for each row and one for the lines', () => {
    expect(main(['explain', program(), '--profile', 'ubuntu-16.04', '--json'])).toBe(0)
    const rows = out
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { kind?: string; line?: number; action?: string; lines?: { line: number }[] })
    expect(rows.find((row) => row.kind === 'fault' && row.line === 7)).toMatchObject({ action: 'AnonPage' })
    expect(rows.at(-1)!.lines!.map((row) => row.line)).toContain(7)
  })
})

describe('pagewalk programs', () => {
  it('lists the built-in programs by topic, each with its title and what it shows', () => {
    expect(main(['programs'])).toBe(0)
    expect(out).toMatch(/^pages$/m)
    expect(out).toMatch(/^ {2}zero-page +The zero page\n +Reading untouched memory takes a fault/m)
    expect(out.match(/^ {2}[a-z-]+ +\S/gm)!.length).toBeGreaterThanOrEqual(24)
  })

  it('gives one JSON object for each', () => {
    expect(main(['programs', '--json'])).toBe(0)
    const [first] = out.split('\n').map((line) => (line === '' ? {} : JSON.parse(line)) as Record<string, unknown>)
    expect(first).toMatchObject({ id: 'mmap-demo', topic: 'pages', profiles: ['ubuntu-16.04', 'debian-12'] })
  })

  it('prints the text of one', () => {
    expect(main(['programs', 'mmap-demo'])).toBe(0)
    expect(out).toBe(readFileSync(demo, 'utf8'))
  })

  it('runs, explains and looks into them by their names, on the machines they are made for', () => {
    expect(main(['run', '--program', 'mmap-demo'])).toBe(0)
    expect(out).toContain('pid is 13070\n')
    out = ''
    expect(main(['run', '--program', 'heap-overflow'])).toBe(128 + 6)
    expect(out).toContain('corrupted top size')
    out = ''
    expect(main(['leaks', '--program', 'memory-leak', '--at', '0'])).toBe(0)
    expect(out).toMatch(/in 99 blocks are definitely lost\n {3}at malloc called by remember \(memory-leak\.c:\d+\)/)
    out = ''
    expect(main(['explain', '--program', 'populate', '--to', '1'])).toBe(0)
    expect(out).toMatch(/^populate\.c:\d+: char \*p = mmap/m)
    out = ''
    expect(main(['heap', '--program', 'chunk-sizes', '--at', '0', '--profile', 'ubuntu-16.04'])).toBe(0)
    expect(out).toContain('malloc:11 main')
  })
})

describe('wrong usage ends with status 2 and says what is wrong and how it is right', () => {
  it.each([
    [[], 'no command given'],
    [['walk'], "unknown command 'walk'"],
    [['run'], 'run needs a C source file'],
    [['run', 'a.c', 'b.c'], "unexpected argument 'b.c'"],
    [['run', 'a.c', '--profile', 'plan-9'], "unknown profile 'plan-9'"],
    [['run', 'a.c', '--seed', 'x'], "--seed takes a whole number, not 'x'"],
    [['run', 'a.c', '--seed', '1.5'], '--seed takes a whole number'],
    [['run', 'a.c', '--seed', '99999999999999999999'], '--seed takes a whole number'],
    [['heap'], 'heap needs a C source file'],
    [['leaks', 'a.c', '--at', '-1'], '--at'],
    [['explain'], 'explain needs a C source file'],
    [['explain', 'a.c', '--from', 'x'], "--from takes a whole number, not 'x'"],
    [['run', 'a.c', '--at-stop'], '--at-stop'],
    [['run', '--program', 'nothing'], "there is no program 'nothing': pagewalk programs lists them"],
    [['run', 'a.c', '--program', 'zero-page'], "unexpected argument 'a.c'"],
    [['programs', 'nothing'], "there is no program 'nothing'"],
    [['programs', '--program', 'zero-page'], 'programs takes no --program'],
    [['run', 'a.c', '--bogus'], '--bogus'],
  ])('%j', (argv, message) => {
    expect(main(argv)).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain('Usage: pagewalk run FILE.c')
    expect(out).toBe('')
  })
})

describe('a broken input ends with status 1 and says what, where and why', () => {
  it('names a file that cannot be read', () => {
    expect(main(['run', join(folder, 'missing.c')])).toBe(1)
    expect(err).toContain('missing.c: no such file')
    expect(main(['run', folder])).toBe(1)
    expect(err).toContain('this is a directory')
  })

  it('refuses what is not text, and what is too large', () => {
    expect(main(['run', file('a.c', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1))])).toBe(1)
    expect(err).toContain('not a text file')
    expect(main(['run', file('b.c', ' '.repeat((1 << 20) + 1))])).toBe(1)
    expect(err).toContain('too large')
  })

  it('shows compile errors with line, column and caret', () => {
    expect(main(['run', c('int main(void) { return x; }')])).toBe(1)
    expect(err).toContain('prog.c:4:25: error: ‘x’ undeclared')
    expect(err).toMatch(/^ +\| +\^$/m)
  })

  it('tells functions that are not simulated from those that do not exist', () => {
    expect(main(['run', c('int nothing(void); int main(void) { return nothing() + fopen64("x", "r"); }')])).toBe(1)
    expect(err).toContain('undefined reference to ‘nothing’')
    expect(err).toContain('‘fopen64’ exists in the C library but is not simulated yet')
  })
})

describe('the machine of the command line', () => {
  const program = (): string => c('int main(void) { return 0; }')

  it('has the RAM and the huge pages it is told', () => {
    expect(main(['run', demo, '--ram', '512', '--thp', 'never', '--at-stop', 'cat /proc/meminfo'])).toBe(0)
    const total = Number(/MemTotal: +(\d+) kB/.exec(out)?.[1])
    expect(total).toBeGreaterThan(400 * 1024)
    expect(total).toBeLessThan(512 * 1024)
  })

  it.each([
    [['--ram', '8'], 'RAM is a whole number of MiB from 64 to 32768 on this machine, not 8.'],
    [['--ram', '1000000'], 'RAM is a whole number of MiB from 64 to 32768 on this machine, not 1000000.'],
    [['--ram', 'much'], "--ram takes a whole number, not 'much'"],
    [['--ram', '-1'], '--ram'],
    [['--thp', 'maybe'], "--thp takes always, madvise, never, not 'maybe'"],
    [['--thp'], '--thp'],
    [['--seed', '1.5'], "--seed takes a whole number, not '1.5'"],
  ])('is not built from %j', (options, message) => {
    expect(main(['run', program(), ...options])).toBe(2)
    expect(err).toContain(message)
  })
})

describe('a session file in place of a C file', () => {
  const session = (changes: Partial<SavedSession> = {}): string =>
    file(
      'demo.pagewalk',
      formatSession({
        format: 'pagewalk-session',
        version: 2,
        program: {
          name: 'sum.c',
          source:
            '#include <stdio.h>\nint main(void) { int a, n = 0; while (scanf("%d", &a) == 1 && a) printf("%d\\n", n += a); return n; }\n',
        },
        machine: { profile: 'debian-12', seed: 5, ramMiB: 256, aslr: false },
        inputs: [
          { text: '3 4\n', statements: 0, stop: 0 },
          { text: '10\n', statements: 0, stop: 1 },
          { text: '0\n', statements: 0, stop: 2 },
        ],
        reached: { statements: 20, stops: 3, state: 'ended', trace: '0123456789abcdef' },
        position: 'end',
        marks: [],
        notes: [],
        layout: { splitters: {} },
        ...changes,
      }),
    )

  it('runs its program on its machine and types what was typed', () => {
    expect(main(['run', session(), '--at-stop', 'cat /proc/meminfo'])).toBe(17)
    expect(out.match(/^\d+$/gm)).toEqual(['3', '7', '17'])
    expect(out).toMatch(/^MemTotal: +2[0-9]{5} kB$/m)
  })

  it('types the end of file and the interrupt where they were typed', () => {
    const at = (stop: number, text: string) => ({ text, statements: 0, stop })
    expect(main(['run', session({ inputs: [at(0, '3 4\n'), at(1, '\u0004')] })])).toBe(7)
    expect(main(['run', session({ inputs: [at(0, '3 4\n'), at(1, '\u0003')] })])).toBe(130)
  })

  it('may be explained, and its heap looked at', () => {
    expect(main(['explain', session()])).toBe(0)
    expect(out).toContain('== stop 2')
    out = ''
    expect(main(['heap', session(), '--at', '1'])).toBe(0)
    expect(out).toMatch(/^chunk +size/m)
  })

  it('runs on another machine when it is told so', () => {
    expect(main(['run', session(), '--ram', '512', '--at-stop', 'cat /proc/meminfo'])).toBe(17)
    expect(out).toMatch(/^MemTotal: +4[0-9]{5} kB$/m)
  })

  it('is told from a damaged one in a sentence that says where and what to do', () => {
    const damaged = session({ machine: { profile: 'debian-12', seed: -1 } })
    expect(main(['run', damaged])).toBe(1)
    expect(err).toBe(
      `pagewalk: ${damaged}: machine.seed is not what it should be (not less than 0); ` +
        'mend it with a text editor, or take a copy from before it was damaged\n',
    )
  })
})
