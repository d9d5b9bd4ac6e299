#!/usr/bin/env node
// The `pagewalk` command: bundles main/cli with core/ when they have changed, then runs the bundle in this process.
// Only what is needed to see that nothing has changed is imported before that: the start should not be felt.
import fs from 'node:fs'
import module from 'node:module'
import { pathToFileURL } from 'node:url'
import { at, fingerprint } from './run.mjs'

const SOURCES = [
  'core',
  'main/cli',
  'main/disk',
  'main/lessons',
  'main/report',
  'main/sessions',
  'renderer/src/styles/tokens.css',
  'lessons',
  'package.json',
  'package-lock.json',
  'build/pagewalk.mjs',
]
const BUNDLE = at('out', 'cli', 'pagewalk.js')
const STAMP = at('out', 'cli', '.stamp')

async function bundle() {
  const { build } = await import('vite').catch(() => {
    process.stderr.write('pagewalk: node_modules is not there yet: run `npm ci` first\n')
    process.exit(1)
  })
  const { version } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'))
  // Beside the place, then moved: another pagewalk may be starting at this moment.
  const work = at('out', `cli.tmp-${process.pid}`)
  try {
    await build({
      configFile: false,
      root: at(),
      logLevel: 'error',
      define: { __PAGEWALK_VERSION__: JSON.stringify(version) },
      build: {
        ssr: at('main', 'cli', 'index.ts'),
        outDir: work,
        target: 'node20.18',
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'pagewalk.js', codeSplitting: false } },
      },
      ssr: { noExternal: true, target: 'node' },
    })
    fs.mkdirSync(at('out', 'cli'), { recursive: true })
    fs.renameSync(`${work}/pagewalk.js`, BUNDLE)
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

const now = fingerprint(SOURCES)
if (!fs.existsSync(BUNDLE) || !fs.existsSync(STAMP) || fs.readFileSync(STAMP, 'utf8') !== now) {
  await bundle().catch((/** @type {Error} */ error) => {
    process.stderr.write(`pagewalk: its sources do not build\n${error.message}\n`)
    process.exit(1)
  })
  fs.writeFileSync(STAMP, now)
}

// Node 22 and later keep compiled code between runs.
const { enableCompileCache } = /** @type {{ enableCompileCache?: (folder: string) => unknown }} */ (module)
enableCompileCache?.(at('node_modules', '.cache', 'node-compile'))
await import(pathToFileURL(BUNDLE).href)
