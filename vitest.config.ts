import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
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
