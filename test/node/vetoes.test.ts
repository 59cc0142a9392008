// Negative trust in a living network: whom I rated negative is never linked with again, whoever
// dials, and still every key reaches its root.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { drop } from '../../src/sim/wrappers.ts'
import { longForm } from './long-form.ts'
import { SimulatedNetwork } from './simulated-network.ts'

const { nodes, seeds } = longForm({ nodes: 200 })

/** Fails the run when a link opens, or a message arrives, where the receiver or dialler gave a veto. */
function watch(network: SimulatedNetwork): {
  readonly given: Set<string>
  links: number
  refused: number
} {
  const seen = { given: new Set<string>(), links: 0, refused: 0 }
  const { world } = network
  const vetoed = (rater: NodeId, peer: NodeId): boolean => seen.given.has(rater + peer)
  world.observe('answered', ({ node, answer }) => {
    if (!answer.ok || answer.value === null || typeof answer.value !== 'object') return
    const receipt = answer.value as { subject?: NodeId; value?: number }
    if (receipt.subject !== undefined && (receipt.value ?? 0) < 0)
      seen.given.add(node + receipt.subject)
  })
  world.observe('link-opened', ({ dialler, target }) => {
    seen.links++
    if (vetoed(dialler, target) || vetoed(target, dialler))
      world.fail(`a link opened between the vetoed pair ${dialler} → ${target}`)
  })
  world.observe('link-refused', () => {
    seen.refused++
  })
  world.observe('sent', ({ from, to }) => {
    if (vetoed(from, to)) world.fail(`${from} sent to ${to}, which it vetoes`)
  })
  return seen
}

/** Each node rates every twentieth of its leaf-set neighbours negative. */
function vetoNeighbours(network: SimulatedNetwork): [NodeId, NodeId][] {
  return network.world.live().flatMap((from) => {
    const { left, right } = network.machine(from).routing.leafSet()
    const neighbours = [...new Set([...left, ...right])]
    return neighbours
      .filter(() => network.random.fraction() < 0.05)
      .map((to): [NodeId, NodeId] => {
        network.rate(from, to, -200_000 - network.random.below(800_001))
        return [from, to]
      })
  })
}

for (const seed of seeds)
  test(`${nodes} nodes that veto 5% of their neighbours still deliver everything (seed ${seed})`, {
    timeout: 600_000,
  }, () => {
    const network = new SimulatedNetwork({ seed, nodes })
    const seen = watch(network)
    network.joinAll(5)
    network.untilRingIsConsistent(60_000)
    const vetoes = vetoNeighbours(network)
    network.world.runFor(1_000)
    expect(seen.given.size).toBe(vetoes.length)
    // Before the news is everywhere, a vetoed side may dial: it is refused.
    const early = network.lookups(300)
    network.untilEntriesSpread(vetoes.length, 60_000)
    // Long enough that positions of vetoed neighbours would lapse if nobody reported them.
    network.world.runFor(60_000)
    const { delivered, meanHops, failures } = network.lookups(1_000)
    console.log(
      `${nodes} nodes, ${vetoes.length} vetoes: ${delivered} of 1000 delivered, mean hops ` +
        `${meanHops.toFixed(3)}; right after the vetoes ${early.delivered} of 300; ` +
        `${seen.links} links, ${seen.refused} dials refused`,
    )
    expect(failures).toEqual([])
    expect(early.failures).toEqual([])
    expect(network.ringFaults()).toEqual([])
    for (const [from, to] of vetoes) {
      expect(network.machine(from).links.has(to)).toBe(false)
      expect(network.machine(to).links.has(from)).toBe(false)
    }
  })

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
