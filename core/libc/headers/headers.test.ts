import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import { declaredFunctions, headers, knownMissing } from './index.js'

const declared = [...declaredFunctions]

describe('the headers', () => {
  const user = new FakeUser()

  it('declare nothing that does not exist', () => {
    expect(declared.length).toBeGreaterThan(200)
    expect(declared.filter((name) => !user.libc.functions.has(name))).toEqual([])
  })

  it('declare everything that exists', () => {
    expect([...user.libc.functions.keys()].filter((name) => !declared.includes(name))).toEqual([])
  })

  it('keep what is missing apart from what is there', () => {
    expect([...knownMissing].filter((name) => user.libc.functions.has(name))).toEqual([])
  })

  it('include only one another', () => {
    const included = [...headers.values()].flatMap((text) => [...text.matchAll(/#include <(.*)>/g)].map((m) => m[1]))
    expect(included.filter((name) => !headers.has(name))).toEqual([])
  })

  it('give every extern object an address', () => {
    const objects = [...headers.values()].flatMap((text) => [...text.matchAll(/^extern .*?(\w+);$/gm)].map((m) => m[1]))
    expect(objects.sort()).toEqual(['environ', 'stderr', 'stdin', 'stdout'])
    expect(objects.filter((name) => user.libc.objectAddress(name) === undefined)).toEqual([])
  })
})
