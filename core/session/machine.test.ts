import { describe, expect, it } from 'vitest'
import { debian12, profiles } from '../profiles/index.js'
import type { MachineOptions } from '../protocol/index.js'
import { createSession, setUp, type Session } from './index.js'

const PROGRAM = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
  char *p = malloc(4 << 20);
  memset(p, 1, 4 << 20);
  printf("%p\\n", (void *)p);
  getchar();
  return 0;
}`

function started(profile: string, machine: MachineOptions, seed?: number): Session {
  const session = createSession()
  const reply = session.load({ source: PROGRAM, path: 'p.c', profile, seed, machine })
  if (!reply.ok) throw new Error(reply.error.message)
  session.advance('stop', 1 << 24)
  return session
}

const readout = (session: Session, command: string): string => {
  const reply = session.readout(command)
  return reply.ok ? reply.value.text : ''
}
const field = (text: string, name: string): number => Number(new RegExp(`^${name}: *(\\d+)`, 'm').exec(text)?.[1])

describe.each(profiles.map((profile) => [profile.id, profile] as const))('the machine of %s', (id, profile) => {
  const range = createSession()
    .profiles()
    .find((p) => p.id === id)!.machine

  it.each([['the least', range.leastRamMiB] as const, ['the most', range.mostRamMiB] as const])(
    'boots and runs a program with %s RAM, %d MiB',
    (_name, ramMiB) => {
      const session = started(id, { ramMiB })
      expect(session.moment().state).toBe('waiting')
      expect(field(readout(session, 'cat /proc/meminfo'), 'MemTotal')).toBeLessThanOrEqual(ramMiB * 1024)
      expect(field(readout(session, 'cat /proc/meminfo'), 'MemTotal')).toBeGreaterThan((ramMiB - 64) * 1024)
    },
    20_000,
  )

  it.each([[range.leastRamMiB - 1], [range.mostRamMiB + 1], [0], [-1], [100.5], [Number.NaN], [Infinity]])(
    'is not built with %d MiB',
    (ramMiB) => {
      const session = createSession()
      const reply = session.load({ source: PROGRAM, path: 'p.c', profile: id, seed: 1, machine: { ramMiB } })
      if (reply.ok) throw new Error('it was')
      expect(reply.error.code).toBe('bad-machine')
      expect(reply.error.message).toContain(`from ${range.leastRamMiB} to ${range.mostRamMiB}`)
      expect(session.moment().state).toBe('empty')
    },
  )

  it('is the profile’s own when nothing is asked for', () => {
    expect(setUp(profile, { ramMiB: range.ramMiB, thp: range.thp })).toEqual({ ok: true, value: profile })
  })

  it('has huge pages as it is told', () => {
    const huge = (thp: MachineOptions['thp']): number => {
      const session = started(id, { thp })
      const { pid } = session.moment()
      return field(readout(session, `cat /proc/${pid}/smaps`).replace(/AnonHugePages: +0 kB/g, ''), 'AnonHugePages')
    }
    expect(huge('always')).toBeGreaterThanOrEqual(2048)
    expect(huge('madvise')).toBeNaN()
    expect(huge('never')).toBeNaN()
  })

  it('has the same addresses for every seed when they are not randomised', () => {
    const address = (aslr: boolean, seed: number): string => started(id, { aslr }, seed).output(0).text
    expect(address(false, 1)).toBe(address(false, 2))
    expect(address(true, 1)).not.toBe(address(true, 2))
  })
})

describe('limits that follow from RAM', () => {
  it('are the measured ones at the measured size, and fall and rise with RAM', () => {
    const limits = (ramMiB: number): readonly number[] => {
      const reply = setUp(debian12, { ramMiB })
      return reply.ok ? (reply.value.rlimits[6] ?? []) : []
    }
    expect(limits(24 * 1024)).toEqual([96365, 96365])
    expect(limits(12 * 1024)[0]).toBeGreaterThan(45_000)
    expect(limits(12 * 1024)[0]).toBeLessThan(49_000)
    expect(limits(64)[0]).toBeGreaterThan(0)
    expect(limits(32 * 1024)[0]).toBeGreaterThan(125_000)
  })
})
