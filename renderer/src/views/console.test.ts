import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSimulation } from '../stores/simulation.js'
import { useSource } from '../stores/source.js'
import { mountWith, settle } from '../testing/mount.js'
import ShellView from './ShellView.vue'
import TerminalView from './TerminalView.vue'

const ESC = '\u001b'
let simulation: ReturnType<typeof useSimulation>
let source: ReturnType<typeof useSource>
let wrapper: VueWrapper
let world: ReturnType<typeof mountWith>

async function begin(view: typeof ShellView): Promise<void> {
  world = mountWith(
    defineComponent({
      setup() {
        simulation = useSimulation()
        source = useSource()
        return () => h(view)
      },
    }),
  )
  wrapper = world.wrapper
  await simulation.connect()
  await settle()
}
async function type(id: string, keys: string): Promise<void> {
  await wrapper.get(`[data-testid="${id}"]`).setValue(keys)
  await settle()
}
const drawn = (id: string) => wrapper.get(`[data-testid="${id}-screen"]`).element.textContent ?? ''
const text = (id: string) => wrapper.get(`[data-testid="${id}"]`).element.textContent ?? ''
const calls = () => world.connection.simulation.calls

afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
})

describe('the shell', () => {
  beforeEach(() => begin(ShellView))

  it('asks the machine, and shows command and answer, on the screen and as text', async () => {
    await type('shell-input', 'pmap -x 1\r')
    expect(calls()).toContain('readout pmap -x 1')
    expect(text('shell-output')).toMatch(/^\$ pmap -x 1\n.*total kB/s)
    expect(drawn('shell-input')).toContain('total kB')
  })
  it('asks nothing for an empty line', async () => {
    await type('shell-input', '\r')
    expect(calls().some((call) => call.startsWith('readout'))).toBe(false)
  })
  it('completes with Tab: the word when there is one, what they share and a list when there are several', async () => {
    await type('shell-input', 'pm\t-x\r')
    expect(calls()).toContain('readout pmap -x')
    await type('shell-input', 'p\t')
    expect(drawn('shell-input')).toMatch(/pidof +pmap +ps/)
  })
  it('keeps the history, and forgets it with the program', async () => {
    await type('shell-input', 'ps 1\r')
    await type('shell-input', `${ESC}[A\r`)
    expect(calls().filter((call) => call === 'readout ps 1')).toHaveLength(2)
    source.text += '\n/* another */\n'
    await simulation.load()
    await settle()
    expect(text('shell-output')).toBe('')
    await type('shell-input', `${ESC}[A\r`)
    expect(calls().filter((call) => call === 'readout ps 1')).toHaveLength(2)
  })
  it('drops the line with Ctrl+C and empties the screen with Ctrl+L', async () => {
    await type('shell-input', 'ps\r')
    await type('shell-input', 'pmap 1\u0003\r')
    expect(calls()).not.toContain('readout pmap 1')
    await type('shell-input', '\u000c')
    expect(text('shell-output')).toBe('')
  })
})

describe('the program’s terminal', () => {
  beforeEach(() => begin(TerminalView))

  it('shows what was printed, and sends a line with Enter', async () => {
    await simulation.run('stop')
    await settle()
    expect(text('terminal-output')).toContain('before mmap')
    expect(drawn('terminal-input')).toContain('before mmap')
    await type('terminal-input', '内存\r')
    expect(calls()).toContain('input "内存\\n"')
    expect(text('terminal-output')).toContain('内存\nafter mmap')
  })
  it('drops the line with Ctrl+C and gives the machine the interrupt', async () => {
    await simulation.run('stop')
    await type('terminal-input', 'lost\u0003')
    expect(calls().filter((call) => call.startsWith('input'))).toEqual([`input ${JSON.stringify('\u0003')}`])
    expect(drawn('terminal-input')).not.toContain('lost')
  })
  it('gives the machine the end of file with Ctrl+D, on an empty line only', async () => {
    await simulation.run('stop')
    await type('terminal-input', 'x\u0004')
    expect(calls().filter((call) => call.startsWith('input'))).toEqual([])
    await type('terminal-input', '\u007f\u0004')
    expect(calls().filter((call) => call.startsWith('input'))).toEqual([`input ${JSON.stringify('\u0004')}`])
  })
  it('does not obey the program’s escape sequences, and draws anew when the run is begun again', async () => {
    simulation.terminal = `a${ESC}]52;c;ZXZpbA==\u0007b${ESC}[31mred`
    await settle()
    expect(drawn('terminal-input')).toContain(`ab${ESC}[31mred`)
    expect(drawn('terminal-input')).not.toContain(']52')
    simulation.terminal = 'x'
    await settle()
    expect(drawn('terminal-input')).not.toContain('red')
  })
})
