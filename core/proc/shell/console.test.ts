import { describe, expect, it } from 'vitest'
import { debian12 } from '../../profiles/index.js'
import { TestMachine } from '../../testing/machine.js'
import { runReadout } from '../shell.js'
import { COMMANDS, SUMMARIES } from './builtins.js'
import { complete } from './complete.js'
import { expandGlob } from './glob.js'

const machine = new TestMachine(debian12)
const { pid } = machine.task
const run = (command: string, typed: readonly string[] = []) => runReadout(machine.kernel, command, pid, typed)

// Texts and statuses as coreutils 9.1, grep 3.8 and procps 4.0.2 give them in a UTF-8 locale.
describe('a wrong option or argument', () => {
  it.each([
    ['grep -A x y', 'grep: x: invalid context length argument\n', 2],
    ['grep -A', "grep: option requires an argument -- 'A'\n", 2],
    ['grep --foo', "grep: unrecognized option '--foo'\n", 2],
    ["grep '\\('", 'grep: Unmatched ( or \\(\n', 2],
    ["grep '['", 'grep: Invalid regular expression\n', 2],
    ['head -y', "head: invalid option -- 'y'\nTry 'head --help' for more information.\n", 1],
    ['head -n x', 'head: invalid number of lines: ‘x’\n', 1],
    ['head -c x', 'head: invalid number of bytes: ‘x’\n', 1],
    ['tail -n', "tail: option requires an argument -- 'n'\nTry 'tail --help' for more information.\n", 1],
    ['wc -n', "wc: invalid option -- 'n'\nTry 'wc --help' for more information.\n", 1],
    ['sort -k x', 'sort: invalid number at field start: invalid count at start of ‘x’\n', 2],
    ['ls -y', "ls: invalid option -- 'y'\nTry 'ls --help' for more information.\n", 2],
    ['ls --foo', "ls: unrecognized option '--foo'\n", 2],
    ['cat -y', "cat: invalid option -- 'y'\nTry 'cat --help' for more information.\n", 1],
    ['slabtop -y', "slabtop: invalid option -- 'y'\n\nUsage:\n slabtop [options]\n", 1],
    ['slabtop -o -s', "slabtop: option requires an argument -- 's'\n\nUsage:\n", 1],
  ])('%s is told as the tool tells it', (command, start, status) => {
    const { text, ...rest } = run(command)
    expect({ text: text.slice(0, start.length), ...rest }).toEqual({ text: start, status })
  })
})

describe('what a real machine has and this one has not', () => {
  it.each([
    ['top', 'top', 127],
    ['cd /proc', 'cd', 127],
    ['grep -P x', 'grep -P', 2],
    ['grep --color=auto x', 'grep --color', 2],
    ['tail -n +2 /proc/meminfo', 'tail -n +2', 1],
    ['tail -f /proc/meminfo', 'tail -f', 1],
    ['ls -R /proc', 'ls -R', 2],
    ['slabtop', 'slabtop without -o', 1],
    ['cat /proc/loadavg', '/proc/loadavg', 1],
    ['cat /proc/self/maps', '/proc/self/maps', 1],
    ['cat /proc/$PID/environ', `/proc/${pid}/environ`, 1],
    ['head /etc/passwd', '/etc/passwd', 1],
    ['ls /sys', '/sys', 2],
    ['ps > file', '">"', 2],
    ['ps &', '"&"', 2],
    ['pmap -c $PID', 'pmap -c', 1],
  ])('%s says so', (command, what, status) => {
    expect(run(command)).toEqual({ text: `pagewalk: ${what} is not simulated\n`, status })
  })

  it('is not confused with what no machine has', () => {
    expect(run('cat /proc/nothing')).toEqual({ text: 'cat: /proc/nothing: No such file or directory\n', status: 1 })
    expect(run('cat /proc/999999/environ').text).toBe('cat: /proc/999999/environ: No such file or directory\n')
    expect(run('nothing').text).toBe('sh: 1: nothing: not found\n')
  })
})

describe('the shell itself', () => {
  it('lists its commands, and every command it lists is there', () => {
    const { text } = run('help')
    for (const name of Object.keys(SUMMARIES)) {
      expect(text).toContain(`  ${name.padEnd(9)}`)
      expect(run(name).text).not.toContain('not found')
    }
    expect(run('help pmap')).toEqual({ text: `pmap: ${SUMMARIES['pmap']}\n`, status: 0 })
  })

  it('numbers the lines that were typed, the present one last', () => {
    expect(run('history', ['ps', '内存'])).toEqual({ text: '    1  ps\n    2  内存\n    3  history\n', status: 0 })
    expect(run('history 1 | wc -l', ['ps']).text).toBe('1\n')
    expect(run('history x').text).toBe('sh: history: x: numeric argument required\n')
  })

  it('clears the screen as clear does', () => expect(run('clear').text).toBe('\u001b[H\u001b[2J\u001b[3J'))

  it('stands in the root, where /proc is', () => {
    expect(run('ls').text).toBe('proc\n')
    expect(run('head -n1 proc/meminfo').text).toMatch(/^MemTotal:/)
  })

  it('counts bytes of UTF-8', () => expect(run("echo '内存' | wc -c").text).toBe('7\n'))
})

describe('patterns', () => {
  const tree: Readonly<Record<string, readonly string[]>> = {
    '/': ['proc'],
    '/proc': ['1', '20', 'meminfo', 'stat', '.hidden'],
    '/proc/1': ['maps', 'stat'],
    '/proc/20': ['stat'],
  }
  it.each([
    ['/proc/[0-9]*/stat', ['/proc/1/stat', '/proc/20/stat']],
    ['/proc/*/maps', ['/proc/1/maps']],
    ['/proc/?', ['/proc/1']],
    ['/proc/[!0-9]*', ['/proc/meminfo', '/proc/stat']],
    ['/proc/m\\*', []],
    ['/pr*', ['/proc']],
    ['/nothing/*', []],
  ])('%s', (pattern, names) => expect(expandGlob(pattern, (path) => tree[path])).toEqual(names))

  it('are expanded in a command line unless they are quoted, and stay as they are when nothing fits', () => {
    expect(run('echo /proc/[0-9]*').text).toContain(`/proc/${pid}`)
    expect(run('echo \'/proc/[0-9]*\' "/proc/*"').text).toBe('/proc/[0-9]* /proc/*\n')
    expect(run('echo /none/*').text).toBe('/none/*\n')
  })
})

describe('Tab', () => {
  const at = (line: string) => {
    const { from, words } = complete(machine.kernel, line, line.length, pid)
    return { done: line.slice(0, from), words }
  }
  it.each([
    ['pm', '', ['pmap']],
    ['  p', '  ', ['pidof', 'pmap', 'ps']],
    ['cat /proc/meminfo | g', 'cat /proc/meminfo | ', ['grep']],
    ['ps; sla', 'ps; ', ['slabtop']],
    ['pmap -', 'pmap ', ['-x', '-X', '-XX', '-d', '-q', '-p', '--device', '--extended', '--quiet', '--show-path']],
    ['cat /proc/mem', 'cat ', ['/proc/meminfo']],
    [`cat /proc/${pid}/sma`, 'cat ', [`/proc/${pid}/smaps`, `/proc/${pid}/smaps_rollup`]],
    ['cat /proc/$PID/smaps_', 'cat ', ['/proc/$PID/smaps_rollup']],
    ['cat /pr', 'cat ', ['/proc/']],
    [`ls /proc/${pid}/ta`, 'ls ', [`/proc/${pid}/task/`]],
    ['pmap -x $P', 'pmap -x ', ['$PID']],
    ['ps -p ', 'ps -p ', ['$PID', '$?', String(pid)]],
    ['ps -o pid,maj_', 'ps -o ', ['pid,maj_flt']],
    ["echo 'a | g", 'echo ', []],
    ['nothing ', 'nothing ', []],
  ])('after %j', (line, done, words) => expect(at(line)).toEqual({ done, words }))

  it('completes at the cursor, whatever stands behind it', () => {
    expect(complete(machine.kernel, 'pm -x', 2, pid)).toEqual({ from: 0, words: ['pmap'] })
  })
  it('knows every command', () => expect(at('').words).toEqual(COMMANDS))
})
