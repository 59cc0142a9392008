// A node of a running network that lies to one member, again and again: it is cut off and refused for a
// while, the others go on, and once its time is over it is taken again.
import { expect, test } from 'vitest'
import type { BlockId } from '../../consensus/vote.ts'
import type { NodeId } from '../../src/core/id.ts'
import { shutOutMs } from '../../src/node/offences.ts'
import { SimulatedNetwork } from './simulated-network.ts'

test('whoever sends forged votes is cut off, refused for a minute, and then taken again', () => {
  const network = new SimulatedNetwork({ seed: 11, nodes: 7, founders: 4 })
  const [victim, member, , , liar] = network.ids as NodeId[]
  let lies = 0
  let lying = false
  network.joinAll(200)
  network.world.wrap(liar!, (honest) => ({
    refuses: (peer) => honest.refuses(peer),
    step: (input, now) => {
      const effects = honest.step(input, now)
      if (!lying) return effects
      const vote = {
        ...({ kind: 'prevote', round: 0, signature: new Uint8Array(64) } as const),
        ...{ height: network.machine(victim!).ledger!.height + 1, voter: member! },
        block: 'ab'.repeat(32) as BlockId,
      }
      lies++
      const message = { protocol: 'consensus', message: { say: 'votes', votes: [vote] } } as const
      return [...effects, { do: 'send', to: victim!, message }]
    },
  }))
  network.world.runFor(5_000)
  expect(network.machine(victim!).links.has(liar!)).toBe(true)
  lying = true
  network.world.runUntil(() => network.machine(victim!).refuses(liar!), 30_000, {
    ...{ what: 'the liar is refused', every: 50 },
  })
  const [since, told] = [network.world.now, lies]
  lying = false
  expect(told).toBeGreaterThanOrEqual(10)
  expect(network.machine(victim!).links.has(liar!)).toBe(false)
  expect(network.machine(member!).refuses(liar!)).toBe(false)
  // Its ratings are final all the same: others speak to it.
  network.rate(liar!, member!, 400_000)
  network.world.runUntil(
    () =>
      network.world.live().every((id) => network.machine(id).ledger!.finalHead(liar!).seq === 1),
    10_000,
    { what: 'the rating is final', every: 50 },
  )
  expect(network.machine(victim!).refuses(liar!)).toBe(true)
  network.world.runUntil(() => !network.machine(victim!).refuses(liar!), 2 * shutOutMs, {
    ...{ what: 'the liar is refused no more', every: 500 },
  })
  expect(network.world.now - since).toBeGreaterThan(shutOutMs - 5_000)
  network.world.runUntil(() => network.machine(victim!).links.has(liar!), 300_000, {
    ...{ what: 'they are linked again', every: 500 },
  })
})
