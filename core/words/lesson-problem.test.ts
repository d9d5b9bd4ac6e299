import { describe, expect, it } from 'vitest'
import { en } from './lesson-problem.en.js'
import { lessonProblemText } from './lesson-problem.js'
import { zhCN } from './lesson-problem.zh-cn.js'

const params = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
const leaves = (of: object, path = ''): [string, string][] =>
  Object.entries(of).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value as object, `${path}${key}.`),
  )

describe('what is wrong with a lesson', () => {
  it('has the same sentences with the same parameters in both languages, none of them empty', () => {
    const chinese = new Map(leaves(zhCN))
    expect([...chinese.keys()].sort()).toEqual(
      leaves(en)
        .map(([key]) => key)
        .sort(),
    )
    for (const [key, text] of leaves(en)) {
      expect(chinese.get(key)?.trim(), key).not.toBe('')
      expect(params(chinese.get(key)!), key).toEqual(params(text))
    }
  })

  it('says why within what, and takes braces in a value for the author’s', () => {
    const problem = {
      kind: 'figure',
      values: { text: '{why}', why: 'unknown-figure', name: 'x', names: 'rss' },
    } as const
    expect(lessonProblemText(problem, 'en').what).toBe("{{{why}}}: there is no figure 'x'")
    expect(lessonProblemText(problem, 'zh-CN').what).toBe("{{{why}}}：没有数值 'x'")
  })
})
