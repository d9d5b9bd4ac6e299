/** A session from the text of a file that may come from anybody: all of it, or what is wrong, where, and what to do. */
import * as v from 'valibot'
import { findProfile } from '../../core/profiles/index.js'
import {
  SESSION_FORMAT,
  type SavedSession,
  type SessionProblem,
  type SessionProblemKind,
} from '../../core/protocol/index.js'
import { sessionProblemText } from '../../core/words/index.js'
import { brokenAt } from './json-place.js'
import { LIMITS, sessionSchema } from './schema.js'
import { upgrade, type Steps } from './upgrade.js'

export type ReadSession =
  | { readonly ok: true; readonly session: SavedSession }
  /** `what` and `remedy` in English; `kind`, `where` and `detail` for who speaks another language. */
  | { readonly ok: false; readonly problem: SessionProblem & { readonly what: string; readonly remedy: string } }

export function refused(kind: SessionProblemKind, where = '', detail = ''): ReadSession & { readonly ok: false } {
  const problem = { kind, where, detail }
  return { ok: false, problem: { ...problem, ...sessionProblemText(problem, 'en') } }
}

/** @param steps from earlier versions; the format's own unless a test brings others */
export function readSession(text: string, steps?: Steps): ReadSession {
  if (text.length > LIMITS.file) return refused('too-large', '', `${LIMITS.file / 1024 / 1024} MiB`)
  const json = text.replace(/^\ufeff/, '')
  let file: unknown
  try {
    file = JSON.parse(json)
  } catch {
    return refused('not-json', placeOf(json))
  }
  if (!isObject(file) || !Object.hasOwn(file, 'format') || file.format !== SESSION_FORMAT)
    return refused('not-a-session')
  if (!Object.hasOwn(file, 'version')) return refused('missing', 'version')
  const upgraded = upgrade(file, steps)
  if (!upgraded.ok) return refused(upgraded.kind, 'version', shown(file.version))
  const parsed = v.safeParse(sessionSchema, upgraded.value, { abortEarly: true })
  if (!parsed.success) return refusedFor(parsed.issues[0])
  const { profile } = parsed.output.machine
  if (!findProfile(profile)) return refused('unknown-profile', 'machine.profile', profile)
  return { ok: true, session: parsed.output }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** "line 4, column 7" */
function placeOf(text: string): string {
  const lines = text.slice(0, brokenAt(text)).split('\n')
  return `line ${lines.length}, column ${lines[lines.length - 1]!.length + 1}`
}

function refusedFor(issue: v.BaseIssue<unknown>): ReadSession & { readonly ok: false } {
  const where = pathOf(issue)
  if (issue.expected === 'never') return refused('unknown-field', where)
  if (issue.received === 'undefined') return refused('missing', where)
  // A message of the schema's own says what is permitted; valibot's names the types.
  const permitted = issue.message.startsWith('Invalid') ? (issue.expected ?? '') : issue.message
  return refused('wrong', where, permitted)
}

/** "inputs[3].text" */
function pathOf({ path }: Pick<v.BaseIssue<unknown>, 'path'>): string {
  const whole = (path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${shown(key)}`)).join('')
  return whole.startsWith('.') ? whole.slice(1) : whole
}

/** A piece of somebody's file for a message: short, and without what would disturb a terminal. */
function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replace(/\p{C}/gu, '?')
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
