import { describe, expect, it } from 'vitest'
import { createLanguage, type MessageKey } from './index.js'
import { en } from './en.js'
import { zhCN } from './zh-CN.js'

function flatten(messages: object, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${prefix}${key}`, value]] : flatten(value as object, `${prefix}${key}.`),
  )
}
const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
const english = new Map(flatten(en))
const chinese = new Map(flatten(zhCN))

describe('the two languages', () => {
  it('have the same keys', () => expect([...chinese.keys()]).toEqual([...english.keys()]))
  it('leave nothing empty', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('')
  })
  it('take the same parameters', () => {
    for (const [key, text] of english) expect(params(chinese.get(key)!), key).toEqual(params(text))
  })
  it('have no message that the message syntax would read otherwise', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text, key).not.toMatch(/[@|$]/)
  })
  it('explain the same fields of smaps', () => {
    for (const field of ['Rss', 'Pss', 'Private_Dirty', 'Referenced', 'LazyFree', 'VmFlags'])
      expect(english.has(`smapsField.${field}`), field).toBe(true)
  })
})

it('formats without eval, which the content security policy forbids', () => {
  const { global } = createLanguage('zh-CN')
  const real = globalThis.Function
  globalThis.Function = function () {
    throw new Error('Function() was called')
  } as unknown as FunctionConstructor
  try {
    expect(global.t('state.exited' satisfies MessageKey, { code: 3 })).toBe('已退出，返回 3')
  } finally {
    globalThis.Function = real
  }
})
