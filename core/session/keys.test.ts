import { describe, expect, it } from 'vitest'
import type { Departure, LoadRequest, Moment, SavedRun } from '../protocol/index.js'
import { createSession, type Session } from './index.js'

const INTERRUPT = '\u0003'
const END = '\u0004'
const ALL = 1 << 22

const request = (source: string): LoadRequest => ({ source, path: 'p.c', profile: 'debian-12', seed: undefined })
const c = (body: string, before = ''): LoadRequest =>
  request(
    '#include <errno.h>\n#include <signal.h>\n#include <stdio.h>\n#include <sys/wait.h>\n#include <unistd.h>\n' +
      `${before}\nint main(void) {\n${body}\nreturn 0;\n}\n`,
  )

function start(of: LoadRequest): Session {
  const session = createSession()
  const reply = session.load(of)
  if (!reply.ok) throw new Error(reply.error.message)
  return session
}

function press(session: Session, key: string): Moment {
  const reply = session.input(key)
  if (!reply.ok) throw new Error(reply.error.message)
  return session.advance('stop', ALL)
}

const textOf = (session: Session): string => session.output(0).text

/** The run again, from what a file would hold; every moment of it as it was. */
function again(before: Session, of: LoadRequest): { session: Session; departure: Departure | undefined } {
  const record = before.record()
  if (!record.ok) throw new Error(record.error.message)
  const session = createSession()
  session.resume(of, JSON.parse(JSON.stringify(record.value)) as SavedRun)
  while (session.moment().state === 'running') session.advance('stop', 1000)
  return { session, departure: session.departure() }
}

function expectSame(before: Session, of: LoadRequest): void {
  const { session, departure } = again(before, of)
  expect(departure).toMatchObject({ what: 'same' })
  const { id, ...moment } = before.moment()
  void id
  expect(session.moment()).toMatchObject(moment)
  expect(textOf(session)).toBe(textOf(before))
}

const HANDLER = 'volatile int got;\nvoid on(int s) { got = s; }'
const handles = (flags: string): string =>
  `struct sigaction a = {0}; a.sa_handler = on; a.sa_flags = ${flags}; sigaction(SIGINT, &a, 0);`

describe('Ctrl+D', () => {
  const cat = c('int ch; while ((ch = getchar()) != EOF) putchar(ch); printf("end %d\\n", feof(stdin) != 0);')

  it('is the end of file for the program that reads', () => {
    const session = start(cat)
    session.advance('stop', ALL)
    press(session, 'one\n')
    expect(press(session, END)).toMatchObject({ state: 'exited', exit: { code: 0 } })
    expect(textOf(session)).toBe('one\none\nend 1\n')
    expectSame(session, cat)
  })

  it('ends one read only: the next waits for a line again', () => {
    const of = c('char b[9]; long n = read(0, b, 9); printf("%ld\\n", n); n = read(0, b, 9); printf("%ld\\n", n);')
    const session = start(of)
    session.advance('stop', ALL)
    expect(press(session, END)).toMatchObject({ state: 'waiting', stop: 1 })
    expect(press(session, 'ab\n').state).toBe('exited')
    expect(textOf(session)).toBe('0\nab\n3\n')
    expectSame(session, of)
  })
})

describe('Ctrl+C', () => {
  it('ends a program that waits for a line', () => {
    const of = c('getchar();')
    const session = start(of)
    session.advance('stop', ALL)
    expect(press(session, INTERRUPT)).toMatchObject({ state: 'killed', exit: { signal: 2, message: 'Interrupt' } })
    expect(textOf(session)).toBe('^C')
    expectSame(session, of)
    const reply = session.seek({ to: 'stop', stop: 0 })
    expect(reply).toMatchObject({ ok: true, value: { state: 'waiting' } })
  })

  it('ends a program that runs for ever, where it is', () => {
    const of = c('volatile unsigned i = 0; for (;;) i++;')
    const session = start(of)
    session.advance('stop', 12345)
    expect(press(session, INTERRUPT)).toMatchObject({ state: 'killed', exit: { signal: 2 } })
    expectSame(session, of)
  })

  it('leaves a program that ignores it waiting at the same stop', () => {
    const of = c('signal(SIGINT, SIG_IGN); printf("%d\\n", getchar());')
    const session = start(of)
    session.advance('stop', ALL)
    const before = session.moment()
    expect(press(session, INTERRUPT)).toMatchObject({ state: 'waiting', stop: 0, time: before.time })
    expect(press(session, 'a\n').state).toBe('exited')
    expect(textOf(session)).toBe('^Ca\n97\n')
    expectSame(session, of)
  })

  it('runs the handler; the read goes on after it, or ends early, as SA_RESTART says', () => {
    const body = (flags: string): LoadRequest =>
      c(
        `${handles(flags)} char b; long n = read(0, &b, 1); printf("%ld %d %d\\n", n, n < 0 ? errno : 0, got);`,
        HANDLER,
      )
    const restarted = start(body('SA_RESTART'))
    restarted.advance('stop', ALL)
    expect(press(restarted, INTERRUPT)).toMatchObject({ state: 'waiting' })
    press(restarted, '\n')
    expect(textOf(restarted)).toBe('^C\n1 0 2\n')
    expectSame(restarted, body('SA_RESTART'))
    const ended = start(body('0'))
    ended.advance('stop', ALL)
    expect(press(ended, INTERRUPT).state).toBe('exited')
    expect(textOf(ended)).toBe('^C-1 4 2\n')
    expectSame(ended, body('0'))
  })

  it('reaches every process of the job', () => {
    const of = c(
      'int s; if (fork() == 0) { pause(); _exit(0); } signal(SIGINT, SIG_IGN); wait(&s);' +
        'printf("%d\\n", WIFSIGNALED(s) ? WTERMSIG(s) : 0);',
    )
    const session = start(of)
    expect(session.advance('stop', ALL).state).toBe('stuck')
    expect(press(session, INTERRUPT).state).toBe('exited')
    expect(textOf(session)).toBe('^C2\n')
    expectSame(session, of)
  })

  it('gives the handler its time where another process waits for a line', () => {
    const of = c(
      `if (fork() == 0) { signal(SIGINT, SIG_IGN); getchar(); _exit(0); } ${handles('0')}\n` +
        'pause(); printf("%d\\n", got); fflush(stdout); wait(0);',
      HANDLER,
    )
    const session = start(of)
    expect(session.advance('stop', ALL).state).toBe('waiting')
    expect(press(session, INTERRUPT).state).toBe('waiting')
    expect(textOf(session)).toBe('^C2\n')
    expectSame(session, of)
  })

  it('is typed again at the same time where every task slept', () => {
    const of = c(`${handles('0')} unsigned left = sleep(10); printf("%u %d\\n", left, got);`, HANDLER)
    const session = start(of)
    session.advance('stop', ALL)
    expect(textOf(session)).toBe('0 0\n')
    session.seek({ to: 'time', time: 4.5e9 })
    expect(press(session, INTERRUPT).state).toBe('exited')
    expect(textOf(session)).toMatch(/^\^C[56] 2\n$/)
    expectSame(session, of)
    const end = textOf(session)
    session.seek({ to: 'time', time: 5e9 })
    expect(textOf(session)).toBe(end)
  })

  it('is refused while a saved run is taken up', () => {
    const of = c('volatile unsigned i = 0; while (i < 100000) i++; getchar();')
    const before = start(of)
    before.advance('stop', ALL)
    const record = before.record()
    const session = createSession()
    if (record.ok) session.resume(of, record.value)
    expect(session.input(INTERRUPT)).toMatchObject({ ok: false, error: { code: 'busy' } })
  })
})
