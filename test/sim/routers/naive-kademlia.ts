// Kademlia a second time, with BigInt, full sorts and no bounded list: what the fast one must equal.
import type { KademliaTable } from '../../../src/sim/experiment/routers/kademlia-table.ts'
import type { World } from '../../../src/sim/experiment/world.ts'

export function positionOf(words: ArrayLike<number>, at = 0): bigint {
  let value = 0n
  for (let i = 0; i < 4; i++) value = (value << 32n) | BigInt(words[at + i]!)
  return value
}

/** Nodes of a list by rising XOR distance to a position. */
export function byXor(world: World, nodes: Iterable<number>, target: bigint): number[] {
  const distance = (node: number): bigint => positionOf(world.ring.words, 4 * node) ^ target
  return [...nodes].sort((a, b) => (distance(a) < distance(b) ? -1 : 1))
}

export const sharedBitsOf = (a: bigint, b: bigint): number =>
  128 - (a ^ b || 0n).toString(2).length + (a === b ? 1 : 0)

/** The nodes that a node knows. */
export function knownTo(table: KademliaTable, node: number): number[] {
  const rank = table.rankOf[node]!
  const start = table.start[rank]!
  return Array.from(
    table.entries.subarray(start, start + table.count[rank]!),
    (entry) => table.order.nodes[entry]!,
  )
}

/** The lookup of §2.3 word by word; returns whom it found nearest and the requests that it took. */
export function naiveLookup(
  world: World,
  table: KademliaTable,
  options: { k: number; alpha: number },
  origin: number,
  key: bigint,
  answers: (node: number) => readonly number[] | 'silent' | 'honestly',
): { found: number[]; asked: Set<number> } {
  const nearestOf = (node: number): number[] =>
    byXor(world, knownTo(table, node), key).slice(0, options.k)
  const heard = new Set(nearestOf(origin))
  const asked = new Set<number>()
  const out = new Set([origin])
  const candidates = (): number[] =>
    byXor(
      world,
      [...heard].filter((node) => !out.has(node)),
      key,
    ).slice(0, options.k)
  let width = options.alpha
  for (;;) {
    const before = candidates()[0]
    const round = candidates()
      .filter((node) => !asked.has(node))
      .slice(0, width)
    if (round.length === 0) return { found: candidates(), asked }
    for (const node of round) {
      asked.add(node)
      const answer = answers(node)
      if (answer === 'silent') out.add(node)
      else for (const named of answer === 'honestly' ? nearestOf(node) : answer) heard.add(named)
    }
    width = candidates()[0] === before ? options.k : options.alpha
  }
}
