import { describe, expect, it } from 'vitest'
import { StateRegistry } from '../base/index.js'
import { Trace, Tracepoint } from './index.js'

const RING = 1 << 15

function fresh() {
  const registry = new StateRegistry()
  return { registry, trace: new Trace(registry) }
}

const some = (trace: Trace, n: number, from = 0): void => {
  for (let i = from; i < from + n; i++) trace.emit(Tracepoint.PageAlloc, i, 1, i, 0, 1, 0)
}

describe('the trace', () => {
  it('gives back the last events, oldest first', () => {
    const { trace } = fresh()
    trace.emit(Tracepoint.Exec, 10, 300, 1, 2, 3, 4)
    trace.emit(Tracepoint.PageFault, 20, 300, -1, 5, 6, 7)
    expect(trace.recent(5)).toEqual([
      { point: Tracepoint.Exec, time: 10, pid: 300, data: [1, 2, 3, 4, 0, 0, 0, 0] },
      { point: Tracepoint.PageFault, time: 20, pid: 300, data: [-1, 5, 6, 7, 0, 0, 0, 0] },
    ])
    expect(trace.recent(1)[0].time).toBe(20)
  })

  it('overwrites the oldest when the ring is full, and goes on counting', () => {
    const { trace } = fresh()
    some(trace, RING + 3)
    expect(trace.count).toBe(RING + 3)
    const kept = trace.recent(Infinity)
    expect(kept).toHaveLength(RING)
    expect([kept[0].time, kept[RING - 1].time]).toEqual([3, RING + 2])
  })

  it('has one hash for one run: order, time, task and every argument count', () => {
    const of = (...event: Parameters<Trace['emit']>): string => {
      const { trace } = fresh()
      trace.emit(...event)
      return trace.hash
    }
    const same = of(Tracepoint.Exit, 1, 2, 3, 4, 5, 6)
    expect(of(Tracepoint.Exit, 1, 2, 3, 4, 5, 6)).toBe(same)
    const others = [
      of(Tracepoint.Exec, 1, 2, 3, 4, 5, 6),
      of(Tracepoint.Exit, 9, 2, 3, 4, 5, 6),
      of(Tracepoint.Exit, 1, 9, 3, 4, 5, 6),
      of(Tracepoint.Exit, 1, 2, 9, 4, 5, 6),
      of(Tracepoint.Exit, 1, 2, 3, 9, 5, 6),
      of(Tracepoint.Exit, 1, 2, 3, 4, 9, 6),
      of(Tracepoint.Exit, 1, 2, 3, 4, 5, 9),
    ]
    expect(new Set([same, ...others]).size).toBe(8)
    expect(of(Tracepoint.Exit, 1, 2, 3 + 2 ** 40, 4, 5, 6)).not.toBe(same)
    expect(of(Tracepoint.Exit, 1, 2, 3, 4, 5, 6, 0, 0, 0, 7)).not.toBe(same)
  })

  it('keeps hashing what the ring has forgotten', () => {
    const a = fresh().trace
    const b = fresh().trace
    a.emit(Tracepoint.Exec, 0, 1, 1, 0, 0, 0)
    b.emit(Tracepoint.Exec, 0, 1, 2, 0, 0, 0)
    some(a, RING)
    some(b, RING)
    expect(a.recent(RING)).toEqual(b.recent(RING))
    expect(a.hash).not.toBe(b.hash)
  })

  it('goes back with a snapshot: the same continuation has the same hash', () => {
    const { registry, trace } = fresh()
    some(trace, 10)
    const snapshot = registry.snapshot()
    some(trace, 10, 10)
    const { hash, count } = trace
    registry.restore(snapshot)
    expect(trace.count).toBe(10)
    some(trace, 10, 10)
    expect([trace.hash, trace.count]).toEqual([hash, count])
  })

  it('tells observers after it recorded', () => {
    const { trace } = fresh()
    const seen: unknown[] = []
    trace.observe((point, time, pid) => seen.push([point, time, pid, trace.count]))
    trace.emit(Tracepoint.Wait, 5, 7, 0, 0, 0, 0)
    expect(seen).toEqual([[Tracepoint.Wait, 5, 7, 1]])
  })
})
