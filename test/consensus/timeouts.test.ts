// Timeouts: each round waits longer than the one before, so that some round is long enough.
import { expect, test } from 'vitest'
import { timeoutMsMax, timeoutOf, timeoutsOf } from '../../consensus/timeouts.ts'
import type { ChainId } from '../../src/core/id.ts'

test('rule 7: timeouts grow with the round, step by step, up to their bound', () => {
  const timeouts = timeoutsOf({ chainId: '00c0ffee00c0ffee' as ChainId, genesisTime: 0 })
  for (const step of ['propose', 'prevote', 'precommit'] as const) {
    expect(timeoutOf(timeouts, step, 0)).toBe(step === 'propose' ? 1_000 : 500)
    for (let round = 0; round < 100; round++)
      expect(timeoutOf(timeouts, step, round + 1) - timeoutOf(timeouts, step, round)).toBe(500)
    expect(timeoutOf(timeouts, step, 1_000_000)).toBe(timeoutMsMax)
  }
})
