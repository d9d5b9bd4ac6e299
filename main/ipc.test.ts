import type { IpcMainInvokeEvent, WebContents } from 'electron'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { guardedHandle } from './ipc.js'

type Listener = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown

describe('a request over IPC', () => {
  const listeners = new Map<string, Listener>()
  const window = {} as WebContents
  const handle = guardedHandle(
    { handle: (name, listener) => void listeners.set(name, listener) },
    'app://pagewalk',
    (contents) => contents === window,
  )
  handle('double', v.number(), (n) => n * 2)

  const callFrom = (sender: object, frame: object | null, ...args: unknown[]): unknown =>
    listeners.get('double')!({ sender, senderFrame: frame } as unknown as IpcMainInvokeEvent, ...args)
  const call = (frame: object | null, ...args: unknown[]): unknown => callFrom(window, frame, ...args)
  const ours = { origin: 'app://pagewalk', parent: null }

  it('from our own page is answered', () => {
    expect(call(ours, 21)).toBe(42)
  })

  it.each([
    ['another origin', { origin: 'https://example.org', parent: null }],
    ['an opaque origin', { origin: 'null', parent: null }],
    ['a look-alike', { origin: 'app://pagewalk.example', parent: null }],
    ['a frame inside the page', { origin: 'app://pagewalk', parent: ours }],
    ['a frame that is gone', null],
  ])('from %s is refused', (_name, frame) => {
    expect(() => call(frame, 21)).toThrow('refused')
  })

  it('from a window it is not meant for is refused', () => {
    expect(() => callFrom({}, ours, 21)).toThrow('refused')
  })

  it.each([[[]], [['21']], [[21, 22]], [[undefined]]])('with arguments %j is refused', (args) => {
    expect(() => call(ours, ...args)).toThrow('not a valid request')
  })
})
