// What a run will need in memory, before it starts: so that one that does not fit says so at once
// instead of dying after an hour. Rough on purpose, and rather too much than too little.
import { tiesOf } from './graphs/edges.ts'
import { attackOf, partsOf, type Registry, routerOf } from './registry.ts'
import type { GraphSpec, RunSpec } from './scenario.ts'

/** The runtime itself, its code and what is not counted below. */
const baseBytes = 96 * 2 ** 20
/** While a graph is made: its edges, its ratings as columns, their two sorted orders, the graph. */
const bytesPerRatingMade = 36
/** Of a finished graph. */
const bytesPerRating = 8
/**
 * Position, kind, start and length of its ratings, its place in two sorted rings, and who does not speak
 * to whom, once for the roots of keys and once for the router.
 */
const bytesPerNode = 128
/** Shortest line of a rating file that is worth a thought: two ids of some digits. */
const bytesPerLine = 8

interface Amount {
  readonly nodes: number
  readonly ratings: number
}

/**
 * Bytes at the highest point of a run.
 *
 * @param fileBytes length of the graph's file, unpacked; unused by generated graphs
 * @throws Failure `experiment/cannot-run` of unknown parts and options that cannot be used
 */
export function estimateRunBytes(spec: RunSpec, registry: Registry, fileBytes = 0): number {
  const { nodes, ratings } = amountOf(spec, registry, fileBytes)
  const [router, options] = routerOf(spec.router, registry)
  const making = bytesPerRatingMade * ratings
  const routing = bytesPerRating * ratings + router.estimateBytes(nodes, options)
  return Math.round(baseBytes + bytesPerNode * nodes + Math.max(making, routing))
}

/** Nodes and ratings of the world, the attack's included. */
export function amountOf({ scenario }: RunSpec, registry: Registry, fileBytes = 0): Amount {
  const people = peopleAmount(scenario.graph, fileBytes)
  let { nodes, ratings } = people
  for (const part of partsOf(scenario.attack)) {
    const [attack, options] = attackOf(part, registry)
    const added = attack.adds?.(options, people.nodes, people.ratings)
    nodes += added?.nodes ?? 0
    ratings += added?.ratings ?? 0
  }
  return { nodes, ratings }
}

function peopleAmount(graph: GraphSpec, fileBytes: number): Amount {
  if (graph.kind === 'file') {
    const lines = Math.ceil(fileBytes / bytesPerLine)
    return { nodes: Math.ceil(lines / 2), ratings: 2 * lines }
  }
  const { nodes } = graph
  if (graph.kind === 'none') return { nodes, ratings: 0 }
  const all = nodes * Math.max(0, nodes - 1)
  if (graph.kind === 'complete') return { nodes, ratings: all }
  return { nodes, ratings: Math.min(all, 2 * tiesOf(graph.degree) * nodes) }
}
