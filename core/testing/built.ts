/**
 * The core as the application runs it. Vitest loads modules one by one and turns every use of an import into a property
 * access, which makes hot paths some ten times slower; benchmarks therefore measure a bundle made with the same tool
 * as the application's.
 */
import { fileURLToPath } from 'node:url'
import type * as Entry from './bench-entry.js'
import { build, type Rolldown } from 'vite'

export async function built(): Promise<typeof Entry> {
  const code = await bundled()
  return (await import(
    /* @vite-ignore */ `data:text/javascript;base64,${btoa(unescape(encodeURIComponent(code)))}`
  )) as typeof Entry
}

/** The text of the bundle, for benchmarks in a process of their own. */
export async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('./bench-entry.ts', import.meta.url))
  const made = (await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, target: 'es2023', lib: { entry, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[]
  return made[0].output[0].code
}
