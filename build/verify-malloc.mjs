// `npm run verify:malloc`: makes random traces of malloc calls, replays each on this machine's own C library and on the
// simulation, and compares every line. The C library must be of the version that the profile names.
//
//   node build/verify-malloc.mjs [--seed N] [--traces N] [--ops N] [--keep FOLDER]
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { at } from './run.mjs'

const PROFILE = 'debian-12'
const GLIBC = '2.36'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, traces: { type: 'string' }, ops: { type: 'string' }, keep: { type: 'string' } },
})
const firstSeed = Number(values.seed ?? 1)
const traces = Number(values.traces ?? 50)
const opsEach = Number(values.ops ?? 20_000)

/** splitmix32: small, and the same everywhere. */
class Random {
  constructor(/** @type {number} */ seed) {
    this.state = seed | 0
  }
  next() {
    this.state = (this.state + 0x9e3779b9) | 0
    let z = this.state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  /** Whole number in [low, high]. */
  range(/** @type {number} */ low, /** @type {number} */ high) {
    return low + (this.next() % (high - low + 1))
  }
  chance(/** @type {number} */ percent) {
    return this.next() % 100 < percent
  }
  /** @template T @param {readonly [T, ...T[]]} list @returns {T} */
  pick(list) {
    return list[this.next() % list.length] ?? list[0]
  }
}

/** Sizes at which something changes: tcache, fastbins, large bins and their steps, pages, the mmap threshold. */
/** @type {[number, ...number[]]} */
const EDGES = [0, 24, 25, 120, 128, 136, 1008, 1016, 1032, 1040, 3072, 4080, 10_752, 45_056, 65_528, 131_048, 131_072]

/** @typedef {(r: Random) => number} Size */
/** @type {[Size, ...Size[]]} */
const SIZES = [
  (r) => r.range(0, 128),
  (r) => r.range(0, 1100),
  (r) => r.range(900, 5000),
  (r) => r.range(0, 40_000),
  (r) => r.range(20_000, 200_000),
  (r) => r.range(100_000, 2_000_000),
  (r) => Math.max(0, r.pick(EDGES) + r.range(-17, 17)),
  (r) => r.pick([40, 72, 136, 520, 1032, 1100, 2000]),
  (r) => 2 ** r.range(3, 18) + r.range(-9, 9),
]
/** @type {[string, ...string[]]} */
const HUGE = [
  '18446744073709551615',
  '9223372036854775807',
  '9223372036854775775',
  '140737488355328',
  '4611686018427387904',
]
/** @typedef {[string, [number, ...number[]]]} Option */
/** @type {[Option, ...Option[]]} */
const OPTIONS = [
  ['M_MXFAST', [0, 1, 64, 128, 160, 161, -1]],
  ['M_MMAP_THRESHOLD', [0, 4096, 65_536, 131_072, 1_048_576, 33_554_432, 33_554_433, 2_147_483_647, -1]],
  ['M_TRIM_THRESHOLD', [0, 65_536, 131_072, 1_048_576, -1]],
  ['M_TOP_PAD', [0, 1, 4096, 65_536, 131_072, 1_048_576, -1]],
  ['M_MMAP_MAX', [0, 1, 2, 65_536]],
  ['M_PERTURB', [0, 85, 255, 256]],
  ['M_ARENA_MAX', [0, 1, 3, 5]],
  ['M_ARENA_TEST', [0, 1, 2]],
  ['M_CHECK_ACTION', [0, 3]],
]

/** How a stretch of the trace behaves: which sizes, how many blocks live, how often what. */
const mood = (/** @type {Random} */ r) => ({
  sizes: /** @type {[Size, Size]} */ ([r.pick(SIZES), r.pick(SIZES)]),
  live: r.pick([5, 20, 100, 400, 1500]),
  order: r.pick(['any', 'last', 'first']),
  calloc: r.pick([0, 10, 40]),
  realloc: r.pick([0, 10, 40]),
  align: r.pick([0, 0, 5, 30]),
  odd: r.pick([0, 0, 2, 5]),
})

/** One random trace: the blocks that live, and the lines so far. */
class TraceMaker {
  constructor(/** @type {number} */ seed) {
    this.r = new Random(seed)
    /** A trace with mallopt differs from the others in everything that follows: a third of them is enough. */
    this.withOptions = seed % 3 === 0
    /** A quarter of the traces has threads: numbers of those that run beside the first, and how many there may be. */
    this.threads = /** @type {number[]} */ ([])
    this.maxThreads = seed % 4 === 2 ? this.r.pick([1, 2, 3, 12]) : 0
    this.mood = mood(this.r)
    this.lines = [`# seed ${seed}`]
    // The number of arenas depends on that of CPUs.
    if (this.maxThreads > 0) this.lines.push(`n ${os.cpus().length}`)
    /** @type {number[]} */
    this.live = []
    /** @type {number[]} */
    this.freeIds = []
    this.ids = 0
  }

  size() {
    return this.r.pick(this.mood.sizes)(this.r)
  }
  newId() {
    return this.freeIds.pop() ?? this.ids++
  }
  /** A live block leaves the list, as the mood has it: the last one made, the first, or any. */
  take() {
    const { live, mood } = this
    const at = mood.order === 'last' ? live.length - 1 : mood.order === 'first' ? 0 : this.r.range(0, live.length - 1)
    const [id = 0] = live.splice(at, 1)
    return id
  }

  step() {
    const { r } = this
    if (r.chance(1)) this.mood = mood(r)
    if (this.maxThreads > 0 && r.chance(5)) this.thread()
    if (r.chance(1)) this.lines.push('s')
    if (this.mood.odd && r.next() % 1000 < this.mood.odd) this.odd()
    if (this.live.length > this.mood.live || (this.live.length > 0 && r.chance(48))) {
      if (r.chance(this.mood.realloc)) this.resize()
      else this.release()
    } else this.allocate()
  }

  /** Threads come, go, and take turns. */
  thread() {
    const { r, threads, lines } = this
    if (r.chance(10)) lines.push('i')
    if (threads.length < this.maxThreads && r.chance(20)) {
      const free = Array.from({ length: this.maxThreads }, (_, i) => i + 1).filter((id) => !threads.includes(id))
      const id = free[r.next() % free.length] ?? 1
      threads.push(id)
      // The one who makes a thread allocates for it: always the first one here.
      lines.push('w 0', `p ${id}`, `w ${id}`)
    } else if (threads.length > 0 && r.chance(4)) {
      const [id] = threads.splice(r.range(0, threads.length - 1), 1)
      lines.push('w 0', `x ${id}`)
    } else lines.push(`w ${r.pick([0, ...threads])}`)
  }

  release() {
    const id = this.take()
    this.freeIds.push(id)
    this.lines.push(`f ${id}`)
  }

  resize() {
    const from = this.take()
    const bytes = this.r.chance(3) ? 0 : this.size()
    const to = this.r.chance(50) ? from : this.newId()
    this.lines.push(`r ${from} ${to} ${bytes}`)
    if (to !== from) this.freeIds.push(from)
    if (bytes === 0) this.freeIds.push(to)
    else this.live.push(to)
  }

  allocate() {
    const { r, mood } = this
    const id = this.newId()
    if (r.chance(mood.align))
      this.lines.push(`a ${id} ${r.pick([8, 16, 24, 32, 48, 64, 256, 1024, 4096])} ${this.size()}`)
    else if (r.chance(mood.calloc)) this.lines.push(`c ${id} ${r.pick([1, 2, 7])} ${Math.ceil(this.size() / 4)}`)
    else this.lines.push(`m ${id} ${this.size()}`)
    this.live.push(id)
  }

  /** Trims, statistics, requests that must fail, a free of NULL, parameters. */
  odd() {
    const { r, lines } = this
    const kind = r.range(0, this.withOptions ? 5 : 3)
    if (kind === 0) lines.push(`t ${r.pick([0, 4096, 100_000, 1_000_000])}`)
    else if (kind === 1) lines.push('s')
    else if (kind === 2) this.impossible()
    else if (kind === 3) lines.push(`f ${this.ids + 7}`)
    else {
      const [name, choices] = r.pick(OPTIONS)
      lines.push(`o ${name} ${r.pick(choices)}`)
    }
  }

  impossible() {
    const { r } = this
    const id = this.newId()
    const product = `c ${id} 4294967296 ${r.pick([4294967296, 2147483648])}`
    this.lines.push(r.pick([`m ${id} ${r.pick(HUGE)}`, product, `a ${id} 64 ${r.pick(HUGE)}`]))
    this.freeIds.push(id)
  }
}

function makeTrace(/** @type {number} */ seed, /** @type {number} */ ops) {
  const maker = new TraceMaker(seed)
  while (maker.lines.length <= ops) maker.step()
  return maker.lines.join('\n') + '\n'
}

function main() {
  const folder = values.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), 'pagewalk-malloc-'))
  fs.mkdirSync(folder, { recursive: true })
  const replay = path.join(folder, 'replay')
  const gcc = spawnSync('gcc', ['-O2', '-pthread', '-o', replay, at('core/libc/ptmalloc/verify/replay.c')], {
    stdio: 'inherit',
  })
  if (gcc.error || gcc.status !== 0) return stop('gcc is not here: nothing to compare with')
  const version = execFileSync(replay, ['--version'], { encoding: 'utf8' })
  if (version !== GLIBC) return stop(`this machine has glibc ${version}; the comparison needs ${GLIBC}`)
  // The command is built once, so that edits of the sources meanwhile do not matter.
  execFileSync(process.execPath, [at('build/pagewalk.mjs'), '--version'])
  const pagewalk = path.join(folder, 'pagewalk.mjs')
  fs.copyFileSync(at('out/cli/pagewalk.js'), pagewalk)
  let lines = 0
  let differing = 0
  for (let seed = firstSeed; seed < firstSeed + traces; seed++) {
    const file = path.join(folder, `${seed}.trace`)
    fs.writeFileSync(file, makeTrace(seed, opsEach))
    const big = { encoding: /** @type {const} */ ('utf8'), maxBuffer: 1 << 28 }
    const real = spawnSync('setarch', ['-R', replay, file], { ...big, env: {} })
    const ours = spawnSync(process.execPath, [pagewalk, 'malloc-trace', file, '--profile', PROFILE], big)
    if (real.status !== 0) return stop(`seed ${seed}: the real library stopped: ${real.stderr}`)
    const expected = real.stdout.split('\n')
    const got = ours.stdout.split('\n')
    lines += expected.length - 1
    const first = expected.findIndex((line, i) => line !== got[i])
    if (first < 0 && got.length === expected.length) {
      if (!values.keep) fs.rmSync(file)
      continue
    }
    differing++
    const operations = fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    console.log(`seed ${seed}: differs at operation ${first}: ${operations[first]}`)
    console.log(`  real       ${expected[first]}\n  simulated  ${got[first]}\n  ${ours.stderr.trim()}`)
  }
  console.log(`${lines} operations in ${traces} traces from seed ${firstSeed}, ${differing} traces differ`)
  if (!values.keep && differing === 0) fs.rmSync(folder, { recursive: true })
  process.exitCode = differing ? 1 : 0
}

function stop(/** @type {string} */ why) {
  console.error(`verify-malloc: ${why}`)
  process.exitCode = 1
}

main()
