// Nodes that crash, leave, join and are cut off from each other: within a minute the ring is one
// again and everything arrives.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { crashShare } from '../../src/sim/scenario.ts'
import { longForm } from './long-form.ts'
import { SimulatedNetwork } from './simulated-network.ts'

const { nodes, seeds } = longForm({ nodes: 200 })
const minute = 60_000

/** A network in order, with a spare tenth of the ids not started yet. */
function running(seed: number): { network: SimulatedNetwork; spare: readonly NodeId[] } {
  const network = new SimulatedNetwork({ seed, nodes })
  const spare = network.ids.slice(-Math.floor(nodes / 10))
  network.joinAll(5, network.ids.length - spare.length)
  network.untilRingIsConsistent(minute)
  const rated = network.rateAtRandom(1)
  network.untilEntriesSpread(rated, minute)
  return { network, spare }
}

/** Waits until the ring is one; fails after a minute. */
function repaired(network: SimulatedNetwork, what: string): void {
  const since = network.world.now
  network.untilRingIsConsistent(minute)
  const ms = network.world.now - since
  const { delivered, meanHops, failures } = network.lookups(500)
  console.log(
    `${what}: ring of ${network.world.live().length} consistent after ${ms} ms, ` +
      `${delivered} of 500 delivered, mean hops ${meanHops.toFixed(3)}`,
  )
  expect(failures).toEqual([])
}

for (const seed of seeds) {
  test(`a fifth that crashes silently at once is repaired within a minute (seed ${seed})`, {
    timeout: 600_000,
  }, () => {
    const { network } = running(seed)
    crashShare(network.world, 0.2)
    repaired(network, `20% of ${nodes} crashed`)
  })

  test(`leaving and joining nodes are repaired within a minute (seed ${seed})`, {
    timeout: 600_000,
  }, () => {
    const { network, spare } = running(seed)
    const { world, random } = network
    const leaving = random.shuffle(world.live()).slice(0, Math.floor(nodes / 10))
    for (const id of leaving) world.stop(id)
    world.runFor(1)
    for (const id of spare) network.start(id)
    world.runFor(100)
    repaired(network, `10% left and 10% joined at once`)
  })

  test(`a network cut in two for two minutes is one again within a minute (seed ${seed})`, {
    timeout: 600_000,
  }, () => {
    const { network } = running(seed)
    const { world, random } = network
    world.partition(random.shuffle(world.live()).slice(0, Math.floor(nodes / 2)))
    world.runFor(2 * minute)
    world.heal()
    repaired(network, 'two halves for two minutes')
  })
}
