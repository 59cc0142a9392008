// A world whose nodes have keys. In the structural engine a position is a draw; of a whole node it is
// the hash of its key. So the ring is laid out anew, in place: as many keys as nodes are drawn, and the
// node at the k-th position of the old ring gets the k-th of the new. Whoever sorted nodes by position
// before (the honest ones, the enemies) is still right, and both engines can run on the very same ring.
import { wordsOf } from '../../../../routing/ring.ts'
import type { NodeId } from '../../../core/id.ts'
import { Nearest } from '../nearest.ts'
import type { World } from '../world.ts'
import {
  type KeyedNode,
  type KeyedSignatures,
  keyedNode,
  keyedSignatures,
} from './keyed-signatures.ts'

export interface KeyedWorld {
  readonly world: World
  /** By node number. */
  readonly nodes: readonly KeyedNode[]
  readonly numbers: ReadonlyMap<NodeId, number>
  readonly signatures: KeyedSignatures
}

/** Gives the nodes of a world keys; their positions change with it, their order does not. */
export function keyedWorld(world: World, seed: number): KeyedWorld {
  const signatures = keyedSignatures(seed)
  const everybody = Int32Array.from({ length: world.size }, (_, node) => node)
  const inOrder = new Nearest(world.ring, everybody).nodes
  const keyed = Array.from(everybody, (node) => keyedNode(signatures, node))
  // Ids are hex digits of one length: text order is the order of the ring.
  keyed.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
  const nodes: KeyedNode[] = Array.from(everybody, () => keyed[0]!)
  inOrder.forEach((node, place) => {
    nodes[node] = keyed[place]!
    world.ring.words.set(wordsOf(keyed[place]!.nodeId), 4 * node)
  })
  const numbers = new Map(nodes.map(({ nodeId }, node) => [nodeId, node]))
  return { world, nodes, numbers, signatures }
}
