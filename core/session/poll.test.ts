import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from '../base/index.js'
import { findProfile } from '../profiles/index.js'
import { compileFor } from './compile.js'
import { Simulation } from './simulation.js'

const profile = findProfile('debian-12')!
const typed = (text: string): Uint8Array => Uint8Array.from(text, (ch) => ch.charCodeAt(0))

function simulate(statements: string): Simulation {
  const source = `#include <poll.h>
    #include <errno.h>
    #include <stdio.h>
    #include <sys/select.h>
    #include <unistd.h>
    static const struct pollfd fixed[1] = {{0, POLLIN, 0}};
    int main(void) {
      struct pollfd fds[1] = {{0, POLLIN, 0}}; struct timeval limit = {2, 0}; fd_set in; char text[9] = "";
      FD_ZERO(&in); FD_SET(0, &in);
      ${statements}
    }`
  const compiled = compileFor({ profile, source, path: 'p.c', noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  return new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
}

function toHalt(simulation: Simulation): Simulation {
  while (simulation.run(1 << 20).why === 'budget') continue
  return simulation
}

const outputOf = (simulation: Simulation): string => decodeUtf8(simulation.kernel.tty.output)

describe('poll and select on the terminal', () => {
  const POLL = 'printf("%d ", poll(fds, 1, -1)); read(0, text, 8); printf("%x %s", fds[0].revents, text); return 0;'

  it('wait for something to be typed', () => {
    const simulation = toHalt(simulate(POLL))
    expect(simulation.halt).toEqual({ why: 'input' })
    simulation.type(typed('hi\n'))
    expect(outputOf(toHalt(simulation))).toBe('1 1 hi\n')
  })

  it('find it ready at the end of input', () => {
    const simulation = toHalt(simulate(POLL))
    simulation.closeInput()
    expect(outputOf(toHalt(simulation))).toBe('1 1 ')
  })

  it('write what they found when the wait is over, and answer EFAULT where that cannot be', () => {
    const simulation = toHalt(simulate('printf("%d ", poll((void *)fixed, 1, -1)); printf("%d", errno); return 0;'))
    expect(simulation.halt).toEqual({ why: 'input' })
    simulation.type(typed('hi\n'))
    expect(outputOf(toHalt(simulation))).toBe('-1 14')
  })

  it('answer EFAULT for what they cannot read', () => {
    const told = (call: string): string => `errno = 0; printf("%d ", ${call}); printf("%d ", errno);`
    const both = told('poll((void *)8, 1, 0)') + told('select(1, (void *)8, NULL, NULL, NULL)')
    expect(outputOf(toHalt(simulate(`${both} return 0;`)))).toBe('-1 14 -1 14 ')
  })

  const SELECT = 'printf("%d %d", select(1, &in, NULL, NULL, &limit), FD_ISSET(0, &in)); return 0;'

  it('with a time limit let the time go by when nothing was typed', () => {
    const simulation = toHalt(simulate(SELECT))
    expect(simulation.halt.why).toBe('ended')
    expect(simulation.kernel.clock.now).toBeGreaterThan(2e9)
  })

  it('with a time limit do not wait for what was typed before', () => {
    const simulation = simulate(SELECT)
    simulation.type(typed('hi\n'))
    toHalt(simulation)
    expect(outputOf(simulation)).toBe('1 1')
    expect(simulation.kernel.clock.now).toBeLessThan(2e9)
  })
})
