/**
 * A window of rows as it crosses the process border: of rows that the asker holds already, nothing is sent. So a view that
 * is asked for ten times a second costs the page what has changed in it, not what it shows.
 */
import type { Reply, RowsQuery, RowsWindow, SimulationApi, TableName, Tables } from './index.js'

export interface SentRows<T extends TableName> extends Omit<RowsWindow<T>, 'rows'> {
  /** Of this answer, to be given with the same question when it is asked again. */
  readonly number: number
  /** null: the row at this place is as it was in the answer that the asker said it holds. */
  readonly rows: readonly (Tables[T]['row'] | null)[]
}

/** {@link SimulationApi} as it crosses the border. */
export interface SimulationWire extends Omit<SimulationApi, 'rows'> {
  /** @param held number of the answer to this question that the asker holds */
  rows<T extends TableName>(query: RowsQuery<T>, held?: number): Promise<Reply<SentRows<T>>>
}

interface Answer {
  readonly number: number
  readonly rows: readonly unknown[]
}

/** Answers kept on either side; what was asked longer ago is sent as a whole again. */
const ANSWERS_HELD = 16

/** The last answer to each question, as either side keeps them. */
class Answers {
  /** The one longest ago first. */
  readonly #kept = new Map<string, Answer>()

  to(question: string): Answer | undefined {
    return this.#kept.get(question)
  }

  keep(question: string, answer: Answer): void {
    this.#kept.delete(question)
    this.#kept.set(question, answer)
    for (const oldest of this.#kept.keys()) if (this.#kept.size > ANSWERS_HELD) this.#kept.delete(oldest)
  }
}

/** What of a window of rows has to be sent to a page that has asked the same before. */
export class RowsSender {
  #number = 0
  readonly #answers = new Answers()

  /** @param held number of the answer to this question that the page holds */
  send<T extends TableName>(query: RowsQuery<T>, window: RowsWindow<T>, held: number | undefined): SentRows<T> {
    const question = JSON.stringify(query)
    const last = this.#answers.to(question)
    const known = held !== undefined && last?.number === held ? last.rows : []
    const number = ++this.#number
    this.#answers.keep(question, { number, rows: window.rows })
    return { ...window, number, rows: window.rows.map((row, i) => (sameData(row, known[i]) ? null : row)) }
  }
}

/**
 * The page's side: the last answers to the questions asked, from which the next ones are made whole. A row that has not
 * changed stays the same object, and so does a list of rows in which nothing has.
 */
export class HeldRows {
  readonly #answers = new Answers()

  async ask<T extends TableName>(
    query: RowsQuery<T>,
    send: (held: number | undefined) => Promise<Reply<SentRows<T>>>,
  ): Promise<Reply<RowsWindow<T>>> {
    const question = JSON.stringify(query)
    const before = this.#answers.to(question)
    const reply = await send(before?.number)
    if (!reply.ok) return reply
    const { number, ...window } = reply.value
    const rows = whole<T>(reply.value.rows, before?.rows ?? [])
    this.#answers.keep(question, { number, rows })
    return { ok: true, value: { ...window, rows } }
  }
}

function whole<T extends TableName>(sent: SentRows<T>['rows'], before: readonly unknown[]): RowsWindow<T>['rows'] {
  const held = before as RowsWindow<T>['rows']
  if (sent.length === held.length && sent.every((row) => row === null)) return held
  // Only a row that is held is left out.
  return sent.map((row, i) => row ?? held[i])
}

/** Whether two pieces of what crosses the border say the same: numbers, texts, columns, lists and objects of them. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false
  if (a instanceof Float64Array) return b instanceof Float64Array && sameColumn(a, b)
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    Array.isArray(a) === Array.isArray(b) &&
    names.every((name) => name in b && sameData(a[name as never], b[name as never]))
  )
}

const sameColumn = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])
