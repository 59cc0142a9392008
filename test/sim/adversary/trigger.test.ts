// When an adversary acts: how often, as its ramp goes on.
import { expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { honestUntilTold } from '../../../src/sim/adversary/by-name.ts'
import { type Trigger, TriggerState } from '../../../src/sim/adversary/trigger.ts'

const peer = 'ab'.repeat(16) as NodeId
const occasions = 2_000

/** The shares of occasions on which it acts at these times after the start. */
function sharesAt(given: Partial<Trigger>, times: readonly number[]): number[] {
  const state = new TriggerState({ ...honestUntilTold, ...given }, seededRandom(7))
  state.isOn(1_000)
  return times.map((time) => {
    let acts = 0
    for (let i = 0; i < occasions; i++) if (state.picksPeer(peer, 1_000 + time)) acts++
    return acts / occasions
  })
}

test('a ramp lets it act ever more often, evenly from nothing to always', () => {
  const times = [0, 9_999, 10_000, 15_000, 20_000, 25_000, 30_000, 60_000]
  const [before, still, first, quarter, half, most, full, later] = sharesAt(
    { from: 10_000, ramp: 20_000 },
    times,
  )
  expect([before, still, first, full, later]).toEqual([0, 0, 0, 1, 1])
  expect(quarter).toBeCloseTo(0.25, 1)
  expect(half).toBeCloseTo(0.5, 1)
  expect(most).toBeCloseTo(0.75, 1)
})

test('a ramp ends at the chance that was asked for, and the seed says what happens', () => {
  const asked = { ramp: 10_000, p: 0.4 }
  const shares = sharesAt(asked, [5_000, 10_000, 20_000])
  for (const [i, share] of [0.2, 0.4, 0.4].entries()) expect(shares[i]).toBeCloseTo(share, 1)
  expect(sharesAt(asked, [5_000, 10_000, 20_000])).toEqual(shares)
  expect(sharesAt({}, [0])).toEqual([1])
})
