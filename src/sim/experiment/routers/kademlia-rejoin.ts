// Joining again (Maymounkov, Mazières 2002, §2.3, end): a node that lost its buckets knows one other
// node, looks its own id up, then refreshes each bucket by a lookup of a random key of its range. It
// learns only who answered, so liars poison it with themselves. Others learn nothing of the joiner:
// they knew it before.
import type { Random } from '../../../core/random.ts'
import { beforeLookups, whileJoining } from '../behaviour.ts'
import type { RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import { Search, Shortlist } from './kademlia-search.ts'
import type { KademliaTable } from './kademlia-table.ts'

/** Nodes heard of that a lookup keeps, in k. */
const heardPerK = 6

/** Rebuilds what these nodes know, one after another in the order given. */
export function rejoinKademlia(
  context: RouterContext,
  table: KademliaTable,
  k: number,
  nodes: readonly number[],
  random: Random,
): void {
  const { world } = context
  if (world.size < 2) return
  const behaviour = whileJoining(context.behaviour, world.kinds)
  const search = new Search({ ...context, behaviour }, table, k, 'xor')
  const list = new Shortlist(table, heardPerK * k)
  const key = new Uint32Array(4)
  for (const node of nodes) {
    if (world.kinds[node] !== honest) continue
    const rank = table.rankOf[node]!
    const words = world.ring.words.subarray(4 * node, 4 * node + 4)
    let bootstrap = random.below(table.size - 1)
    if (bootstrap >= rank) bootstrap++
    table.relearn(rank, [bootstrap])
    const known = new Set([bootstrap])
    key.set(words)
    findNodes(search, list, node, key, k, known)
    learn(table, rank, known)
    // The bucket of the nearest neighbour is the deepest; all shallower ones are refreshed.
    const deepest = table.shared(rank, table.entries[table.start[rank]! + table.count[rank]! - 1]!)
    for (let bit = 0; bit <= deepest; bit++) {
      for (let word = 0; word < 4; word++) key[word] = random.uint32()
      shareBits(key, words, bit)
      findNodes(search, list, node, key, k, known)
    }
    learn(table, rank, known)
  }
}

const learn = (table: KademliaTable, rank: number, known: ReadonlySet<number>): void =>
  table.relearn(rank, [...known])

/** Makes a random key share exactly `bits` leading bits with a position. */
function shareBits(key: Uint32Array, position: Uint32Array, bits: number): void {
  for (let bit = 0; bit <= bits && bit < 128; bit++) {
    const word = bit >>> 5
    const mask = 0x80000000 >>> (bit & 31)
    const own = position[word]! & mask
    const wanted = bit < bits ? own : ~own & mask
    key[word] = (key[word]! & ~mask) | wanted
  }
}

/** An iterative lookup, a request a time, that adds everybody who answered to `known`. */
function findNodes(
  search: Search,
  list: Shortlist,
  node: number,
  key: Uint32Array,
  k: number,
  known: Set<number>,
): void {
  list.length = 0
  const hear = (count: number): void => {
    for (let i = 0; i < count; i++)
      if (!search.isOut(search.answers[i]!)) list.offer(search.answers[i]!, key)
  }
  hear(search.begin(node, key, beforeLookups, -1))
  for (let i = 0; i < Math.min(k, list.length); ) {
    const rank = list.ranks[i]!
    if (search.wasAsked(rank)) {
      i++
      continue
    }
    const named = search.ask(rank, key)
    if (named < 0) {
      list.remove(rank)
      known.delete(rank)
    } else {
      known.add(rank)
      hear(named)
    }
    // Whoever was heard of may be nearer than all before.
    i = 0
  }
}
