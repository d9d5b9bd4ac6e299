import { describe, expect, it } from 'vitest'
import { programs } from '../core/programs/index.js'
import { builtinSource, foundingProgram } from './builtin-programs.js'

describe('a built-in program', () => {
  it('is a file without a path, so that it is never saved over', () => {
    for (const { id, source } of programs)
      expect(builtinSource(id)).toEqual({ ok: true, value: { path: '', name: `${id}.c`, text: source } })
    expect(foundingProgram.name).toBe('mmap-demo.c')
  })

  it('is known by its id alone', () => {
    for (const id of ['', 'mmap-demo.c', '../main/index', 'toString'])
      expect(builtinSource(id)).toMatchObject({ ok: false, error: { code: 'file-not-found' } })
  })
})
