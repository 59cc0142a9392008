// Negative trust in a living network: whom I rated negative is never linked with again, whoever dials.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { drop } from '../../src/sim/wrappers.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { watch } from './veto-watch.ts'

test('a dial of somebody that I rated negative is refused before it heard of that', () => {
  const network = new SimulatedNetwork({ seed: 3, nodes: 12 })
  const seen = watch(network)
  network.joinAll(50)
  network.untilRingIsConsistent(60_000)
  const [rater, vetoed] = network.ids as [NodeId, NodeId]
  // The vetoed one hears no Trustchains, so it never learns why it is refused.
  network.world.wrap(
    vetoed,
    drop(({ protocol }) => protocol === 'trustchain'),
  )
  network.rate(rater, vetoed, -1_000_000)
  network.world.runFor(1_000)
  expect(seen.given.size).toBe(1)
  network.lookup(vetoed, rater)
  network.world.runFor(30_000)
  expect(seen.refused).toBeGreaterThan(0)
  expect(network.machine(vetoed).refuses(rater)).toBe(false)
  expect(network.machine(vetoed).links.has(rater)).toBe(false)
  // It stays where it is in the ring, and what it roots still reaches it.
  expect(network.lookups(100).failures).toEqual([])
})

test('a veto that is taken back lets the two speak again', () => {
  const network = new SimulatedNetwork({ seed: 4, nodes: 12 })
  network.joinAll(50)
  network.untilRingIsConsistent(60_000)
  const [rater, other] = network.ids as [NodeId, NodeId]
  network.rate(rater, other, -1_000_000)
  network.untilEntriesSpread(1, 30_000)
  expect(network.machine(rater).links.has(other)).toBe(false)
  network.rate(rater, other, 500_000)
  network.untilEntriesSpread(2, 30_000)
  network.world.runFor(30_000)
  expect(network.machine(rater).links.has(other)).toBe(true)
})
