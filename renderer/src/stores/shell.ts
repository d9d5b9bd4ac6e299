/** The shell's side of a run: what was typed into it and what it answered. Both go with the program they were about. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { Completions } from '../../../core/protocol/index.js'
import { useSimulation } from './simulation.js'

const MOST_LINES = 500
/** Characters kept of all answers together. */
const MOST_KEPT = 200_000
/** As long as a command may be (main/utility/guards). */
const LONGEST = 1024

/** Empties the screen: what `clear` answers. */
const CLEARS = '\u001b[3J'

export const useShell = defineStore('shell', () => {
  const simulation = useSimulation()
  const history = shallowRef<readonly string[]>([])
  /** Prompts, commands and answers so far, since the screen was last cleared. */
  const transcript = ref('')

  let source: string | undefined
  watch(
    () => simulation.loaded,
    (loaded) => {
      if (loaded && source !== undefined && loaded.source !== source) forget()
      source = loaded?.source ?? source
    },
    { flush: 'sync', immediate: true },
  )
  function forget(): void {
    history.value = []
    transcript.value = ''
  }

  /** @returns what is to be shown */
  async function run(line: string, prompt: string): Promise<string> {
    const before = history.value
    if (line.trim() !== '' && before.at(-1) !== line) history.value = [...before, line].slice(-MOST_LINES)
    const answer = line.trim() === '' ? '' : await ask(line, before)
    note(`${prompt}${line}\n${answer}`)
    return answer
  }
  async function ask(line: string, before: readonly string[]): Promise<string> {
    const { api } = simulation
    if (!api || !simulation.moment) return 'pagewalk: there is no machine to look at\n'
    if (line.length > LONGEST) return `pagewalk: a command has at most ${LONGEST} characters\n`
    const reply = await (line.includes('history') ? api.readout(line, before) : api.readout(line))
    return reply.ok ? reply.value.text : `pagewalk: ${reply.error.message}\n`
  }
  function note(text: string): void {
    const cleared = text.lastIndexOf(CLEARS)
    const all = cleared < 0 ? transcript.value + text : text.slice(cleared + CLEARS.length)
    transcript.value = all.slice(-MOST_KEPT)
  }

  async function complete(line: string, cursor: number): Promise<Completions | undefined> {
    if (line.length > LONGEST) return undefined
    const reply = await simulation.api?.complete({ line, cursor })
    return reply?.ok ? reply.value : undefined
  }

  return { history, transcript, run, note, complete }
})
