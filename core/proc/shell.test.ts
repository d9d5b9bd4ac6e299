import { describe, expect, it } from 'vitest'
import { PAGE_SIZE } from '../base/index.js'
import { debian12, ubuntu1604 } from '../profiles/index.js'
import { TestMachine } from '../testing/machine.js'
import { runReadout } from './shell.js'

/** The article's machine with the article's mapping, three of its four pages written. */
function article(): TestMachine {
  const machine = new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed })
  const at = machine.map(4)
  for (let page = 0; page < 4; page++) machine.user.writeU8(at + page * PAGE_SIZE, 1)
  return machine
}

const run = (machine: TestMachine, command: string): { text: string; status: number } =>
  runReadout(machine.kernel, command, machine.task.pid)

describe('the article’s read-outs', () => {
  const machine = article()
  it.each([
    ['pmap $PID', '00007f2f565eb000     16K rw---   [ anon ]\n'],
    ['pmap -x $PID', '00007f2f565eb000      16      16      16 rw---   [ anon ]\n'],
    ['pmap -x ${PID}', 'Address           Kbytes     RSS   Dirty Mode  Mapping\n'],
    ['pmap $PID', '13070:   ./test\n0000000000400000      4K r-x-- test\n'],
    ['pmap $PID', 'ffffffffff600000      4K r-x--   [ anon ]\n total '],
  ])('%s shows %j', (command, line) => {
    expect(run(machine, command)).toMatchObject({ status: 0, text: expect.stringContaining(line) as string })
  })

  it('cat /proc/$PID/smaps shows the new mapping as 4.15 does', () => {
    const { text } = run(machine, 'cat /proc/$PID/smaps')
    const block = text.slice(text.indexOf('7f2f565eb000-')).split('7f2f565ef000-7f2f565f0000')[0]
    expect(block).toBe(
      [
        '7f2f565eb000-7f2f565ef000 rw-p 00000000 00:00 0 ',
        'Size:                 16 kB',
        'KernelPageSize:        4 kB',
        'MMUPageSize:           4 kB',
        'Rss:                  16 kB',
        'Pss:                  16 kB',
        'Shared_Clean:          0 kB',
        'Shared_Dirty:          0 kB',
        'Private_Clean:         0 kB',
        'Private_Dirty:        16 kB',
        'Referenced:           16 kB',
        'Anonymous:            16 kB',
        'LazyFree:              0 kB',
        'AnonHugePages:         0 kB',
        'ShmemPmdMapped:        0 kB',
        'Shared_Hugetlb:        0 kB',
        'Private_Hugetlb:       0 kB',
        'Swap:                  0 kB',
        'SwapPss:               0 kB',
        'Locked:                0 kB',
        'ProtectionKey:         0',
        'VmFlags: rd wr mr mw me ac sd ',
        '',
      ].join('\n'),
    )
  })

  it('runs the commands one after the other', () => {
    const all = run(machine, 'ps -o maj_flt -o min_flt -p $PID; pmap $PID; pmap -x $PID; cat /proc/$PID/smaps')
    const each = ['ps -o maj_flt -o min_flt -p $PID', 'pmap $PID', 'pmap -x $PID', 'cat /proc/$PID/smaps']
    expect(all).toEqual({ text: each.map((command) => run(machine, command).text).join(''), status: 0 })
    expect(all.text).toMatch(/^ MAJFL {2}MINFL\n {5}0 {5}[0-9]{2}\n13070: {3}/)
  })
})

// Exit statuses and messages as the tools give them on Debian 12.
describe('the read-out shell', () => {
  const machine = new TestMachine(debian12)
  const { pid } = machine.task
  it.each([
    ['nope', 'sh: 1: nope: not found\n', 127],
    ['', '', 0],
    ['echo a  b "c  d"; echo \'$PID\'', 'a b c  d\n$PID\n', 0],
    ['echo "$PID" $UNSET ${PID}x', `${pid} ${pid}x\n`, 0],
    ['nope; echo $?', 'sh: 1: nope: not found\n127\n', 0],
    ['echo a && echo b || echo c', 'a\nb\n', 0],
    ['nope || echo c # why', 'sh: 1: nope: not found\nc\n', 0],
    ['; ps', 'sh: 1: Syntax error: ";" unexpected\n', 2],
    ['ps | | x', 'sh: 1: Syntax error: "|" unexpected\n', 2],
    ['ps |', 'sh: 1: Syntax error: end of file unexpected\n', 2],
    ['a;;b', 'sh: 1: Syntax error: ";;" unexpected\n', 2],
    ['echo "x', 'sh: 1: Syntax error: Unterminated quoted string\n', 2],
    ['cat /proc/999999/maps', 'cat: /proc/999999/maps: No such file or directory\n', 1],
    ['cat /proc/$PID', `cat: /proc/${pid}: Is a directory\n`, 1],
    ['cat /proc/$PID/comm | cat', 'prog\n', 0],
    ['pmap 999999', '', 42],
    ['pmap -x', 'pmap: argument missing\n', 1],
    ['ps -o maj_flt -o min_flt -p 999999', ' MAJFL  MINFL\n', 1],
    ['ps -o pid= -p $PID', `${String(pid).padStart(5)}\n`, 0],
    ['ps -o pid --no-headers -p 1,$PID', `${String(pid).padStart(5)}\n`, 0],
    ['pidof prog', `${pid}\n`, 0],
    ['cat /proc/$PID/smaps | grep -c "^Rss: .*kB$"', '23\n', 0],
    ['cat /proc/$PID/maps | grep "[[]stack" | wc -l', '1\n', 0],
    ['cat /proc/$PID/maps | grep nothing', '', 1],
    ['cat /proc/$PID/status | head -1', 'Name:\tprog\n', 0],
    ['pmap $PID | tail -n1 | grep -F " total"', ' total             2348K\n', 0],
  ])('%s', (command, text, status) => {
    expect(run(machine, command)).toEqual({ text, status })
  })

  it.each([
    ['ps -o foo', 'error: unknown user-defined format specifier "foo"\n\nUsage:\n ps [options]\n'],
    ['ps -o pid,,vsz', 'error: improper format list\n'],
    ['ps -o pid:0', 'error: column widths must be unsigned decimal numbers\n'],
    ['ps -p', 'error: list of process IDs must follow -p\n'],
    ['ps -o', 'error: format specification must follow -o\n'],
    ['ps -p abc', 'error: process ID list syntax error\n'],
    ['ps -p 0', 'error: process ID out of range\n'],
    ['ps --foo', 'error: unknown gnu long option\n'],
    ['ps -o cgroup', 'pagewalk: ps: column "cgroup" is not simulated\n'],
    ['pmap abc', '\nUsage:\n pmap [options] PID [PID ...]\n'],
    ['pmap -z 1', "pmap: invalid option -- 'z'\n"],
  ])('%s fails as the tool does', (command, start) => {
    const { text, status } = run(machine, command)
    expect({ text: text.slice(0, start.length), status }).toEqual({ text: start, status: 1 })
  })

  it('never throws, whatever is typed', () => {
    const alphabet = [
      'ps',
      'pmap',
      '-o',
      '-x',
      'pid',
      '$',
      '$PID',
      '"',
      "'",
      '\\',
      ';',
      '|',
      '&',
      'grep',
      '[',
      '*',
      '\n',
    ]
    for (let seed = 1; seed < 400; seed++) {
      const words = Array.from({ length: 6 }, (_, i) => alphabet[(Math.imul(seed * 7 + i, 2654435761) % 17) & 15])
      expect(() => run(machine, words.join(seed % 2 ? ' ' : ''))).not.toThrow()
    }
  })
})

describe('a process that has ended', () => {
  const ended = (machine: TestMachine): TestMachine => {
    machine.kernel.exit(machine.task, 0, 0)
    return machine
  }

  it('is a defunct line of ps and a title of pmap', () => {
    const machine = ended(new TestMachine(debian12))
    const { pid } = machine.task
    expect(run(machine, 'ps -o stat,vsz,cmd -p $PID').text).toBe('STAT    VSZ CMD\nZ+        0 [prog] <defunct>\n')
    expect(run(machine, 'pmap $PID').text).toBe(`${pid}:   [prog] <defunct>\n total                0K\n`)
    expect(run(machine, 'cat /proc/$PID/maps /proc/$PID/smaps')).toEqual({ text: '', status: 0 })
    expect(run(machine, 'cat /proc/$PID/statm').text).toBe('0 0 0 0 0 0 0\n')
    expect(run(machine, 'cat /proc/$PID/smaps_rollup')).toEqual({
      text: `cat: /proc/${pid}/smaps_rollup: No such process\n`,
      status: 1,
    })
  })

  it('is not called defunct by pmap 3.3.10, but by the short name of its ps', () => {
    const machine = ended(new TestMachine(ubuntu1604, { seed: ubuntu1604.defaultSeed }))
    const { pid } = machine.task
    expect(run(machine, 'pmap -q $PID').text).toBe(`${pid}:   [test]\n`)
    expect(run(machine, 'ps').text).toContain('test <defunct>\n')
  })
})
