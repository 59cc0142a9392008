import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**', 'trustchain/**', 'routing/**', 'overlay/**', 'consensus/**', 'cli/**'],
      exclude: ['**/generated/**'],
    },
  },
})
