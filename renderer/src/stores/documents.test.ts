import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SavedSession } from '../../../core/protocol/index.js'
import type { SaveRequest } from '../../../preload/contract.js'
import { settle, withStores } from '../testing/mount.js'
import { useDocuments } from './documents.js'
import { useMarks } from './marks.js'
import { useSettings } from './settings.js'
import { useSimulation } from './simulation.js'
import { useSource } from './source.js'

function begin(start: Parameters<typeof withStores>[0] = {}) {
  const world = withStores(start)
  const stores = { documents: useDocuments(), marks: useMarks(), settings: useSettings() }
  return { ...world, ...stores, simulation: useSimulation(), source: useSource() }
}
let world: ReturnType<typeof begin>
const saves = () => world.calls.flatMap((call) => ('save' in call ? [call['save'] as SaveRequest] : []))
const autosaves = () => world.calls.flatMap((call) => ('autosave' in call ? [call['autosave']] : []))

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  world = begin()
  await world.simulation.connect()
})
afterEach(() => vi.useRealTimers())

/** A session of the program, run to its second stop, as the dialog has it saved. */
async function savedSession(): Promise<SavedSession> {
  const { documents, marks, simulation } = world
  await simulation.run('stop')
  marks.add('the first')
  await simulation.run('stop')
  await documents.saveAs()
  return saves().at(-1)!.session
}

describe('a session', () => {
  it('holds the program, the machine, what was typed, how far it got, marks and layout', async () => {
    const session = await savedSession()
    expect(session).toMatchObject({
      program: { name: 'mmap-demo.c', source: world.source.text },
      machine: { profile: 'ubuntu-16.04', seed: 13070 },
      inputs: [{ text: '\n' }],
      reached: { state: 'waiting', stops: 2 },
      marks: [{ at: { stop: 0 }, label: 'the first' }],
      layout: { view: 'process', part: 'source' },
    })
    expect(session.program.draft).toBeUndefined()
  })

  it('is then the document: its name is shown, it is saved again without asking, and nothing is unsaved', async () => {
    const { documents, marks } = world
    await savedSession()
    expect(documents.name).toBe('demo.pagewalk')
    expect(documents.unsaved).toBe(false)
    marks.add('another')
    expect(documents.unsaved).toBe(true)
    await documents.save()
    expect(saves().at(-1)).toMatchObject({ document: 7, ask: false, session: { marks: [{}, { label: 'another' }] } })
    expect(documents.unsaved).toBe(false)
  })

  it('keeps an edited text beside the one that runs', async () => {
    world.source.text = 'int main(void) { return 1; }\n'
    await world.documents.saveAs()
    const { program } = saves().at(-1)!.session
    expect(program.draft).toBe('int main(void) { return 1; }\n')
    expect(program.source).toContain('mmap(')
  })

  it('when opened again, is run to where it was, with its marks and its layout', async () => {
    const session = { ...(await savedSession()), layout: { view: 'heap', part: 'heap', splitters: { main: [40, 60] } } }
    const name = { name: 'demo.pagewalk', saved: session }
    await world.source.offer({
      path: '/x/demo.pagewalk',
      name: 'mmap-demo.c',
      text: session.program.source,
      document: 9,
      session: name,
    })
    expect(world.marks.marks).toEqual(session.marks)
    expect(world.settings.settings).toMatchObject({ view: 'heap', splitters: { main: [40, 60] } })
    await world.simulation.load()
    expect(world.connection.simulation.calls).toContain('resume')
    expect(world.simulation.moment).toMatchObject({ state: 'waiting', stop: 1 })
    expect(world.documents.unsaved).toBe(false)
    // Started anew, it starts at the beginning.
    await world.simulation.restart()
    expect(world.simulation.moment?.state).toBe('ready')
    expect(world.documents.unsaved).toBe(true)
  })
})

describe('a C file', () => {
  beforeEach(async () => {
    world.source.show({ path: '/x/a.c', name: 'a.c', text: world.source.text, document: 3 })
    await world.simulation.load()
    world.saveAs.name = 'a.c'
  })

  it('is written by Save when its text was changed, and only then', async () => {
    await world.documents.save()
    expect(saves()).toEqual([])
    world.source.text += '\n'
    expect(world.documents.unsaved).toBe(true)
    await world.documents.save()
    expect(saves()).toMatchObject([{ document: 3, ask: false, text: world.source.text }])
    expect(world.documents.unsaved).toBe(false)
    expect(world.documents.name).toBe('a.c')
  })

  it('is not unsaved for having been run', async () => {
    await world.simulation.run('stop')
    await world.simulation.run('stop')
    expect(world.documents.unsaved).toBe(false)
  })

  it('asks for a session when there are marks, which C cannot hold', async () => {
    world.marks.add('here')
    expect(world.documents.unsaved).toBe(true)
    world.saveAs.name = 'a.pagewalk'
    await world.documents.save()
    expect(saves()).toMatchObject([{ ask: true, name: 'a.c' }])
    expect(world.documents.name).toBe('a.pagewalk')
    expect(world.documents.unsaved).toBe(false)
  })
})

describe('what is unsaved', () => {
  const leave = async (answer: 'save' | 'discard' | 'cancel'): Promise<boolean> => {
    const left = world.source.openProgram('zero-page')
    await settle()
    world.documents.answer(answer)
    return left
  }
  beforeEach(() => {
    world.source.text = 'int main(void) {}\n'
  })

  it('is asked about before another program takes its place, and stays when told so', async () => {
    expect(await leave('cancel')).toBe(false)
    expect(world.source.text).toBe('int main(void) {}\n')
    expect(world.documents.asking).toBeUndefined()
  })
  it('goes when told so', async () => {
    expect(await leave('discard')).toBe(true)
    expect(world.source.file.name).toBe('zero-page.c')
    expect(world.documents.unsaved).toBe(false)
  })
  it('is saved first when told so', async () => {
    expect(await leave('save')).toBe(true)
    expect(saves()).toMatchObject([{ text: 'int main(void) {}\n' }])
  })
  it('stays when saving is cancelled', async () => {
    world.host.bridge.save = () => Promise.resolve({ ok: true, value: undefined })
    expect(await leave('save')).toBe(false)
    expect(world.source.text).toBe('int main(void) {}\n')
  })
  it('stays when saving fails, and the failure is told', async () => {
    world.host.bridge.save = () => Promise.reject(new TypeError('not a valid request'))
    expect(await leave('save')).toBe(false)
    expect(world.documents.failure?.code).toBe('not-saved')
  })
  it('is asked about before the window closes', async () => {
    void world.documents.close()
    await settle()
    world.documents.answer('cancel')
    await settle()
    expect(world.calls).not.toContainEqual({ closed: true })
    void world.documents.close()
    await settle()
    world.documents.answer('discard')
    await settle()
    expect(world.calls).toContainEqual({ closed: true })
  })
  it('is told to the application, which keeps the window open for it', () => {
    expect(world.calls).toContainEqual({ unsaved: true })
    world.source.revert()
    expect(world.calls.at(-1)).toEqual({ unsaved: false })
  })
})

describe('what would be lost in a crash', () => {
  it('is kept some time after it changed, once for many changes', async () => {
    await world.simulation.run('stop')
    world.source.text += '// a'
    world.source.text += 'b'
    await vi.advanceTimersByTimeAsync(2000)
    await settle()
    expect(autosaves()).toMatchObject([{ reached: { stops: 1 }, program: { draft: world.source.text } }])
  })

  it('is what was known of the run when the simulation’s process is gone', async () => {
    await world.simulation.run('stop')
    await vi.advanceTimersByTimeAsync(2000)
    await settle()
    world.simulation.statusChanged({ phase: 'ended', code: 9, restarting: false })
    world.source.text += '// a'
    await vi.advanceTimersByTimeAsync(2000)
    await settle()
    expect(autosaves().at(-1)).toMatchObject({ reached: { stops: 1 }, program: { draft: world.source.text } })
  })

  it('is nothing while nothing has been done', async () => {
    await vi.advanceTimersByTimeAsync(6000)
    await settle()
    expect(autosaves().every((session) => session === undefined)).toBe(true)
  })

  it('can be restored: it is run again, and is unsaved until it is in a file', async () => {
    const session = await savedSession()
    world = begin({ recoverable: session })
    await world.simulation.connect()
    expect(world.initial.recoverable?.name).toBe('mmap-demo.c')
    expect(await world.source.restore()).toBe(true)
    await world.simulation.load()
    expect(world.simulation.moment?.stop).toBe(1)
    expect(world.documents.unsaved).toBe(true)
    await world.documents.save()
    expect(saves()).toMatchObject([{ document: undefined, ask: true }])
    expect(world.documents.unsaved).toBe(false)
  })
})
