import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const at = (...path: string[]): string => resolve(import.meta.dirname, ...path)

// One bundle for every Electron from 33 on, so the targets are set by hand and not taken from the installed package.
const node = 'node20.18'
const chrome = 'chrome130'

// Nothing is imported from node_modules at run time: the packaged application holds out/ and no package.
const bundleEverything = { externalizeDeps: false } as const

interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

let firstFrame: ReadonlySet<string> | undefined

/** Whether the window's first frame needs the module: then it is in one file with the others, asked for at once. */
function inFirstFrame(id: string, graph: Graph): boolean {
  firstFrame ??= reached(at('renderer/src/start.ts'), graph)
  return firstFrame.has(id)
}

/** All that the module imports statically, and what that imports. */
function reached(from: string, graph: Graph): ReadonlySet<string> {
  const found = new Set([from])
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}

export default defineConfig({
  main: {
    build: {
      ...bundleEverything,
      outDir: at('out/main'),
      target: node,
      sourcemap: true,
      rolldownOptions: {
        input: { index: at('main/index.ts'), 'sim-host': at('main/utility/sim-host.ts') },
      },
    },
  },
  preload: {
    build: {
      ...bundleEverything,
      outDir: at('out/preload'),
      target: node,
      rolldownOptions: {
        input: { index: at('preload/index.ts') },
        // A sandboxed preload is one CommonJS file that imports electron and nothing else.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [vue()],
    // vue-i18n without what the window does not use.
    define: {
      __VUE_I18N_FULL_INSTALL__: false,
      __VUE_I18N_LEGACY_API__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
    },
    build: {
      outDir: at('out/renderer'),
      target: chrome,
      minify: true,
      // Read from the disk. In kB.
      chunkSizeWarningLimit: 700,
      // Fonts and pictures stay files: the content security policy has no need of data: for them.
      assetsInlineLimit: 0,
      rolldownOptions: {
        // The fonts once more by themselves, under a name that the printer of reports knows.
        input: {
          index: at('renderer/index.html'),
          notes: at('renderer/notes.html'),
          fonts: at('renderer/src/styles/fonts.css'),
        },
        output: {
          codeSplitting: {
            groups: [{ debugName: 'window', name: (id, graph) => (inFirstFrame(id, graph) ? 'window' : null) }],
          },
          assetFileNames: ({ names }) => (names.includes('fonts.css') ? 'fonts.css' : 'assets/[name]-[hash][extname]'),
        },
      },
    },
  },
})
