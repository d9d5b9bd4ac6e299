/** What of a window of rows has to be sent to a page that has asked the same before. Rows are compared by what they say. */
import {
  ANSWERS_HELD,
  sameData,
  type RowsQuery,
  type RowsWindow,
  type SentRows,
  type TableName,
} from '../../core/protocol/index.js'

interface Answer {
  readonly number: number
  readonly rows: readonly object[]
}

export class RowsSender {
  #number = 0
  /** The last answer to each question, the one longest ago first. */
  readonly #answers = new Map<string, Answer>()

  /** @param held number of the answer to this question that the page holds */
  send<T extends TableName>(query: RowsQuery<T>, window: RowsWindow<T>, held: number | undefined): SentRows<T> {
    const question = JSON.stringify(query)
    const last = this.#answers.get(question)
    const known = held !== undefined && last?.number === held ? last.rows : []
    const number = ++this.#number
    this.#answers.delete(question)
    this.#answers.set(question, { number, rows: window.rows })
    for (const oldest of this.#answers.keys()) if (this.#answers.size > ANSWERS_HELD) this.#answers.delete(oldest)
    return { ...window, number, rows: window.rows.map((row, i) => (sameData(row, known[i]) ? null : row)) }
  }
}
