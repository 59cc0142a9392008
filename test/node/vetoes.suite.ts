// Vetoes all over a network: still every key reaches its root.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { longForm } from './long-form.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { watch } from './veto-watch.ts'

const { nodes, seeds } = longForm({ nodes: 200 })

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
