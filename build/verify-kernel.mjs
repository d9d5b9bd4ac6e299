// `npm run verify:kernel`: random C programs on this machine's kernel and on the simulated one, compared stop by stop.
// The options are described in core/testing/verify-kernel/main.ts, which is bundled here with the core, because that is
// several times faster than loading its modules one by one.
import fs from 'node:fs'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { at } from './run.mjs'

const folder = at('out', `verify-kernel-${process.pid}`)
try {
  await build({
    configFile: false,
    root: at(),
    logLevel: 'error',
    build: {
      ssr: at('core/testing/verify-kernel/main.ts'),
      outDir: folder,
      target: 'node20.18',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.mjs', codeSplitting: false } },
    },
    ssr: { external: ['fast-check'], noExternal: [] },
  })
  /** @type {{ main: (nativeSource: string) => number }} */
  const { main } = await import(pathToFileURL(`${folder}/main.mjs`).href)
  process.exitCode = main(at('core/testing/verify-kernel/native.c'))
} finally {
  fs.rmSync(folder, { recursive: true, force: true })
}
