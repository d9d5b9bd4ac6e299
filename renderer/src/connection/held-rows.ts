/**
 * The page's side of {@link SentRows}: the last answers to the questions asked, from which the next ones are made whole. A
 * row that has not changed stays the same object, and so does a list of rows in which nothing has.
 */
import {
  ANSWERS_HELD,
  type Reply,
  type RowsQuery,
  type RowsWindow,
  type SentRows,
  type TableName,
} from '../../../core/protocol/index.js'

interface Answer {
  readonly number: number
  readonly rows: readonly unknown[]
}

export class HeldRows {
  /** The one longest ago first. */
  readonly #answers = new Map<string, Answer>()

  async ask<T extends TableName>(
    query: RowsQuery<T>,
    send: (held: number | undefined) => Promise<Reply<SentRows<T>>>,
  ): Promise<Reply<RowsWindow<T>>> {
    const question = JSON.stringify(query)
    const before = this.#answers.get(question)
    const reply = await send(before?.number)
    if (!reply.ok) return reply
    const { number, ...window } = reply.value
    const rows = whole<T>(reply.value.rows, before?.rows ?? [])
    this.#answers.delete(question)
    this.#answers.set(question, { number, rows })
    for (const oldest of this.#answers.keys()) if (this.#answers.size > ANSWERS_HELD) this.#answers.delete(oldest)
    return { ok: true, value: { ...window, rows } }
  }
}

function whole<T extends TableName>(sent: SentRows<T>['rows'], before: readonly unknown[]): RowsWindow<T>['rows'] {
  const held = before as RowsWindow<T>['rows']
  if (sent.length === held.length && sent.every((row) => row === null)) return held
  // Only a row that is held is left out.
  return sent.map((row, i) => row ?? (held[i] as RowsWindow<T>['rows'][number]))
}
