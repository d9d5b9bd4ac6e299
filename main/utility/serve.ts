/**
 * SimulationApi over a port. Every argument is checked, every exception becomes a Failure, and nothing is ever
 * transferred: an ArrayBuffer in a transfer list arrives as null on the other side of an Electron port.
 */

import { createBirpc } from 'birpc'
import {
  PROTOCOL_VERSION,
  RowsSender,
  type Reply,
  type SimulationEvents,
  type TimelineWindow,
} from '../../core/protocol/index.js'
import type { Session } from '../../core/session/contract.js'
import { check, type Arguments, type Method } from './guards.js'
import { Comparer } from './comparer.js'
import { Reporter } from './reporter.js'
import { Runner } from './runner.js'

export interface ServedPort {
  post(data: unknown): void
  listen(receive: (data: unknown) => void): void
}

export interface ServeParts {
  readonly now: () => number
  readonly yield: (action: () => void) => void
  readonly report: (error: unknown) => void
}

type Handler = (...args: unknown[]) => unknown

/** Returns the function that ends the service; the session stays as it is, for the next port. */
export function serve(session: Session, port: ServedPort, parts: ServeParts): () => void {
  const runner = new Runner(session, {
    now: parts.now,
    yield: parts.yield,
    moment: (moment) => void rpc.moment.asEvent(moment),
    terminal: (chunk) => void rpc.terminal.asEvent(chunk),
  })

  const comparer = new Comparer(session, {
    now: parts.now,
    yield: parts.yield,
    progress: (done) => void rpc.comparing.asEvent(done),
  })

  const reporter = new Reporter(session, {
    now: parts.now,
    yield: parts.yield,
    progress: (progress) => void rpc.reportProgress.asEvent(progress),
  })

  const sender = new RowsSender()

  function guarded<M extends Method>(method: M, handler: (...args: Arguments<M>) => unknown): Handler {
    return async (...args) => {
      const checked = check(method, args)
      if (!checked.ok) return checked
      try {
        return await handler(...checked.value)
      } catch (error) {
        parts.report(error)
        return failure('internal', error instanceof Error ? error.message : String(error))
      }
    }
  }

  const methods: Record<Method, Handler> = {
    hello: guarded('hello', (version) =>
      version === PROTOCOL_VERSION
        ? { ok: true, value: { version: PROTOCOL_VERSION, profiles: session.profiles() } }
        : failure('version', `This simulation speaks version ${PROTOCOL_VERSION}, not ${version}.`),
    ),
    load: guarded('load', (request) => runner.load(request)),
    resume: guarded('resume', (request, run) => runner.resume(request, run)),
    record: guarded('record', () => session.record()),
    restart: guarded('restart', () => runner.restart()),
    run: guarded('run', (until) => runner.run(until)),
    pause: guarded('pause', () => runner.pause()),
    seek: guarded('seek', (to) => runner.seek(to)),
    input: guarded('input', (text) => runner.input(text)),
    rows: guarded('rows', (query, held) => {
      const reply = session.rows(query)
      return reply.ok ? { ok: true, value: sender.send(query, reply.value, held) } : reply
    }),
    readout: guarded('readout', (command, history) => session.readout(command, history)),
    output: guarded('output', (from) => ({ ok: true, value: session.output(from) })),
    timeline: guarded('timeline', (query) => compact(session.timeline(query))),
    compare: guarded('compare', (request) => comparer.compare(request)),
    cancelCompare: guarded('cancelCompare', () => {
      comparer.cancel()
      return { ok: true, value: undefined }
    }),
    complete: guarded('complete', (request) => session.complete(request)),
    makeReport: guarded('makeReport', (request) => reporter.report(request)),
    cancelReport: guarded('cancelReport', () => {
      reporter.cancel()
      return { ok: true, value: undefined }
    }),
    lessonStops: guarded('lessonStops', (count) => runner.lessonStops(count)),
    whatIf: guarded('whatIf', (call) => {
      const reply = session.whatIf(call)
      return reply.ok ? { ok: true, value: { ...reply.value, moment: session.moment().id } } : reply
    }),
  }

  const rpc = createBirpc<SimulationEvents, Record<Method, Handler>>(methods, {
    post: (data) => port.post(data),
    on: (receive) =>
      port.listen((data) => {
        // birpc reads fields of whatever comes.
        if (typeof data === 'object' && data !== null) receive(data)
      }),
    // Only what is listed, and no inherited name such as `constructor`.
    resolver: (name, method) => (Object.hasOwn(methods, name) ? method : undefined),
    bind: 'functions',
    timeout: -1,
  })

  return () => {
    comparer.cancel()
    runner.pause()
    reporter.cancel()
    rpc.$close()
  }
}

/** Cloning a view clones the whole buffer behind it, which may be every sample of the run. */
function compact(reply: Reply<TimelineWindow>): Reply<TimelineWindow> {
  if (!reply.ok) return reply
  const own = (column: Float64Array): Float64Array =>
    column.byteLength === column.buffer.byteLength ? column : column.slice()
  const columns = Object.fromEntries(Object.entries(reply.value.columns).map(([name, column]) => [name, own(column)]))
  return { ok: true, value: { ...reply.value, time: own(reply.value.time), columns } }
}

function failure(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}
