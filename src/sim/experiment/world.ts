// The world of one experiment as global knowledge: who there is, where on the ring, who rates whom,
// and who is an enemy. Generators and loaders make the people, an attack adds its nodes and ratings;
// routers build their tables from it, and only the attack and the metrics look at `kinds`.
import type { Ring } from '../../../routing/ring.ts'
import type { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'

/** A person who follows the protocol. */
export const honest = 0
/** A person of the graph who turned: has the ratings and the place of a person. */
export const malicious = 1
/** An identity that an attacker made up: rated by people only over attack edges. */
export const sybil = 2

/** Nodes are numbers: people 0..people-1 in the order of the graph, Sybils behind them. */
export interface World {
  /** Positions; node n of the world is node n of the ring. */
  readonly ring: Ring
  /** Nodes of the graph, honest and malicious. */
  readonly people: number
  /** All nodes. */
  readonly size: number
  /** `honest`, `malicious` or `sybil` of each node. */
  readonly kinds: Uint8Array
  /** Ratings of the routed overlay in millionths, negative ones and the enemies' included. */
  readonly ratings: RatingGraph
}

export const isHonest = ({ kinds }: World, node: number): boolean => kinds[node] === honest
