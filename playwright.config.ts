import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/.out',
  // One application at a time: each starts Electron, and a small machine runs them better in turn.
  workers: 1,
  // For what never comes: on a busy machine a window may take its time and is not wrong.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
})
