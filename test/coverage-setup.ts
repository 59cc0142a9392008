// Under `npm run coverage` (bench/coverage.ts), and without effect otherwise: the processes that tests start write what they covered, too. Set here and not
// in the environment of vitest, whose workers are counted by vitest itself.
const folder = process.env.TRUSTNET_COVERAGE
if (folder !== undefined) process.env.NODE_V8_COVERAGE = folder
