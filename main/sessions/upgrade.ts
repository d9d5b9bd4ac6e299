/**
 * Sessions of earlier formats, brought up to the present one a version at a time. A step takes the file's object as its
 * version had it and gives the next version's; what it gives is checked like any other file.
 */
import { SESSION_VERSION } from '../../core/protocol/index.js'

type Json = Readonly<Record<string, unknown>>
/** `steps[n]` leads from version n to n + 1. */
export type Steps = Readonly<Record<number, (old: Json) => Json>>

const STEPS: Steps = {
  /** 2: an input may have a time, and Ctrl+C and Ctrl+D in it are what they are at a terminal. */
  1: (old) => old,
}

export type Upgraded =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly kind: 'newer' | 'unknown-version' }

export function upgrade(file: Json, steps: Steps = STEPS, newest: number = SESSION_VERSION): Upgraded {
  const { version } = file
  if (typeof version !== 'number' || !Number.isInteger(version)) return { ok: false, kind: 'unknown-version' }
  if (version > newest) return { ok: false, kind: 'newer' }
  let value = file
  for (let at = version; at < newest; at++) {
    const step = Object.hasOwn(steps, at) ? steps[at] : undefined
    if (!step) return { ok: false, kind: 'unknown-version' }
    value = { ...step(value), version: at + 1 }
  }
  return { ok: true, value }
}
