#!/usr/bin/env node
// npm run assemble: compiles the parts of core/ that are written in AssemblyScript, each to a TypeScript file with the
// module as base64. With --check it only says whether these are what the sources give: the same sources give the same bytes.
import fs from 'node:fs'
import path from 'node:path'
import { at } from './run.mjs'

/**
 * What is used of AssemblyScript's compiler. Its own types redefine global ones, so the name is no literal here.
 * @typedef {object} Host
 * @property {(name: string, base: string) => string | null} readFile
 * @property {(name: string, contents: Uint8Array | string) => void} writeFile
 * @property {() => string[]} listFiles
 * @typedef {{ error: Error | null, stderr: { toString(): string } }} Result
 * @typedef {{ default: { main(options: readonly string[], host: Host): Promise<Result> } }} Compiler
 */
const { default: asc } = /** @type {Compiler} */ (await import(`assemblyscript/${'asc'}`))

const MODULES = Object.freeze([
  { sources: 'core/libc/ptmalloc/pool', target: 'core/libc/ptmalloc/pool-wasm.ts', name: 'POOL_WASM' },
  { sources: 'core/session/trace', target: 'core/session/trace-wasm.ts', name: 'TRACE_WASM' },
])

// AssemblyScript's own runtime stays out: a module has no data, and no memory but the one it is given.
const OPTIONS = ['index.ts', '--outFile', 'out.wasm', '-O3', '--converge', '--runtime', 'stub', '--importMemory']

/** @param {string} sources @returns {Promise<Uint8Array>} */
async function compile(sources) {
  /** @type {Uint8Array | undefined} */
  let wasm
  const { error, stderr } = await asc.main([...OPTIONS, '--noAssert', '--baseDir', at(sources)], {
    // Imports name what TypeScript's output would be called, as everywhere in core/; and a decorator of a function is
    // written as a comment, since TypeScript's tools know none.
    readFile(name, base) {
      const file = path.resolve(base, name.replace(/\.js\.ts$/, '.ts'))
      return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').replace(/^\/\/ (?=@inline$)/gm, '') : null
    },
    writeFile(_name, contents) {
      if (typeof contents !== 'string') wasm = contents
    },
    listFiles: () => [],
  })
  if (error || !wasm) throw new Error(`${sources}: ${stderr.toString()}`)
  return wasm
}

const textOf = (/** @type {string} */ sources, /** @type {string} */ name, /** @type {Uint8Array} */ bytes) =>
  `/** ${sources}, compiled. Written by build/assemble.mjs. */\n` +
  `export const ${name} =\n  '${Buffer.from(bytes).toString('base64')}'\n`

for (const { sources, target, name } of MODULES) {
  const text = textOf(sources, name, await compile(sources))
  const file = at(target)
  if (!process.argv.includes('--check')) fs.writeFileSync(file, text)
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    console.error(`${target} is not what ${sources} gives: npm run assemble`)
    process.exitCode = 1
  }
}
