// Builders shared by the trust graph tests: graphs from short lists, and everything that a view
// says as one comparable value, for the fast implementation and for the naive one.
import { distrustOfAll } from '../../../trustchain/graph/distrust.ts'
import { NodeIndex } from '../../../trustchain/graph/node-index.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import type { TrustFromRoot } from '../../../trustchain/graph/trust-from-root.ts'
import type { NaiveRating, NaiveTrust } from './naive-trust.ts'

export type Facts = {
  nodes: Record<string, readonly [trust: number, raw: number, round: number, expandedIn: number]>
  vetoed: Record<string, number>
  distrust: Record<string, number>
  truncated: boolean
  expanded: number
}

export function graphOf(rows: readonly NaiveRating[]): { index: NodeIndex; graph: RatingGraph } {
  const index = new NodeIndex()
  const authors = Int32Array.from(rows, (row) => index.intern(row.from))
  const subjects = Int32Array.from(rows, (row) => index.intern(row.to))
  const values = Int32Array.from(rows, (row) => row.value)
  const graph = RatingGraph.of(index.size, { count: rows.length, authors, subjects, values })
  return { index, graph }
}

const sorted = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))

export function factsOf(index: NodeIndex, view: TrustFromRoot): Facts {
  const numbers = Array.from({ length: index.size }, (_, node) => node)
  return {
    nodes: sorted(
      numbers
        .filter((node) => view.reachedIn(node) !== undefined)
        .map((node) => [
          index.idOf(node),
          [view.trust(node), view.raw(node), view.reachedIn(node)!, view.expandedIn(node) ?? 0],
        ]),
    ),
    vetoed: sorted(
      numbers.filter((n) => view.vetoed(n)).map((n) => [index.idOf(n), view.trust(n)]),
    ),
    distrust: sorted([...distrustOfAll(view)].map(([n, value]) => [index.idOf(n), value])),
    truncated: view.truncated,
    expanded: view.expanded,
  }
}

export function naiveFacts(naive: NaiveTrust): Facts {
  return {
    nodes: sorted(
      [...naive.trust].map(([id, trust]) => [
        id,
        [trust, naive.raw.get(id)!, naive.round.get(id)!, naive.expandedIn.get(id) ?? 0],
      ]),
    ),
    vetoed: sorted(naive.vetoed),
    distrust: sorted(naive.distrust),
    truncated: naive.truncated,
    expanded: naive.expandedIn.size,
  }
}
