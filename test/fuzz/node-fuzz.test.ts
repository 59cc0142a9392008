// The short form of `npm run fuzz`: no message, however mutated, makes a node throw or speak
// nonsense. TRUSTNET_SEED replays a run.
import { expect, test } from 'vitest'
import { fuzzNode } from './node-fuzz.ts'

const seed = Number(process.env.TRUSTNET_SEED ?? Date.now() % 1_000_000)

test(`20,000 mutated messages and lies leave a node standing (seed ${seed})`, () => {
  const outcome = fuzzNode(20_000, seed)
  // Both ways are trodden in every protocol.
  for (const protocol of ['trustchain', 'overlay', 'routing', 'values'] as const) {
    expect(outcome.accepted[protocol]).toBeGreaterThan(200)
    expect(outcome.refused[protocol]).toBeGreaterThan(200)
  }
})
