import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  test: {
    // For what hangs: a test that only takes long, on a busy machine or in a large program, is not wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          environment: 'node',
          include: ['core/**/*.test.ts', 'main/**/*.test.ts', 'preload/**/*.test.ts', 'build/**/*.test.mjs'],
          benchmark: { include: ['{core,main}/**/*.bench.ts'] },
          // Reports read the window's tokens as text; other style sheets are empty in tests.
          css: { include: /styles\/tokens\.css/ },
        },
      },
      {
        extends: true,
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts'],
          benchmark: { include: ['renderer/**/*.bench.ts'] },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['core/**/*.ts', 'main/**/*.ts', 'renderer/**/*.{ts,vue}'],
      exclude: ['**/*.test.ts', '**/*.bench.ts', 'core/testing/**', 'core/golden/**'],
      reporter: ['text-summary'],
    },
  },
})
