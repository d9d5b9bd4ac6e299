/**
 * The simulation as the window sees it: `SimulationApi` over a MessagePort. A call never rejects: when the other side is
 * gone it answers with a Failure of code 'connection', so that a view has one way of hearing that something went wrong.
 */
import { createBirpc } from 'birpc'
import {
  HeldRows,
  type Compared,
  type CompareRequest,
  type CompleteRequest,
  type Completions,
  type Failure,
  type HeapCall,
  type LessonStop,
  type Loaded,
  type LoadRequest,
  type Moment,
  type ProfileInfo,
  type Reply,
  type ReportRequest,
  type Resumed,
  type RowsQuery,
  type RowsWindow,
  type RunUntil,
  type SavedRun,
  type SeekTarget,
  type SentRows,
  type SimulationApi,
  type SimulationEvents,
  type SimulationWire,
  type TableName,
  type TerminalText,
  type TimelineQuery,
  type TimelineWindow,
  type WhatIf,
} from '../../../core/protocol/index.js'

/** An open line to a simulation. */
export interface Line {
  readonly api: SimulationApi
  close(): void
}

/** Opens a line; `lost` is called once if the other side goes away without having been closed from here. */
export type Connect = (events: SimulationEvents, lost: () => void) => Promise<Reply<Line>>

export class Simulation implements SimulationApi, Line {
  readonly api: SimulationApi = this
  readonly #rpc
  readonly #port: MessagePort
  readonly #held = new HeldRows()

  constructor(port: MessagePort, events: SimulationEvents, lost: () => void) {
    this.#port = port
    this.#rpc = createBirpc<SimulationWire, SimulationEvents>(
      {
        moment: (moment) => events.moment(moment),
        terminal: (chunk) => events.terminal(chunk),
        comparing: (done) => events.comparing(done),
        reportProgress: (progress) => events.reportProgress(progress),
      },
      {
        post: (data) => port.postMessage(data),
        on: (receive) => port.addEventListener('message', (event: MessageEvent) => receive(event.data)),
        // A run takes as long as the program does.
        timeout: -1,
      },
    )
    port.addEventListener('close', () => {
      if (this.#rpc.$closed) return
      this.#rpc.$close()
      lost()
    })
    port.start()
  }

  close(): void {
    this.#rpc.$close()
    this.#port.close()
  }

  hello(version: number): Promise<Reply<{ readonly version: number; readonly profiles: readonly ProfileInfo[] }>> {
    return settled(this.#rpc.hello(version))
  }
  load(request: LoadRequest): Promise<Reply<Loaded>> {
    return settled(this.#rpc.load(request))
  }
  resume(request: LoadRequest, run: SavedRun): Promise<Reply<Resumed>> {
    return settled(this.#rpc.resume(request, run))
  }
  record(): Promise<Reply<SavedRun>> {
    return settled(this.#rpc.record())
  }
  restart(): Promise<Reply<Loaded>> {
    return settled(this.#rpc.restart())
  }
  run(until: RunUntil): Promise<Reply<Moment>> {
    return settled(this.#rpc.run(until))
  }
  pause(): Promise<Reply<Moment>> {
    return settled(this.#rpc.pause())
  }
  seek(to: SeekTarget): Promise<Reply<Moment>> {
    return settled(this.#rpc.seek(to))
  }
  input(text: string): Promise<Reply<Moment>> {
    return settled(this.#rpc.input(text))
  }
  rows<T extends TableName>(query: RowsQuery<T>): Promise<Reply<RowsWindow<T>>> {
    return this.#held.ask(query, (held) => settled(this.#rpc.$call('rows', query, held) as Promise<Reply<SentRows<T>>>))
  }
  readout(
    command: string,
    history?: readonly string[],
  ): Promise<Reply<{ readonly moment: number; readonly text: string }>> {
    return settled(history ? this.#rpc.readout(command, history) : this.#rpc.readout(command))
  }
  complete(request: CompleteRequest): Promise<Reply<Completions>> {
    return settled(this.#rpc.complete(request))
  }
  compare(request: CompareRequest): Promise<Reply<Compared>> {
    return settled(this.#rpc.compare(request))
  }
  cancelCompare(): Promise<Reply<undefined>> {
    return settled(this.#rpc.cancelCompare())
  }
  output(from: number): Promise<Reply<TerminalText & { readonly moment: number }>> {
    return settled(this.#rpc.output(from))
  }
  timeline(query: TimelineQuery): Promise<Reply<TimelineWindow>> {
    return settled(this.#rpc.timeline(query))
  }
  makeReport(request: ReportRequest): Promise<Reply<string>> {
    return settled(this.#rpc.makeReport(request))
  }
  cancelReport(): Promise<Reply<undefined>> {
    return settled(this.#rpc.cancelReport())
  }
  whatIf(call: HeapCall): Promise<Reply<WhatIf & { readonly moment: number }>> {
    return settled(this.#rpc.whatIf(call))
  }
  lessonStops(count: number): Promise<Reply<readonly LessonStop[]>> {
    return settled(this.#rpc.lessonStops(count))
  }
}

/** A broken line and an exception on the other side both become data. */
async function settled<T>(call: Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await call
  } catch (error) {
    return { ok: false, error: connectionFailure(error) }
  }
}

export function connectionFailure(error: unknown): Failure {
  return { code: 'connection', message: error instanceof Error ? error.message : String(error) }
}
