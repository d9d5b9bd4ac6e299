/** What a user may set (preload/contract.ts) and where the window stood: as schemas, for the files that keep them. */

import * as v from 'valibot'
import { INSPECTOR_VIEWS, ZOOM_STEPS, type Locale, type Settings } from '../../preload/contract.js'
import type { WindowState } from '../window/window.js'
import type { Fields } from './json-file.js'

const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100))

export const settingsFields = {
  theme: v.picklist(['system', 'light', 'dark']),
  contrast: v.picklist(['system', 'more']),
  locale: v.picklist(['system', 'en', 'zh-CN']),
  splitters: v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/)), v.pipe(v.array(percent), v.maxLength(16))),
    v.check((all) => Object.keys(all).length <= 64, 'too many splitters'),
  ),
  view: v.picklist(INSPECTOR_VIEWS),
  profile: v.undefinedable(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))),
  welcomed: v.boolean(),
  zoom: v.pipe(v.number(), v.minValue(0.25), v.maxValue(4)),
} satisfies Fields<Settings>

/** A patch from the page: fields it may leave out, nothing it may add. */
export const settingsPatch = v.strictObject(v.partial(v.object(settingsFields)).entries)

export const windowFields = {
  bounds: v.undefinedable(v.object({ x: v.number(), y: v.number(), width: v.number(), height: v.number() })),
  maximized: v.boolean(),
} satisfies Fields<WindowState>

/** Paths, the latest first. */
export interface Recent {
  readonly files: readonly string[]
}

export const recentFields = {
  files: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096))), v.maxLength(64)),
} satisfies Fields<Recent>

/** The language to speak: what was chosen, else the first language of the system that the application is written in. */
export function resolveLocale(setting: Settings['locale'], systemLanguages: readonly string[]): Locale {
  if (setting !== 'system') return setting
  for (const language of systemLanguages) {
    if (/^zh\b/i.test(language)) return 'zh-CN'
    if (/^en\b/i.test(language)) return 'en'
  }
  return 'en'
}

export function nextZoom(zoom: number, direction: 1 | -1): number {
  const steps = direction > 0 ? ZOOM_STEPS : [...ZOOM_STEPS].reverse()
  return steps.find((step) => (step - zoom) * direction > 0.001) ?? zoom
}
