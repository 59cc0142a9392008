// Routing by trust costs next to nothing where nobody attacks.
import { expect, test } from 'vitest'
import { SimulatedNetwork } from './simulated-network.ts'

const second = 1_000

test('both policies live in worlds of their own with the same keys, and distnet takes no more hops', () => {
  const [pastry, distnet] = (['pastry', 'distnet'] as const).map((routing) => {
    const network = new SimulatedNetwork({ seed: 13, nodes: 150, routing })
    network.joinAll(10)
    network.untilRingIsConsistent(60 * second)
    const rated = network.rateAtRandom(3)
    network.untilEntriesSpread(rated, 60 * second)
    network.world.runFor(10 * second)
    const { failures, meanHops } = network.lookups(1_000)
    expect(failures).toEqual([])
    return meanHops
  }) as [number, number]
  console.log(`150 nodes: mean hops pastry ${pastry.toFixed(3)}, distnet ${distnet.toFixed(3)}`)
  expect(distnet).toBeLessThanOrEqual(1.1 * pastry)
})

test('the open overlay routes as plain Pastry does, whatever was rated', () => {
  const hops = (['pastry', 'distnet'] as const).map((routing) => {
    const network = new SimulatedNetwork({ seed: 12, nodes: 60, overlays: ['open'], routing })
    network.joinAll(50)
    network.untilRingIsConsistent(60 * second)
    network.world.runFor(30 * second)
    const { failures, meanHops } = network.lookups(300, 'open')
    expect(failures).toEqual([])
    return meanHops
  })
  console.log(`open: mean hops pastry ${hops[0]!.toFixed(3)}, distnet ${hops[1]!.toFixed(3)}`)
  expect(Math.abs(hops[1]! / hops[0]! - 1)).toBeLessThan(0.05)
})
