import { describe, expect, it } from 'vitest'
import { runReadout } from '../proc/index.js'
import { findProfile } from '../profiles/index.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const profile = findProfile('debian-12')!

/** A thread with a name, a zombie, a stopped child, and one that sleeps; then input is waited for. */
const SOURCE = `
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
static void *worker(void *name)
{
    prctl(PR_SET_NAME, name);
    pause();
    return name;
}
int main(void)
{
    pthread_t thread;
    pid_t stopped;
    if (fork() == 0)
        _exit(3);
    stopped = fork();
    if (stopped == 0)
        for (;;)
            pause();
    if (fork() == 0)
        sleep(1000);
    pthread_create(&thread, NULL, worker, "a writer");
    kill(stopped, SIGSTOP);
    getchar();
    return 0;
}`

function stopped(): { run: (command: string) => string; pid: number } {
  const compiled = compileFor({ profile, source: SOURCE, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({ profile, program: compiled.program, seed: 1, randomised: false })
  while (simulation.run(1 << 20).why === 'budget');
  const { kernel } = simulation
  const pid = kernel.tasks.processes[0].pid
  return { pid, run: (command) => runReadout(kernel, command, pid).text }
}

describe('the read-outs of several tasks', () => {
  const { run, pid } = stopped()

  it('ps tells sleeping, ended, stopped and threaded processes apart', () => {
    expect(run('ps -e -o stat,nlwp,wchan:16,args --no-headers')).toBe(
      [
        'Sl+     2 wait_woken       ./prog',
        'Z+      1 -                [prog] <defunct>',
        'T+      1 do_signal_stop   ./prog',
        'S+      1 hrtimer_nanoslee ./prog',
        '',
      ].join('\n'),
    )
  })

  it('ps draws the forest', () => {
    expect(run('ps f -e -o args=')).toBe('./prog\n \\_ [prog] <defunct>\n \\_ ./prog\n \\_ ./prog\n')
  })

  it('ps -L and /proc/PID/task show threads by their names', () => {
    expect(run(`ps -L -p ${pid} -o comm=`)).toBe('prog\na writer\n')
    expect(run(`ls /proc/${pid}/task | wc -l`)).toBe('2\n')
    expect(run(`cat /proc/${pid}/status | grep Threads`)).toBe('Threads:\t2\n')
    expect(run(`cat /proc/${pid}/task/${pid}/comm`)).toBe('prog\n')
  })

  it('/proc/PID/stat has 52 fields and the zombie its status', () => {
    const fields = run(`cat /proc/${pid}/stat`).trim().split(' ')
    expect(fields).toHaveLength(52)
    expect(
      run(`cat /proc/${pid + 1}/stat`)
        .trim()
        .split(' ')
        .at(-1),
    ).toBe(String(3 << 8))
  })

  it('ls shows the descriptors', () => {
    expect(run(`ls /proc/${pid}/fd`)).toBe('0  1  2\n')
    expect(run(`ls -l /proc/${pid}/fd | tail -n1`)).toMatch(/ 2 -> \/dev\/pts\/0\n$/)
    expect(run(`ls /proc/${pid}/nothing`)).toBe(`ls: cannot access '/proc/${pid}/nothing': No such file or directory\n`)
  })

  it('pagemap tells whose a page is', () => {
    const lines = run(`cat /proc/${pid}/pagemap`).trim().split('\n')
    expect(lines[0]).toBe('address      entry            pfn      bits')
    expect(lines.some((line) => / present file\/shared/.test(line))).toBe(true)
    expect(lines.some((line) => / present exclusive$/.test(line))).toBe(true)
  })

  it('filters read files of /proc themselves', () => {
    expect(run(`grep -c ^Rss /proc/${pid}/smaps_rollup`)).toBe('1\n')
    expect(run(`head -n1 /proc/${pid}/status`)).toBe('Name:\tprog\n')
    expect(run('wc nothing')).toBe('wc: nothing: No such file or directory\n')
    expect(run('echo b; echo a')).toBe('b\na\n')
    expect(run(`ps -e -o pid= | sort -rn | head -n1`).trim()).toBe(String(pid + 3))
  })

  it('free counts what meminfo tells', () => {
    expect(run('free -k | head -n1')).toBe(
      '               total        used        free      shared  buff/cache   available\n',
    )
  })
})
