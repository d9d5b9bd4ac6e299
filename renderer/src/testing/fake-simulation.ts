/**
 * A stand-in for the simulation process: the founding experiment's figures at its four stops, for component tests and
 * for looking at the window without a machine behind it. It computes nothing; every number below is written down, from
 * the article (totals, faults, addresses) and from a breakdown that adds up to it. Not part of the application.
 */
import {
  FIGURES,
  type CompareRequest,
  type Compared,
  type CompleteRequest,
  type Completions,
  type Counters,
  type Failure,
  type Figures,
  type LessonStop,
  type LoadRequest,
  type Loaded,
  type MappingKind,
  type Moment,
  type MomentRef,
  type PmapRow,
  type ProfileInfo,
  type ProtocolDiagnostic,
  type PsRow,
  type Reply,
  type ReportRequest,
  type Resumed,
  type RowsQuery,
  type RowsWindow,
  type RunState,
  type RunUntil,
  type SavedRun,
  type SeekTarget,
  type SimulationApi,
  type SimulationEvents,
  type SmapsRow,
  type TableName,
  type Tables,
  type TimelineMarker,
  type TimelineQuery,
  type TimelineSeries,
  type TimelineWindow,
} from '../../../core/protocol/index.js'
import type { Connect } from '../connection/simulation.js'

export const MMAP_DEMO = `#include <stdio.h>
#include <sys/types.h>
#include <sys/mman.h>
#include <unistd.h>

#define MMAP_SIZE 0x4000

int main(char *argv[], int argc)
{
    int i;
    int tmp;
    void *addr;
    char *p;
    pid_t process_id;

    process_id = getpid();
    printf("pid is %d\\n", process_id);
    printf("before mmap\\n");
    getchar();

    addr = mmap(NULL, MMAP_SIZE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS,-1, 0);
    printf("after mmap\\n");
    getchar();

    p = (char *)addr;
    for(i=0; i< MMAP_SIZE;i++)
        tmp = p[i];
    printf("after read\\n");
    getchar();

    for(i=0; i< MMAP_SIZE;i++)
        p[i] = i;
    printf("after write\\n");
    getchar();

    return 0;
}
`

const PID = 13070
const MMAP = '00007f2f565eb000'

const PROFILES: readonly ProfileInfo[] = [
  {
    id: 'ubuntu-16.04',
    title: 'Ubuntu 16.04: Linux 4.15, glibc 2.23',
    kernel: '4.15',
    glibc: '2.23',
    procps: '3.3.10',
    defaultSeed: 13070,
    machine: { ramMiB: 4096, leastRamMiB: 64, mostRamMiB: 32768, thp: 'madvise' },
  },
  {
    id: 'debian-12',
    title: 'Debian 12: Linux 6.18, glibc 2.36',
    kernel: '6.18',
    glibc: '2.36',
    procps: '4.0.2',
    defaultSeed: 1,
    machine: { ramMiB: 24576, leastRamMiB: 64, mostRamMiB: 32768, thp: 'madvise' },
  },
]

type Mapping = readonly [
  address: string,
  kb: number,
  rss: number,
  dirty: number,
  mode: string,
  name: string,
  kind: MappingKind,
]
const MAPPINGS: readonly Mapping[] = [
  ['0000000000400000', 4, 4, 0, 'r-x--', 'test', 'exe'],
  ['0000000000600000', 4, 4, 4, 'r----', 'test', 'exe'],
  ['0000000000601000', 4, 4, 4, 'rw---', 'test', 'exe'],
  ['0000000001d10000', 132, 4, 4, 'rw---', '  [ anon ]', 'heap'],
  ['00007f2f56000000', 1792, 1088, 0, 'r-x--', 'libc-2.23.so', 'library'],
  ['00007f2f561c0000', 2048, 0, 0, '-----', 'libc-2.23.so', 'library'],
  ['00007f2f563c0000', 16, 16, 16, 'r----', 'libc-2.23.so', 'library'],
  ['00007f2f563c4000', 8, 8, 8, 'rw---', 'libc-2.23.so', 'library'],
  ['00007f2f563c6000', 16, 8, 8, 'rw---', '  [ anon ]', 'anon'],
  ['00007f2f563ca000', 152, 152, 0, 'r-x--', 'ld-2.23.so', 'library'],
  ['00007f2f565d0000', 12, 12, 12, 'rw---', '  [ anon ]', 'anon'],
  [MMAP, 16, 0, 0, 'rw---', '  [ anon ]', 'anon'],
  ['00007f2f565ef000', 4, 4, 4, 'r----', 'ld-2.23.so', 'library'],
  ['00007f2f565f0000', 4, 4, 4, 'rw---', 'ld-2.23.so', 'library'],
  ['00007f2f565f1000', 4, 4, 4, 'rw---', '  [ anon ]', 'anon'],
  ['00007ffc66eab000', 132, 12, 12, 'rw---', '  [ stack ]', 'stack'],
  ['00007ffc66f66000', 12, 0, 0, 'r----', '  [ anon ]', 'vvar'],
  ['00007ffc66f69000', 8, 4, 0, 'r-x--', '  [ anon ]', 'vdso'],
  ['ffffffffff600000', 4, 0, 0, 'r-x--', '  [ anon ]', 'vsyscall'],
]

const SMAPS_FIELDS = [
  ...['Size', 'KernelPageSize', 'MMUPageSize', 'Rss', 'Pss', 'Shared_Clean', 'Shared_Dirty', 'Private_Clean'],
  ...['Private_Dirty', 'Referenced', 'Anonymous', 'LazyFree', 'AnonHugePages', 'ShmemPmdMapped', 'Shared_Hugetlb'],
  ...['Private_Hugetlb', 'Swap', 'SwapPss', 'Locked'],
] as const

/** The state after one piece of the program. */
interface Frame {
  readonly time: number
  readonly state: RunState
  readonly line: number
  readonly minflt: number
  readonly mapped: boolean
  readonly written: number
  readonly prints: string
  readonly stop: number | undefined
}

const START = 214_300

/** The experiment as a list of moments: each loop is four moments, one page each. */
function script(): readonly Frame[] {
  const frames: Frame[] = []
  let now: Frame = {
    time: START,
    state: 'ready',
    line: 16,
    minflt: 75,
    mapped: false,
    written: 0,
    prints: '',
    stop: undefined,
  }
  const then = (after: number, change: Partial<Frame>) => {
    now = { ...now, state: 'paused', prints: '', stop: undefined, ...change, time: now.time + after }
    frames.push(now)
  }
  frames.push(now)
  then(210, { line: 17 })
  then(2900, { line: 18, minflt: 77, prints: `pid is ${PID}\n` })
  then(1900, { line: 19, prints: 'before mmap\n' })
  then(300, { state: 'waiting', stop: 0 })
  then(400, { line: 21 })
  then(1400, { line: 22, mapped: true })
  then(1900, { line: 23, prints: 'after mmap\n' })
  then(300, { state: 'waiting', stop: 1 })
  then(400, { line: 25 })
  then(10, { line: 26 })
  for (let page = 0; page < 4; page++) then(13_200, { line: page < 3 ? 27 : 28, minflt: 78 + page })
  then(1900, { line: 29, prints: 'after read\n' })
  then(300, { state: 'waiting', stop: 2 })
  then(400, { line: 31 })
  for (let page = 0; page < 4; page++) then(14_900, { line: page < 3 ? 32 : 33, minflt: 82 + page, written: page + 1 })
  then(1900, { line: 34, prints: 'after write\n' })
  then(300, { state: 'waiting', stop: 3 })
  then(400, { line: 36 })
  then(2600, { state: 'exited', line: 37 })
  return frames
}

export interface FakeOptions {
  /** Milliseconds each answer takes; 0 answers in the same turn's microtasks. */
  readonly delay?: number
}

export class FakeSimulation implements SimulationApi {
  readonly #frames = script()
  readonly #events: SimulationEvents
  readonly #delay: number
  readonly calls: string[] = []
  #at = 0
  #previous = 0
  #id = 0
  #terminal = ''
  #pending = ''
  #loaded: LoadRequest | undefined
  #compared: [Frame, Frame] | undefined
  #typed: string[] = []

  constructor(events: SimulationEvents, options: FakeOptions = {}) {
    this.#events = events
    this.#delay = options.delay ?? 0
  }

  async hello(version: number) {
    return this.#answer('hello', { version, profiles: PROFILES })
  }

  async load(request: LoadRequest): Promise<Reply<Loaded>> {
    const diagnostics = compile(request)
    if (diagnostics.some((d) => d.severity === 'error')) {
      this.#loaded = undefined
      return this.#refuse('load', { code: 'compile', message: 'the program did not compile', diagnostics })
    }
    this.#loaded = request
    this.#at = this.#previous = 0
    this.#terminal = this.#pending = ''
    this.#typed = []
    return this.#answer('load', { moment: this.#next(), warnings: diagnostics })
  }

  async restart(): Promise<Reply<Loaded>> {
    if (!this.#loaded) return this.#refuse('restart', { code: 'no-program', message: 'nothing is loaded' })
    this.#at = this.#previous = 0
    this.#terminal = this.#pending = ''
    this.#typed = []
    return this.#answer('restart', { moment: this.#next(), warnings: [] })
  }

  /** Types each input at the next stop. */
  async resume(request: LoadRequest, run: SavedRun): Promise<Reply<Resumed>> {
    const loaded = await this.load(request)
    if (!loaded.ok) return loaded
    await this.run('stop')
    for (const { text } of run.inputs) {
      await this.input(text)
      await this.run('stop')
    }
    const inputs = run.inputs.length
    return this.#answer('resume', {
      moment: this.#next(),
      warnings: loaded.value.warnings,
      departure: { what: 'same', typed: inputs, inputs } as const,
    })
  }

  async record(): Promise<Reply<SavedRun>> {
    const { statements, stop, state } = this.#next()
    const reached = { statements, stops: (stop ?? -1) + 1, state: 'between', trace: '0'.repeat(16) } as const
    return this.#answer('record', {
      inputs: this.#typed.map((text, i) => ({ text, statements: i, stop: i })),
      reached: { ...reached, state: state === 'waiting' ? 'waiting' : 'between' },
      position: 'end',
    })
  }

  async run(until: RunUntil): Promise<Reply<Moment>> {
    if (!this.#loaded) return this.#refuse('run', { code: 'no-program', message: 'nothing is loaded' })
    const from = this.#at
    const line = this.#frame.line
    while (this.#at < this.#frames.length - 1) {
      if (this.#frame.state === 'waiting') {
        if (!this.#pending.includes('\n')) break
        this.#pending = this.#pending.slice(this.#pending.indexOf('\n') + 1)
      }
      this.#at++
      this.#print(this.#frame.prints)
      if (this.#frame.state === 'waiting' && !this.#pending.includes('\n')) break
      if (until === 'line' && this.#frame.line !== line) break
    }
    if (this.#at !== from) this.#previous = from
    return this.#answer(`run ${until}`, this.#next())
  }

  async pause() {
    return this.#answer('pause', this.#next())
  }

  async seek(to: SeekTarget) {
    const stops = this.#frames.flatMap((frame, i) => (frame.state === 'waiting' ? [i] : []))
    if (to.to === 'stop-before') this.#at = stops.filter((i) => i < this.#at).at(-1) ?? 0
    else if (to.to === 'end') this.#at = this.#frames.length - 1
    else if (to.to === 'stop') this.#at = stops[to.stop] ?? this.#at
    else if (to.to === 'time')
      this.#at = Math.max(
        0,
        this.#frames.findLastIndex(({ time }) => time <= to.time),
      )
    this.#previous = this.#at
    return this.#answer(`seek ${to.to}`, this.#next())
  }

  async input(text: string) {
    this.#typed.push(text)
    this.#pending += text
    this.#print(text)
    return this.#answer(`input ${JSON.stringify(text)}`, this.#next())
  }

  async rows<T extends TableName>(query: RowsQuery<T>): Promise<Reply<RowsWindow<T>>> {
    if (!this.#loaded) return this.#refuse('rows', { code: 'no-program', message: 'nothing is loaded' })
    const all = this.#table(query)
    if (!all) return this.#refuse('rows', { code: 'bad-request', message: 'no such mapping' })
    const rows = all.slice(query.from, query.from + query.count)
    const value = { moment: this.#id, total: all.length, from: query.from, rows }
    return this.#answer(
      `rows ${query.table}`,
      query.table === 'pmap' ? { ...value, totals: totals(mappings(this.#frame)) } : value,
    )
  }

  async readout(command: string) {
    const frame = this.#frame
    const text = command.startsWith('ps')
      ? psText(frame)
      : command.startsWith('pmap')
        ? pmapText(frame)
        : mappings(frame).map(smapsText).join('')
    return this.#answer(`readout ${command}`, { moment: this.#id, text })
  }

  async output(from: number) {
    return this.#answer('output', { moment: this.#id, from, text: this.#terminal.slice(from) })
  }

  async timeline(query: TimelineQuery): Promise<Reply<TimelineWindow>> {
    const samples = [...loader(), ...this.#frames.slice(0, this.#at + 1).map((f) => ({ time: f.time, c: counters(f) }))]
    const columns: Partial<Record<TimelineSeries, Float64Array>> = {}
    for (const series of query.series) columns[series] = Float64Array.from(samples, (s) => seriesOf(s.c)[series])
    const markers = this.#frames.slice(0, this.#at + 1).flatMap((f): TimelineMarker[] => {
      if (f.state === 'waiting') return [{ time: f.time, kind: 'stop', index: f.stop ?? 0, line: f.line }]
      return f.state === 'exited' ? [{ time: f.time, kind: 'exit', index: 0, line: f.line }] : []
    })
    return this.#answer('timeline', {
      moment: this.#id,
      time: Float64Array.from(samples, (s) => s.time),
      columns,
      markers,
    })
  }

  async complete({ line, cursor }: CompleteRequest): Promise<Reply<Completions>> {
    const word = line.slice(0, cursor)
    const words = ['pidof', 'pmap', 'ps'].filter((name) => name.startsWith(word))
    return this.#answer(`complete ${line}`, { from: 0, words })
  }

  async compare({ from, to }: CompareRequest): Promise<Reply<Compared>> {
    const frames = [this.#frameAt(from), this.#frameAt(to)]
    if (frames.includes(undefined))
      return this.#refuse('compare', { code: 'no-moment', message: 'the run has not come to that moment' })
    const [before, after] = frames as readonly Frame[] as [Frame, Frame]
    this.#compared = [before, after]
    const moment = ({ time, stop, line }: Frame) => ({ time, stop, line })
    const value = { id: ++this.#id, from: moment(before), to: moment(after), pids: [PID] }
    return this.#answer(`compare ${JSON.stringify({ from, to })}`, value)
  }

  async cancelCompare() {
    return this.#answer('cancelCompare', undefined)
  }

  #frameAt(ref: MomentRef): Frame | undefined {
    if (ref === 'now') return this.#frame
    if ('stop' in ref) return this.#frames.find((frame) => frame.stop === ref.stop)
    return this.#frames.find((frame) => frame.time >= ref.time)
  }

  async makeReport({ format, choices }: ReportRequest): Promise<Reply<string>> {
    this.#events.reportProgress({ phase: 'read', done: 0.5 })
    return this.#answer('makeReport', `${format} ${choices.title}`)
  }
  async cancelReport(): Promise<Reply<undefined>> {
    return this.#answer('cancelReport', undefined)
  }

  async lessonStops(count: number) {
    const stops = this.#frames.filter(({ state }) => state === 'waiting').slice(0, count)
    const value = stops.map((frame, i): LessonStop => {
      const fresh = frame.mapped && !stops[i - 1]?.mapped ? MMAP : undefined
      return { figures: figures(frame), heap: undefined, stack: undefined, fresh }
    })
    return this.#answer('lessonStops', value)
  }

  async whatIf() {
    return this.#answer('whatIf', { moment: this.#id, end: { how: 'returns' as const, value: 0 }, steps: [] })
  }

  /** Sends a moment nobody asked for, as the simulation does while it runs. */
  report(state: RunState): Moment {
    return this.#next(state)
  }

  get #frame(): Frame {
    return this.#frames[this.#at]!
  }

  #print(text: string): void {
    if (text === '') return
    const from = this.#terminal.length
    this.#terminal += text
    this.#events.terminal({ from, text })
  }

  #next(state = this.#frame.state): Moment {
    this.#id++
    const frame = this.#frame
    const code = (this.#loaded?.source.split('\n')[frame.line - 1] ?? '').trimEnd()
    const indent = code.length - code.trimStart().length
    const moment: Moment = {
      id: this.#id,
      state,
      time: frame.time,
      statements: this.#at,
      location:
        frame.state === 'exited'
          ? undefined
          : {
              line: frame.line,
              column: indent + 1,
              endLine: frame.line,
              endColumn: code.length + 1,
              functionName: 'main',
            },
      stop: frame.stop,
      exit: frame.state === 'exited' ? { code: 0, signal: 0, message: 'exited with code 0' } : undefined,
      counters: counters(frame),
      pid: PID,
      terminalLength: this.#terminal.length,
      recordedUntil: undefined,
    }
    this.#events.moment(moment)
    return moment
  }

  #table<T extends TableName>(query: RowsQuery<T>): readonly Tables[T]['row'][] | undefined {
    const now = this.#frame
    const before = this.#frames[this.#previous]!
    const rows = (): readonly unknown[] | undefined => {
      if (query.table === 'ps') return [withChanges(psRow(now), psRow(before))]
      if (query.table === 'pmap') {
        const old = new Map(mappings(before).map((m) => [m.address, m]))
        return mappings(now).map((m) => withChanges(m, old.get(m.address)))
      }
      if (query.table === 'smaps') {
        const { start } = query.args as Tables['smaps']['args']
        const mapping = mappings(now).find((m) => m.address === start)
        const old = mappings(before).find((m) => m.address === start)
        const fields = old && new Map(smaps(old).map((f) => [f.name, f]))
        return mapping && smaps(mapping).map((f) => withChanges(f, fields?.get(f.name) ?? f))
      }
      if (query.table.startsWith('diff')) return this.#compared && diffRows(query.table, ...this.#compared)
      return []
    }
    return rows() as readonly Tables[T]['row'][] | undefined
  }

  async #answer<T>(call: string, value: T): Promise<Reply<T>> {
    this.calls.push(call)
    if (this.#delay > 0) await new Promise((resolve) => setTimeout(resolve, this.#delay))
    return { ok: true, value }
  }

  async #refuse(call: string, error: Failure): Promise<Reply<never>> {
    this.calls.push(`${call}: ${error.code}`)
    return { ok: false, error }
  }
}

/** A `Connect` to one fake, and a way to make it die. */
export function fakeConnection(options: FakeOptions = {}) {
  const made: { simulation: FakeSimulation; lost: () => void }[] = []
  const connect: Connect = async (events, lost) => {
    const simulation = new FakeSimulation(events, options)
    made.push({ simulation, lost })
    return { ok: true, value: { api: simulation, close: () => {} } }
  }
  return {
    connect,
    get simulation() {
      return made[made.length - 1]!.simulation
    },
    crash: () => made[made.length - 1]!.lost(),
    get opened() {
      return made.length
    },
  }
}

/** Enough of a compiler for the error state: a statement line without its semicolon. */
function compile({ source, path }: LoadRequest): ProtocolDiagnostic[] {
  const out: ProtocolDiagnostic[] = []
  source.split('\n').forEach((text, i) => {
    if (/^\s+[a-z_]+ ?=? ?.*[\w)]$/.test(text) && !/^\s*(for|if|while|int main)/.test(text))
      out.push({
        severity: 'error',
        code: 'expected-token',
        message: 'expected ‘;’ at the end of the statement',
        file: path,
        line: i + 1,
        column: text.length + 1,
        endColumn: text.length + 2,
      })
    const unused = /\bint (unused\w*);/.exec(text)
    if (unused)
      out.push({
        severity: 'warning',
        code: 'unused-variable',
        message: `unused variable ‘${unused[1]}’`,
        file: path,
        line: i + 1,
        column: unused.index + 5,
        endColumn: unused.index + 5 + unused[1]!.length,
      })
  })
  return out
}

function mappings(frame: Frame): PmapRow[] {
  return MAPPINGS.filter(([address]) => address !== MMAP || frame.mapped).map(
    ([address, kbytes, rss, dirty, mode, mapping, kind]) => {
      const written = address === MMAP ? frame.written * 4 : undefined
      return {
        address,
        kbytes,
        rss: written ?? rss,
        dirty: written ?? dirty,
        mode,
        mapping,
        kind,
        changed: [],
      }
    },
  )
}

function totals(rows: readonly PmapRow[]): readonly number[] {
  const sum = (of: (row: PmapRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  return [sum((r) => r.kbytes), sum((r) => r.rss), sum((r) => r.dirty)]
}

function counters(frame: Frame): Counters {
  const [vszKb = 0, rssKb = 0, dirtyKb = 0] = totals(mappings(frame))
  return {
    majflt: 0,
    minflt: frame.minflt,
    vszKb: vszKb - 4,
    rssKb,
    rssAnonKb: dirtyKb,
    rssFileKb: rssKb - dirtyKb,
    rssShmemKb: 0,
    dirtyKb,
    pteKb: 48,
    freePages: 498_211 - rssKb / 4,
    pcpPages: 0,
  }
}

function diffRows(table: TableName, before: Frame, after: Frame): readonly unknown[] {
  const sides = [counters(before), counters(after)] as const
  const pairOf = (read: (c: Counters) => number) => ({ before: read(sides[0]), after: read(sides[1]) })
  if (table === 'diffReadings')
    return [
      { name: 'rss', unit: 'kB', ...pairOf((c) => c.rssKb) },
      { name: 'vsz', unit: 'kB', ...pairOf((c) => c.vszKb) },
      { name: 'minflt', unit: '', ...pairOf((c) => c.minflt) },
    ]
  if (table === 'diffPs')
    return [
      {
        pid: PID,
        command: './test',
        state: 'changed',
        majflt: pairOf((c) => c.majflt),
        minflt: pairOf((c) => c.minflt),
        vsz: pairOf((c) => c.vszKb),
        rss: pairOf((c) => c.rssKb),
      },
    ]
  if (table !== 'diffPmap') return []
  const old = new Map(mappings(before).map((row) => [row.address, row]))
  return mappings(after).map((row) => {
    const was = old.get(row.address)
    const pair = (read: (row: PmapRow) => number) => ({ before: was && read(was), after: read(row) })
    return {
      address: row.address,
      mapping: row.mapping,
      kind: row.kind,
      state: !was ? 'added' : was.rss === row.rss ? 'same' : 'changed',
      modeBefore: was?.mode ?? '',
      modeAfter: row.mode,
      kbytes: pair((r) => r.kbytes),
      rss: pair((r) => r.rss),
      dirty: pair((r) => r.dirty),
    }
  })
}

function figures(frame: Frame): Figures {
  const { minflt, majflt, vszKb, rssKb, rssAnonKb, rssFileKb, rssShmemKb, dirtyKb, pteKb } = counters(frame)
  const known: Partial<Figures> = { minflt, majflt, vsz: vszKb, rss: rssKb, anon: rssAnonKb, file: rssFileKb }
  const none = Object.fromEntries(FIGURES.map((name) => [name, 0])) as unknown as Figures
  return { ...none, ...known, shmem: rssShmemKb, dirty: dirtyKb, tables: pteKb }
}

function psRow(frame: Frame): PsRow {
  const c = counters(frame)
  const stat = frame.state === 'waiting' ? 'S+' : frame.state === 'exited' ? 'Z+' : 'R+'
  return { pid: PID, majflt: 0, minflt: c.minflt, vsz: c.vszKb, rss: c.rssKb, stat, command: './test', changed: [] }
}

function smaps(m: PmapRow): SmapsRow[] {
  const clean = m.rss - m.dirty
  const shared = m.kind === 'library' || m.kind === 'vdso'
  const values: Partial<Record<(typeof SMAPS_FIELDS)[number], number>> = {
    Size: m.kbytes,
    KernelPageSize: 4,
    MMUPageSize: 4,
    Rss: m.rss,
    Pss: m.dirty + (shared ? Math.round(clean / 40) : clean),
    Shared_Clean: shared ? clean : 0,
    Private_Clean: shared ? 0 : clean,
    Private_Dirty: m.dirty,
    Referenced: m.rss,
    Anonymous: m.dirty,
  }
  const fields = SMAPS_FIELDS.map((name): SmapsRow => ({ name, value: values[name] ?? 0, unit: 'kB', changed: [] }))
  const flags = `rd ${m.mode.includes('w') ? 'wr ' : ''}${m.mode.includes('x') ? 'ex ' : ''}mr mw me ac sd`
  return [
    ...fields,
    { name: 'ProtectionKey', value: 0, unit: '', changed: [] },
    { name: 'VmFlags', value: flags, unit: '', changed: [] },
  ]
}

function withChanges<R extends { readonly changed: readonly string[] }>(now: R, before: R | undefined): R {
  if (!before) return { ...now, changed: ['*'] }
  const old = before as unknown as Record<string, unknown>
  const fields = Object.keys(now).filter(
    (key) => key !== 'changed' && old[key] !== (now as Record<string, unknown>)[key],
  )
  return {
    ...now,
    changed: fields,
    was: Object.fromEntries(fields.map((key) => [key, old[key]])),
  }
}

function psText(frame: Frame): string {
  const r = psRow(frame)
  const pad = (v: string | number, n: number) => String(v).padStart(n)
  return `  PID  MAJFL  MINFL    VSZ   RSS STAT CMD\n${pad(r.pid, 5)} ${pad(r.majflt, 6)} ${pad(r.minflt, 6)} ${pad(r.vsz, 6)} ${pad(r.rss, 5)} ${r.stat.padEnd(4)} ${r.command}\n`
}

function pmapText(frame: Frame): string {
  const line = (m: PmapRow) =>
    `${m.address} ${String(m.kbytes).padStart(7)} ${String(m.rss).padStart(7)} ${String(m.dirty).padStart(7)} ${m.mode} ${m.mapping}`
  const [kb = 0, rss = 0, dirty = 0] = totals(mappings(frame))
  return [
    `${PID}:   ./test`,
    'Address           Kbytes     RSS   Dirty Mode  Mapping',
    ...mappings(frame).map(line),
    '---------------- ------- ------- ------- ',
    `total kB         ${String(kb).padStart(7)} ${String(rss).padStart(7)} ${String(dirty).padStart(7)}`,
    '',
  ].join('\n')
}

function smapsText(m: PmapRow): string {
  const start = parseInt(m.address, 16)
  const hex = (n: number) => n.toString(16).padStart(8, '0')
  const head = `${hex(start)}-${hex(start + m.kbytes * 1024)} ${m.mode.slice(0, 3)}p 00000000 00:00 0`
  const fields = smaps(m).map(
    (f) => `${`${f.name}:`.padEnd(16)}${f.unit === 'kB' ? `${String(f.value).padStart(8)} kB` : ` ${f.value}`}`,
  )
  return `${[head, ...fields].join('\n')}\n`
}

/** exec and ld.so: the rise before main. */
function loader(): { time: number; c: Counters }[] {
  const base = counters(script()[0]!)
  const steps = 60
  return Array.from({ length: steps }, (_, i) => {
    const share = i / steps
    const file = Math.round((base.rssFileKb * Math.min(1, share * 1.3)) / 16) * 16
    const anon = Math.round((base.rssAnonKb * share ** 1.5) / 4) * 4
    return {
      time: Math.round(START * share),
      c: {
        ...base,
        minflt: Math.round(75 * share),
        rssAnonKb: anon,
        rssFileKb: file,
        rssKb: anon + file,
        dirtyKb: anon,
      },
    }
  })
}

function seriesOf(c: Counters): Record<TimelineSeries, number> {
  return {
    rss: c.rssKb,
    rssAnon: c.rssAnonKb,
    rssFile: c.rssFileKb,
    rssShmem: c.rssShmemKb,
    dirty: c.dirtyKb,
    pss: c.dirtyKb,
    heap: 0,
    vsz: c.vszKb,
    minflt: c.minflt,
    majflt: c.majflt,
    freePages: c.freePages,
  }
}
