import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, findProfile } from '../../session/index.js'
import { compileFor, Simulation } from '../../session/index.js'

const folder = new URL('../../golden/malloc-misuse/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

interface End {
  readonly status: number
  readonly message: string
}

function run(name: string, profileId = 'debian-12'): End {
  const profile = findProfile(profileId)!
  const compiled = compileFor({ profile, source: read(`${name}.c`), path: `${name}.c`, noPie: false })
  if (!compiled.ok) throw new Error(compiled.diagnostics.map((d) => d.message).join('\n'))
  const simulation = new Simulation({ profile, program: compiled.program, seed: 1, randomised: true })
  const halt = simulation.run(1 << 20)
  if (halt.why !== 'ended') throw new Error(`still running: ${halt.why}`)
  const message = decodeUtf8(simulation.kernel.tty.output).split('\r\n')[0].split('\n')[0]
  return { status: halt.signal ? 128 + halt.signal : halt.code, message }
}

describe('a damaged heap ends as on the real library', () => {
  const cases = read('expected.txt')
    .trimEnd()
    .split('\n')
    .map((line) => /^(\S+) (\d+) ?(.*)$/.exec(line)!)

  it.each(cases.map(([, name, status, message]) => ({ name, status: Number(status), message })))(
    '$name: $message',
    ({ name, status, message }) => {
      expect(run(name)).toEqual({ status, message })
    },
  )

  it('2.23 names the program and the address', () => {
    const { status, message } = run('double-free', 'ubuntu-16.04')
    expect(status).toBe(134)
    expect(message).toMatch(/^\*\*\* Error in `\S+': double free or corruption \(fasttop\): 0x[0-9a-f]{16} \*\*\*$/)
  })
})
