// Whom a node keeps linked beyond table and leaf set, against a slow way to choose the same.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { THRESHOLD } from '../../src/core/trust.ts'
import { keptPeers, keptPeersMax, keptPeersMin } from '../../src/node/kept-peers.ts'

interface Peer {
  readonly node: NodeId
  readonly trust: number
  readonly isNeighbour: boolean
  readonly isRefused: boolean
}

const peers = fc
  .uniqueArray(
    fc.record({
      node: fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(32, '0') as NodeId),
      // Ties and the threshold itself are what goes wrong.
      trust: fc.oneof(
        fc.constantFrom(THRESHOLD, THRESHOLD + 1, 1_000_000),
        fc.constantFrom(0, THRESHOLD),
        fc.integer({ min: 0, max: 3_000_000 }),
      ),
      isNeighbour: fc.nat(4).map((n) => n === 0),
      isRefused: fc.nat(4).map((n) => n === 0),
    }),
    { selector: ({ node }) => node, maxLength: 60, size: 'max' },
  )
  .map((list): readonly Peer[] => list)

const chosenOf = (list: readonly Peer[]): NodeId[] => {
  const of = (node: NodeId): Peer => list.find((peer) => peer.node === node)!
  return keptPeers({
    known: list.map(({ node }) => node),
    isNeighbour: (node) => of(node).isNeighbour,
    refuses: (node) => of(node).isRefused,
    trust: (node) => of(node).trust,
  })
}

/** One place after the other: the best of those that are left, as long as one is wanted. */
function naive(list: readonly Peer[]): NodeId[] {
  const chosen: Peer[] = []
  for (;;) {
    let best: Peer | undefined
    for (const peer of list) {
      if (peer.isNeighbour || peer.isRefused || chosen.includes(peer)) continue
      if (best === undefined || peer.trust > best.trust) best = peer
    }
    const isWanted = chosen.length < 5 || (chosen.length < 10 && (best?.trust ?? 0) > 600_000)
    if (best === undefined || !isWanted) return chosen.map(({ node }) => node)
    chosen.push(best)
  }
}

describe('the peers beyond table and leaf set', () => {
  test('are those that would be chosen one by one', () => {
    fc.assert(
      fc.property(peers, (list) => {
        expect(chosenOf(list)).toEqual(naive(list))
      }),
    )
  })

  test('are no others when a crowd comes that nobody trusts', () => {
    fc.assert(
      fc.property(peers, peers, (list, crowd) => {
        const before = chosenOf(list)
        fc.pre(before.length >= keptPeersMin)
        const late = crowd.map((peer) => ({
          ...peer,
          ...{ node: `f${peer.node.slice(1)}` as NodeId, trust: 0 },
        }))
        expect(chosenOf([...list, ...late])).toEqual(before)
      }),
    )
  })

  test('are 5 to 10 where there are enough, never a neighbour and never one that is refused', () => {
    fc.assert(
      fc.property(peers, (list) => {
        const may = list.filter(({ isNeighbour, isRefused }) => !isNeighbour && !isRefused)
        const chosen = chosenOf(list)
        expect(chosen.length).toBeGreaterThanOrEqual(Math.min(keptPeersMin, may.length))
        expect(chosen.length).toBeLessThanOrEqual(keptPeersMax)
        expect(may.map(({ node }) => node)).toEqual(expect.arrayContaining(chosen))
      }),
    )
  })
})
