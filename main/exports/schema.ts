/** What the page may send to have a file written. */
import * as v from 'valibot'
import { EXPORT_KINDS, PAPERS, type ExportFile } from '../../preload/contract.js'

/** A report of a run with every table; far beyond what a person reads. */
const MOST_BYTES = 512 * 1024 * 1024

export const exportRequest = v.strictObject({
  kind: v.picklist(EXPORT_KINDS),
  name: v.pipe(v.string(), v.maxLength(4096)),
})

export const exportFile = v.strictObject({
  id: v.pipe(v.string(), v.maxLength(64)),
  content: v.union([
    v.pipe(v.string(), v.maxLength(MOST_BYTES)),
    v.pipe(
      v.instance(Uint8Array),
      v.check(({ byteLength }) => byteLength <= MOST_BYTES),
    ),
  ]),
  paper: v.picklist(PAPERS),
}) satisfies v.GenericSchema<unknown, ExportFile>
