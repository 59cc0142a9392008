// One run of the thousand nodes, as a program of its own: plain node runs it almost twice as fast as
// the test runner's module loader does. Arguments: nodes, seed. Prints its figures as one line of JSON.
import { policies } from '../../routing/policy.ts'
import { RoutingState } from '../../routing/routing-state.ts'
import { hex } from '../../src/core/bytes.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import { hopsMax } from '../../src/core/limits.ts'
import { trueRoot } from '../../src/sim/checkers.ts'
import { SimulatedNetwork } from './simulated-network.ts'

const lookups = 1_000
const ratingsPerNode = 2

function run(nodes: number, seed: number) {
  const network = new SimulatedNetwork({ seed, nodes })
  network.joinAll(5)
  network.untilRingIsConsistent(60_000)
  const joinedAfter = network.world.now

  const ratings = network.rateAtRandom(ratingsPerNode)
  network.untilEntriesSpread(ratings, 60_000)
  const spreadAfter = network.world.now - joinedAfter
  // Slots are thought over, and the trusted ones are looked for and probed.
  network.world.runFor(3_000)

  const distnet = network.lookups(lookups)
  const pastry = walkAll(twins(network), network, lookups)
  const { sent, links } = network.world.statistics
  return {
    ...{ nodes, seed, lookups, ratings, joinedAfter, spreadAfter, sent, links },
    distnet: { delivered: distnet.delivered, meanHops: distnet.meanHops },
    pastry,
    failures: distnet.failures.slice(0, 3),
    ringFaults: network.ringFaults().length,
  }
}

export type ThousandFigures = ReturnType<typeof run>

/** What each node's tables would be without any trust, from what it knows. */
function twins(network: SimulatedNetwork): Map<NodeId, RoutingState> {
  const twinOf = (id: NodeId): RoutingState => {
    const { routing, contacts } = network.machine(id)
    const twin = new RoutingState(id, policies.pastry, [], {
      trust: () => 0,
      aggregate: () => 0,
      barred: () => false,
      rttMs: (node) => contacts.rttMs(node),
    })
    for (const nodeId of routing.known()) twin.learn({ nodeId, overlays: [] })
    return twin
  }
  return new Map(network.world.live().map((id) => [id, twinOf(id)]))
}

/** Walks random keys from random nodes over tables as they are. */
function walkAll(
  tables: ReadonlyMap<NodeId, RoutingState>,
  { random }: SimulatedNetwork,
  count: number,
): { readonly delivered: number; readonly meanHops: number } {
  const ids = [...tables.keys()]
  let hops = 0
  let delivered = 0
  for (let i = 0; i < count; i++) {
    const key = hex(random.bytes(16)) as RingKey
    const path = walk(tables, random.pick(ids)!, key)
    if (path.at(-1) !== trueRoot(ids, key)) continue
    delivered++
    hops += path.length - 1
  }
  return { delivered, meanHops: hops / Math.max(1, delivered) }
}

function walk(tables: ReadonlyMap<NodeId, RoutingState>, from: NodeId, key: RingKey): NodeId[] {
  const path = [from]
  let phase: Parameters<RoutingState['next']>[2] = 'overlay'
  while (path.length <= hopsMax) {
    const hop = tables.get(path.at(-1)!)!.next(key, '', phase, () => 'open')
    if (hop.go !== 'forward') return path
    path.push(hop.to)
    phase = hop.phase
  }
  return path
}

console.log(JSON.stringify(run(Number(process.argv[2]), Number(process.argv[3]))))
