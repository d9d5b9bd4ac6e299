/**
 * The window's two languages. `t` takes only keys that exist: a mistyped key does not compile. vue-i18n's runtime makes
 * an AST of each message and interprets it, so nothing needs `eval` and the content security policy stays strict.
 */
import { createI18n, useI18n } from 'vue-i18n'
import type { Failure } from '../../../core/protocol/index.js'
import type { Locale } from '../../../preload/contract.js'
import { en } from './en.js'
import { zhCN } from './zh-CN.js'

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> }
type Paths<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Paths<T[K], `${P}${K}.`>
}[keyof T & string]

export type Messages = Strings<typeof en>
export type MessageKey = Paths<typeof en>
export type Params = Readonly<Record<string, string | number>>
export type Translate = (key: MessageKey, params?: Params) => string

export function createLanguage(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: { en, 'zh-CN': zhCN },
  })
}
/** For components: `const { t } = useText()`. */
export function useText(): {
  readonly t: Translate
  readonly failureText: (failure: Failure) => string
  readonly locale: { value: string }
} {
  const { t: translate, locale } = useI18n({ useScope: 'global' })
  const t: Translate = (key, params) => (params === undefined ? translate(key) : translate(key, params))
  return { t, failureText: ({ code, message }) => t(failureKey(code), { message }), locale }
}

/** Explanation of a field of smaps, if we have one in our words. */
export function smapsFieldKey(name: string): MessageKey {
  return Object.hasOwn(en.smapsField, name) ? `smapsField.${name as keyof typeof en.smapsField}` : 'smaps.unknown'
}

/** What a field of malloc's parameters or of mallinfo2 means, if we have it in our words. */
export function heapFieldKey(name: string): MessageKey | undefined {
  // A dot would lead on to an inner message.
  const key = name.replace('.', '')
  return Object.hasOwn(en.heapField, key) ? `heapField.${key as keyof typeof en.heapField}` : undefined
}

function failureKey(code: string): MessageKey {
  return Object.hasOwn(en.failure, code) ? `failure.${code as keyof typeof en.failure}` : 'failure.other'
}
