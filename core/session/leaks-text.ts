/** Leaks as valgrind words them: one record for each place that allocated, the largest last, then the summary. */
import { decimal } from './decimal.js'
import { short } from './heap-text.js'
import type { LeakRow } from '../protocol/index.js'
import type { Facts } from './heap.js'
import type { LeakReport } from './leaks.js'

type Leak = Facts<LeakRow>

const WORDS = { direct: 'definitely lost', indirect: 'indirectly lost' } as const
/** Addresses printed of one record. */
const MOST = 8

export function leaksText({ leaks, reachable }: LeakReport, file: string): string {
  const records = grouped(leaks).sort((a, b) => bytesOf(a) - bytesOf(b))
  return [
    ...records.flatMap((record) => recordLines(record, file)),
    'LEAK SUMMARY:',
    summaryLine(
      WORDS.direct,
      leaks.filter(({ kind }) => kind === 'direct'),
    ),
    summaryLine(
      WORDS.indirect,
      leaks.filter(({ kind }) => kind === 'indirect'),
    ),
    totalLine('still reachable', reachable.bytes, reachable.blocks),
    '',
  ].join('\n')
}

function grouped(leaks: readonly Leak[]): Leak[][] {
  const groups = new Map<string, Leak[]>()
  for (const leak of leaks) {
    const group = groups.get(placeOf(leak))
    if (group) group.push(leak)
    else groups.set(placeOf(leak), [leak])
  }
  return [...groups.values()]
}

const placeOf = ({ kind, call, line, functionName }: Leak): string => `${kind} ${line} ${functionName} ${call}`
const bytesOf = (leaks: readonly Leak[]): number => leaks.reduce((sum, { requested }) => sum + requested, 0)

function recordLines(record: readonly Leak[], file: string): readonly string[] {
  const [{ kind, call, line, functionName }] = record
  const addresses = record.slice(0, MOST).map(({ address, serial }) => `${short(address)} (#${serial})`)
  const more = record.length > MOST ? ` and ${decimal(record.length - MOST)} more` : ''
  return [
    `${decimal(bytesOf(record))} bytes in ${decimal(record.length)} blocks are ${WORDS[kind]}`,
    `   at ${call} called by ${functionName} (${file}:${line})`,
    `   ${addresses.join(', ')}${more}`,
    '',
  ]
}

const summaryLine = (label: string, leaks: readonly Leak[]): string => totalLine(label, bytesOf(leaks), leaks.length)

const totalLine = (label: string, bytes: number, blocks: number): string =>
  `   ${label}: ${decimal(bytes)} bytes in ${decimal(blocks)} blocks`
