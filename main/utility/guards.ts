/**
 * What a request to the simulation must look like. The window's page is not trusted more than any web page: a wrong
 * argument is answered with a failure and reaches nothing. Limits are far above what a view can want and far below what
 * would hurt.
 */

import * as v from 'valibot'
import {
  FRAME_ORDERS,
  MAX_SOURCE,
  MOST_ROWS,
  THP_MODES,
  TIMELINE_SERIES,
  type Reply,
  type TableName,
} from '../../core/protocol/index.js'
import { runSchema } from '../sessions/index.js'
import { reportRequest } from './report-schema.js'

const count = (max: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(max))
const text = (max: number) => v.pipe(v.string(), v.maxLength(max))
const moment = v.pipe(v.number(), v.finite())

const pid = count(0x400000)
/** 16 hex digits as pmap prints them; the kernel's own forms in /proc have fewer. */
const address = v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/))
/** A page frame: more than there can be at 46 bits of physical address. */
const frame = count(2 ** 34)
/** A size or an address that a program might pass to the allocator: any number that is exact. */
const bytes = count(Number.MAX_SAFE_INTEGER)
const window = { from: count(2 ** 32), count: count(MOST_ROWS) }
const table = <N extends TableName, A extends v.GenericSchema>(name: N, args: A) =>
  v.strictObject({ table: v.literal(name), args, ...window })

const loadRequest = v.strictObject({
  source: text(MAX_SOURCE),
  path: text(4096),
  profile: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)),
  seed: v.undefinedable(count(Number.MAX_SAFE_INTEGER)),
  // Which RAM a machine can have is the machine's to say.
  machine: v.optional(
    v.strictObject({
      ramMiB: v.optional(v.number()),
      thp: v.optional(v.picklist(THP_MODES)),
      aslr: v.optional(v.boolean()),
    }),
  ),
})
const commandLine = text(1024)
const momentRef = v.union([
  v.literal('now'),
  v.strictObject({ stop: count(2 ** 32) }),
  v.strictObject({ time: v.pipe(moment, v.minValue(0)) }),
])
const diff = v.strictObject({ id: count(Number.MAX_SAFE_INTEGER), pid, moved: v.optional(v.boolean()) })

/** By method, the schema of its list of arguments. */
export const requests = {
  hello: v.strictTuple([count(1_000_000)]),
  load: v.strictTuple([loadRequest]),
  resume: v.strictTuple([loadRequest, runSchema]),
  record: v.strictTuple([]),
  restart: v.strictTuple([]),
  run: v.strictTuple([v.picklist(['stop', 'line'])]),
  pause: v.strictTuple([]),
  seek: v.strictTuple([
    v.variant('to', [
      v.strictObject({ to: v.literal('time'), time: moment }),
      v.strictObject({ to: v.literal('stop'), stop: count(2 ** 32) }),
      v.strictObject({
        to: v.picklist(['stop-before', 'stop-after', 'event-before', 'event-after', 'line-before', 'end']),
      }),
    ]),
  ]),
  input: v.strictTuple([text(64 * 1024)]),
  rows: v.strictTuple([
    v.variant('table', [
      table('ps', v.undefined()),
      table('pmap', v.strictObject({ pid })),
      table('smaps', v.strictObject({ pid, start: address })),
      table('buddyinfo', v.undefined()),
      table('status', v.strictObject({ pid })),
      table('heap', v.strictObject({ pid })),
      table('bins', v.strictObject({ pid })),
      table('mallinfo', v.strictObject({ pid })),
      table('leaks', v.strictObject({ pid })),
      table('story', v.undefined()),
      table('storyLines', v.strictObject({ pid })),
      table('pages', v.strictObject({ pid, start: address })),
      table('walk', v.strictObject({ pid, address })),
      table('frames', v.strictObject({ order: v.picklist(FRAME_ORDERS) })),
      table('frame', v.strictObject({ frame })),
      table('zones', v.undefined()),
      table('pagetypeinfo', v.undefined()),
      table('slabinfo', v.undefined()),
      table('slabs', v.strictObject({ cache: text(64) })),
      table('slabObjects', v.strictObject({ slab: frame })),
      table('diffReadings', diff),
      table('diffPs', diff),
      table('diffPmap', diff),
      table('diffSmaps', v.strictObject({ ...diff.entries, address })),
      table('diffMeminfo', diff),
      table('diffLines', diff),
      table('diffHeap', diff),
    ]),
    v.optional(count(Number.MAX_SAFE_INTEGER)),
  ]),
  readout: v.strictTuple([commandLine, v.optional(v.pipe(v.array(commandLine), v.maxLength(1000)))]),
  complete: v.strictTuple([v.strictObject({ line: commandLine, cursor: count(1024) })]),
  compare: v.strictTuple([v.strictObject({ from: momentRef, to: momentRef })]),
  cancelCompare: v.strictTuple([]),
  output: v.strictTuple([count(Number.MAX_SAFE_INTEGER)]),
  timeline: v.strictTuple([
    v.strictObject({
      series: v.pipe(v.array(v.picklist(TIMELINE_SERIES)), v.maxLength(TIMELINE_SERIES.length)),
      from: v.undefinedable(moment),
      to: v.undefinedable(moment),
      points: v.pipe(count(100_000), v.minValue(2)),
    }),
  ]),
  makeReport: v.strictTuple([reportRequest]),
  cancelReport: v.strictTuple([]),
  lessonStops: v.strictTuple([count(200)]),
  whatIf: v.strictTuple([
    v.variant('call', [
      v.strictObject({ call: v.literal('malloc'), size: bytes }),
      v.strictObject({ call: v.literal('calloc'), count: bytes, size: bytes }),
      v.strictObject({ call: v.literal('realloc'), block: bytes, size: bytes }),
      v.strictObject({ call: v.literal('memalign'), alignment: bytes, size: bytes }),
      v.strictObject({ call: v.literal('free'), block: bytes }),
    ]),
  ]),
} as const

export type Method = keyof typeof requests
export type Arguments<M extends Method> = v.InferOutput<(typeof requests)[M]>

/** The schema lists the tables that exist; this fails to compile when the protocol gets one more. */
type Listed = Arguments<'rows'>[0]['table']
type Unlisted = Exclude<TableName, Listed>
const everyTableIsListed: [Unlisted] extends [never] ? true : Unlisted = true
void everyTableIsListed

export function check<M extends Method>(method: M, args: readonly unknown[]): Reply<Arguments<M>> {
  const schema: v.GenericSchema<unknown, Arguments<M>> = requests[method]
  const parsed = v.safeParse(schema, args)
  if (parsed.success) return { ok: true, value: parsed.output }
  return { ok: false, error: { code: 'bad-request', message: `${method}: ${v.summarize(parsed.issues)}` } }
}
