import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Suites take minutes: .ci/run has them, `npm test` does not.
    include: [process.env.TRUSTNET_SUITES === '1' ? 'test/**/*.suite.ts' : 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two cores, and tests over real processes mostly wait.
    maxWorkers: 3,
    coverage: {
      provider: 'v8',
      include: ['src/**', 'trustchain/**', 'routing/**', 'overlay/**', 'consensus/**', 'cli/**'],
      exclude: ['**/generated/**'],
    },
  },
})
