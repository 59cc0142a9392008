// Simulated networks of whole nodes that rate each other, with enemies that misroute, and what their lookups find.
import type { LookupAnswer } from '../../routing/message.ts'
import { hex } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import type { NodeOptions } from '../../src/node/node-ports.ts'
import { parseAdversary } from '../../src/sim/adversary/by-name.ts'
import { inWorld } from '../../src/sim/adversary/in-world.ts'
import { trueRoot } from '../../src/sim/checkers.ts'
import { chainId, SimulatedNetwork } from './simulated-network.ts'

export type Routing = NodeOptions['routing']

export function joined(
  seed: number,
  nodes: number,
  routing: Routing,
  enemies = 0,
): SimulatedNetwork {
  const network = new SimulatedNetwork({ seed, nodes, routing })
  const parsed = parseAdversary('misroute:1')
  if (!parsed.ok) throw new Error(parsed.why)
  const bad = network.ids.slice(nodes - enemies)
  const accomplices = bad.map((nodeId) => ({ nodeId, publicKey: network.keyOf(nodeId) }))
  for (const self of bad) {
    const ports = { self, signer: network.signerOf(self), chainId, overlay: 'social', accomplices }
    network.world.wrap(self, inWorld(parsed.spec, ports))
  }
  network.joinAll(100)
  network.world.runFor(10_000)
  return network
}

/** Ratings of 0.7 to 1; how many were given. */
export function rateEach(network: SimulatedNetwork, from: NodeId, to: Iterable<NodeId>): number {
  let count = 0
  for (const node of to) {
    if (node === from) continue
    network.rate(from, node, 700_000 + network.random.below(300_001))
    count++
  }
  return count
}

/** Until everybody holds them, has computed its tables anew and met those on them. */
export function settle(network: SimulatedNetwork, ratings: number): void {
  network.untilEntriesSpread(ratings, 120_000)
  network.world.runFor(12_000)
}

/** Looks random keys up from these nodes; the answers, undefined of those that failed. */
export function answers(
  network: SimulatedNetwork,
  from: readonly NodeId[],
  count: number,
): (LookupAnswer | undefined)[] {
  const asked = Array.from({ length: count }, (_, i) =>
    network.lookup(from[i % from.length]!, hex(network.random.bytes(16))),
  )
  network.world.runUntil(() => asked.every(({ handle }) => handle.answered), 60_000, {
    ...{ what: 'answers to all lookups', every: 100 },
  })
  return asked.map(({ handle }) =>
    handle.answer?.ok ? (handle.answer.value as LookupAnswer) : undefined,
  )
}

/** How many per cent of the lookups have the nearest of `people` among their proven roots. */
export const found = (
  all: readonly (LookupAnswer | undefined)[],
  people: readonly NodeId[],
): number =>
  (100 *
    all.filter((one) => {
      if (one === undefined) return false
      const root = trueRoot(people, one.key)
      return one.roots.some(({ nodeId }) => nodeId === root)
    }).length) /
  all.length

export const named = (
  all: readonly (LookupAnswer | undefined)[],
  people: readonly NodeId[],
): number =>
  (100 * all.filter((one) => one !== undefined && one.root === trueRoot(people, one.key)).length) /
  all.length
