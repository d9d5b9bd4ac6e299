/** What a request for a report must look like. Its limits are those of what can be read. */
import * as v from 'valibot'
import { REPORT_FORMATS, REPORT_PARTS, REPORT_TABLES, type ReportRequest } from '../../core/protocol/index.js'

const MOST_MOMENTS = 2000

const text = (max: number) => v.pipe(v.string(), v.maxLength(max))
const said = { label: v.optional(text(1000)), note: v.optional(text(100_000)) }

const moment = v.variant('at', [
  v.strictObject({ at: v.picklist(['main', 'end']), ...said }),
  v.strictObject({ at: v.literal('stop'), stop: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), ...said }),
  v.strictObject({ at: v.literal('time'), time: v.pipe(v.number(), v.finite(), v.minValue(0)), ...said }),
])

export const reportRequest = v.strictObject({
  choices: v.strictObject({
    title: text(1000),
    language: v.picklist(['en', 'zh-CN']),
    notes: text(1_000_000),
    moments: v.undefinedable(v.pipe(v.array(moment), v.maxLength(MOST_MOMENTS))),
    parts: v.pipe(v.array(v.picklist(REPORT_PARTS)), v.maxLength(REPORT_PARTS.length)),
    mappings: v.undefinedable(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/))), v.maxLength(64))),
  }),
  format: v.picklist(REPORT_FORMATS),
  table: v.picklist(REPORT_TABLES),
}) satisfies v.GenericSchema<unknown, ReportRequest>
