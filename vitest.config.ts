import { defineConfig } from 'vitest/config'

/** By TRUSTNET_SUITES; services are installed, attacked and killed for minutes, and want a quiet machine. */
const kinds: Record<string, string> = { '1': 'suite', services: 'service' }

export default defineConfig({
  test: {
    // Suites take minutes: .ci/run has them, `npm test` does not.
    include: [`test/**/*.${kinds[process.env.TRUSTNET_SUITES ?? ''] ?? 'test'}.ts`],
    setupFiles: ['./test/coverage-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Two cores, and tests over real processes mostly wait; suites compute more and mind the time.
    maxWorkers: process.env.TRUSTNET_SUITES === undefined ? 3 : 2,
    coverage: {
      provider: 'v8',
      include: ['src', 'trustchain', 'routing', 'overlay', 'consensus', 'cli'].map(
        (folder) => `${folder}/**/*.ts`,
      ),
      exclude: ['**/generated/**'],
    },
  },
})
