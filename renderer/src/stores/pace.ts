/** Waiting for the page to draw: what keeps a running program's news from coming faster than they can be shown. */

export class Pace {
  #end: (() => void) | undefined
  #resting = false

  /** Until the next frame is drawn, with all that has been changed so far. A window out of sight draws none. */
  drawn(): Promise<void> {
    return this.#until((done) => {
      requestAnimationFrame(() => {
        // Served when the frame's own work is over.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          port1.close()
          done()
        }
        port2.postMessage(undefined)
      })
    })
  }

  /** For so many milliseconds. */
  async rest(ms: number): Promise<void> {
    this.#resting = true
    await this.#until((done) => void setTimeout(done, ms))
    this.#resting = false
  }

  /** Ends the waiting, if there is any: what is to be shown now cannot wait. */
  hurry(): void {
    this.#end?.()
  }

  /** Ends a rest, but not the waiting for a frame: there is something to do. */
  stir(): void {
    if (this.#resting) this.#end?.()
  }

  #until(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        if (this.#end === done) this.#end = undefined
        resolve()
      }
      this.#end = done
      begin(done)
    })
  }
}
