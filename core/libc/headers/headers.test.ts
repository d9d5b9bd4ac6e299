import { describe, expect, it } from 'vitest'
import { FakeUser } from '../../testing/fake-user.js'
import { libraryHeaders, unitFunctions } from '../units/index.js'
import { declaredFunctions, headers, knownMissing } from './index.js'

const declared = [...declaredFunctions]
const internal = libraryHeaders.get('bits/internal.h')!

describe('the headers', () => {
  const user = new FakeUser()

  it('declare nothing that does not exist', () => {
    expect(declared.length).toBeGreaterThan(200)
    expect(declared.filter((name) => !user.libc.functions.has(name) && !unitFunctions.includes(name))).toEqual([])
  })

  it('declare everything that exists', () => {
    const outside = [...user.libc.functions.keys()].filter(
      (name) => !internal.includes(` ${name}(`) && !internal.includes(`*${name}(`),
    )
    expect(outside.filter((name) => !declared.includes(name))).toEqual([])
  })

  it('keep what is missing apart from what is there', () => {
    expect([...knownMissing].filter((name) => user.libc.functions.has(name) || unitFunctions.includes(name))).toEqual(
      [],
    )
  })

  it('include only one another', () => {
    const included = [...headers.values()].flatMap((text) => [...text.matchAll(/#include <(.*)>/g)].map((m) => m[1]))
    expect(included.filter((name) => !headers.has(name))).toEqual([])
  })

  it('give every extern object an address', () => {
    const objects = [...headers.values()].flatMap((text) => [...text.matchAll(/^extern .*?(\w+);$/gm)].map((m) => m[1]))
    expect(objects.sort()).toEqual(['environ', 'optarg', 'opterr', 'optind', 'optopt', 'stderr', 'stdin', 'stdout'])
    expect(objects.filter((name) => user.libc.objectAddress(name) === undefined)).toEqual([])
  })
})
