import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Scorers import the built kit, and candidates run in it.
    globalSetup: 'tests/build.ts',
    // Many tests wait more than they work.
    maxWorkers: '100%',
    // Tests run real processes on machines that may be busy: a time-out only catches what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
