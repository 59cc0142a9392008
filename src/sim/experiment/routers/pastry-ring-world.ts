// A world renumbered by position on the ring: place 0 is the smallest id. The routers of the Pastry
// family work on places, so that a leaf set and the ids of its members lie side by side in memory:
// at a million nodes a lookup is three times faster. Only their outer edge speaks of nodes.
import { sortedNodes } from '../../../../routing/build.ts'
import type { LeafSets } from '../../../../routing/leaf-set.ts'
import { left, right } from '../../../../routing/leaf-set.ts'
import { Ring } from '../../../../routing/ring.ts'
import { type Behaviour, poisonsAs } from '../behaviour.ts'
import type { RouterContext } from '../router.ts'
import { Vetoes } from './pastry-vetoes.ts'

export interface RingWorld {
  /** Node p of this ring is the one at place p. */
  readonly ring: Ring
  /** First words of the positions: a quarter of the memory, and they nearly always decide. */
  readonly firsts: Uint32Array
  readonly size: number
  /** By place: `honest`, `malicious` or `sybil`. */
  readonly kinds: Uint8Array
  /** The node of the world at a place, and the place of a node. */
  readonly nodeAt: Int32Array
  readonly placeOf: Int32Array
  /** Asked about places, answers with places. */
  readonly behaviour: Behaviour
  /** By place; undefined where nobody rates anybody negative. */
  readonly vetoes: Vetoes | undefined
  /** So many requests came to the node at a place: one, or -1 to take one back. */
  readonly asked: (place: number, times: 1 | -1) => void
}

export function inRingOrder({ world, behaviour, requests }: RouterContext): RingWorld {
  const { size } = world
  const nodeAt = sortedNodes(world.ring)
  const placeOf = new Int32Array(size)
  const kinds = new Uint8Array(size)
  const ring = new Ring(size)
  const firsts = new Uint32Array(size)
  for (let place = 0; place < size; place++) {
    const node = nodeAt[place]!
    placeOf[node] = place
    kinds[place] = world.kinds[node]!
    firsts[place] = world.ring.words[4 * node]!
    ring.append(world.ring.words, 4 * node)
  }
  const here: Behaviour = {
    deed: (place, lookup, key) => behaviour.deed(nodeAt[place]!, lookup, key),
    accomplices: (key, count) => behaviour.accomplices(key, count).map((node) => placeOf[node]!),
    claimsRoot: (place, key) => behaviour.claimsRoot(nodeAt[place]!, key),
    poisons: behaviour.poisons,
    isPoisoner: (place) => poisonsAs(behaviour, nodeAt[place]!),
  }
  const vetoes = Vetoes.of(world.ratings, placeOf, ring, kinds)
  // Two reads of memory that no cache holds, at a million nodes: a quarter of a hop where nobody counts.
  const asked: RingWorld['asked'] =
    requests === undefined
      ? () => {}
      : (place, times) => {
          requests[nodeAt[place]!]! += times
        }
  return { ring, firsts, size, kinds, nodeAt, placeOf, behaviour: here, vetoes, asked }
}

/**
 * No leaf set reaches farther from its owner than this, in units of 2^96; infinite where one is the
 * whole network. A key beyond it surely lies in nobody's leaf set.
 */
export function reachOf(ring: Ring, leaves: LeafSets): number {
  let reach = 0
  for (let owner = 0; owner < ring.size; owner++) {
    if (leaves.isWhole(owner)) return Number.POSITIVE_INFINITY
    const own = ring.words[4 * owner]!
    const lowest = ring.words[4 * leaves.at(owner, left, leaves.perSide - 1)]!
    const highest = ring.words[4 * leaves.at(owner, right, leaves.perSide - 1)]!
    reach = Math.max(reach, (own - lowest) >>> 0, (highest - own) >>> 0)
  }
  // A borrow from lower words may hide one unit.
  return reach + 2
}
