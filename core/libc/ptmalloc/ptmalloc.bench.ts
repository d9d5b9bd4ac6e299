/**
 * The allocator on captured traces, beside the real one: verify/replay.c makes the same calls where gcc is, in the same
 * run. Reading and writing lines is included on both sides, starting up is not. Goal: at most 5 times the real time.
 *
 * Both are timed in a process of their own: here modules are not bundled, and every import would cost a look-up.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, bench, describe } from 'vitest'

const GOAL = 5
const REPLAYS = 6
const TRACES = ['26-longrun-100k', '27-mixed-100k', '28-webserver-100k', '29-real-find']

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'pagewalk-malloc-bench-'))
const replay = join(folder, 'replay')
const hasGcc = spawnSync('gcc', ['-O2', '-o', replay, path('verify/replay.c')]).status === 0
const pagewalk = path('../../../build/pagewalk.mjs')

const milliseconds = (command: string, args: readonly string[]): number =>
  Number(execFileSync(command, args, { encoding: 'utf8' })) / 1e6

interface Times {
  real: number
  simulated: number
}
const best = new Map<string, Times>()

for (const trace of TRACES) {
  const text = gunzipSync(readFileSync(new URL(`../../golden/malloc/${trace}.trace.gz`, import.meta.url)))
  const file = join(folder, `${trace}.trace`)
  writeFileSync(file, text)
  const times: Times = { real: Infinity, simulated: Infinity }
  best.set(trace, times)
  const options = { iterations: 2, time: 0, warmupIterations: 0, warmupTime: 0 }
  describe(trace, () => {
    bench(
      `simulated, ${REPLAYS} times`,
      () => {
        const args = [pagewalk, 'malloc-trace', file, '--profile', 'debian-12', '--time', String(REPLAYS)]
        times.simulated = Math.min(times.simulated, milliseconds(process.execPath, args))
      },
      options,
    )
    if (!hasGcc) return
    bench(
      `glibc, ${REPLAYS} times`,
      () => {
        for (let i = 0; i < REPLAYS; i++) times.real = Math.min(times.real, milliseconds(replay, ['-t', file]))
      },
      options,
    )
  })
}

afterAll(() => {
  rmSync(folder, { recursive: true })
  for (const [trace, { real, simulated }] of best) {
    const ratio = hasGcc
      ? `${(simulated / real).toFixed(1)} times glibc's ${real.toFixed(1)} ms`
      : 'no gcc to compare with'
    process.stdout.write(`${trace}: ${simulated.toFixed(1)} ms, ${ratio} (goal ${GOAL})\n`)
  }
})
