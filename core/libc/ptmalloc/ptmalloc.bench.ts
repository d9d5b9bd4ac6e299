/**
 * The allocator on captured traces, beside the real one: verify/replay.c does the same where gcc is, in the same run.
 * Two figures each: the calls alone (the trace is read before, blocks are not written to), and all that lies between a
 * line of the trace and the line printed. Starting up, and booting the machine, is not included; faults are, on both
 * sides. And what the host allocates for a call. Goal: at most 5 times the real time from line to line.
 *
 * Measured on a bundle, as the application runs it; the best of some replays, each on a fresh machine.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, bench, describe } from 'vitest'
import { built } from '../../testing/built.js'

const GOAL = 5
const REPLAYS = 12
const TRACES = ['26-longrun-100k', '27-mixed-100k', '28-webserver-100k', '29-real-find']

const { findProfile, freshHeap, MallocReplay } = await built()
const profile = findProfile('debian-12')!
type Pool = ReturnType<typeof freshHeap>['pool']

const folder = mkdtempSync(join(tmpdir(), 'pagewalk-malloc-bench-'))
const replay = join(folder, 'replay')
const source = fileURLToPath(new URL('verify/replay.c', import.meta.url))
const hasGcc = spawnSync('gcc', ['-O2', '-pthread', '-o', replay, source]).status === 0

/** A trace's calls, in columns. Other lines are passed over, as by replay -c. */
class Calls {
  readonly ops: readonly string[]
  private readonly numbers: Float64Array

  constructor(text: string) {
    const lines = text.split('\n').filter((line) => /^[mcraf] /.test(line))
    this.ops = lines.map((line) => line[0])
    this.numbers = new Float64Array(lines.length * 3)
    lines.forEach((line, i) => this.numbers.set(line.split(' ').slice(1).map(Number), i * 3))
  }

  make(pool: Pool): void {
    const { ops, numbers } = this
    const blocks = new Float64Array(1 << 20)
    for (let i = 0; i < ops.length; i++) {
      const id = numbers[i * 3]
      const a = numbers[i * 3 + 1]
      const b = numbers[i * 3 + 2]
      if (ops[i] === 'm') blocks[id] = pool.malloc(a)
      else if (ops[i] === 'c') blocks[id] = pool.calloc(a, b)
      else if (ops[i] === 'a') blocks[id] = pool.memalign(a, b)
      else if (ops[i] === 'f') {
        pool.free(blocks[id])
        blocks[id] = 0
      } else {
        const block = pool.realloc(blocks[id], b)
        if (block !== 0 || b === 0) blocks[id] = 0
        if (block !== 0 || id !== a) blocks[a] = block
      }
    }
  }
}

interface Figures {
  calls: number
  lines: number
  /** Bytes of the host's heap for a call; the least seen, since a collection in between makes it less than nothing. */
  bytes: number
}
const fresh = (): Figures => ({ calls: Infinity, lines: Infinity, bytes: Infinity })
const results = new Map<string, { ours: Figures; real: Figures }>()

/** Milliseconds. */
function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const native = (option: string, file: string): number =>
  Number(execFileSync(replay, [option, file], { encoding: 'utf8' })) / 1e6

for (const trace of TRACES) {
  const text = gunzipSync(readFileSync(new URL(`../../golden/malloc/${trace}.trace.gz`, import.meta.url)))
  const file = join(folder, `${trace}.trace`)
  writeFileSync(file, text)
  const calls = new Calls(text.toString('latin1'))
  const ours = fresh()
  const real = fresh()
  results.set(trace, { ours, real })
  const options = { iterations: REPLAYS, time: 0, warmupIterations: 0, warmupTime: 0 }
  describe(trace, () => {
    bench(
      'simulated, calls',
      () => {
        const { pool } = freshHeap(profile)
        const before = process.memoryUsage().heapUsed
        ours.calls = Math.min(
          ours.calls,
          timed(() => calls.make(pool)),
        )
        const bytes = (process.memoryUsage().heapUsed - before) / calls.ops.length
        if (bytes > 0) ours.bytes = Math.min(ours.bytes, bytes)
      },
      options,
    )
    bench(
      'simulated, from line to line',
      () => {
        const { pool, host } = freshHeap(profile)
        const work = new MallocReplay(pool, host)
        ours.lines = Math.min(
          ours.lines,
          timed(() => work.run(text, () => {})),
        )
      },
      options,
    )
    if (!hasGcc) return
    bench(
      'glibc',
      () => {
        real.calls = Math.min(real.calls, native('-c', file))
        real.lines = Math.min(real.lines, native('-t', file))
      },
      options,
    )
  })
}

afterAll(() => {
  rmSync(folder, { recursive: true })
  const compare = (ours: number, real: number): string =>
    hasGcc
      ? `${ours.toFixed(1)} ms, ${(ours / real).toFixed(1)} times glibc's ${real.toFixed(1)}`
      : `${ours.toFixed(1)} ms`
  for (const [trace, { ours, real }] of results)
    process.stdout.write(
      `${trace}: lines ${compare(ours.lines, real.lines)} (goal ${GOAL}); calls ${compare(ours.calls, real.calls)}; ` +
        `${ours.bytes.toFixed(0)} bytes of the host for a call\n`,
    )
})
