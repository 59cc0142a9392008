// The networks that elections are tried on: public trust graphs where ../shared has them, graphs
// with clustering and hubs (Holme and Kim 2002) that anybody can draw again, and what colluders and
// made-up identities do to a network.
import { readFileSync } from 'node:fs'
import type { NodeId } from '../src/core/id.ts'
import { type Random, seededRandom } from '../src/core/random.ts'
import { sharedPath } from '../test/core/shared-folder.ts'
import { parseMapping } from '../trustchain/rating-file/mapping.ts'
import { type RatingFormat, readRatings } from '../trustchain/rating-file/rating-reader.ts'
import type { StandingEdge } from '../trustchain/standing/edge.ts'
import { StandingGraph } from '../trustchain/standing/standing.ts'
import { progress } from './report.ts'

export interface Network {
  readonly name: string
  readonly ids: readonly NodeId[]
  readonly edges: readonly StandingEdge[]
}

interface Source {
  readonly file: string
  readonly format: RatingFormat
  readonly map?: string
}

const sources: Readonly<Record<string, Source>> = {
  advogato: { file: 'advogato/out.advogato', format: 'konect' },
  'bitcoin-otc': {
    ...{ file: 'bitcoin-otc/soc-sign-bitcoinotc.csv', format: 'snap-signed', map: 'half' },
  },
  'bitcoin-alpha': {
    ...{ file: 'bitcoin-alpha/soc-sign-bitcoinalpha.csv', format: 'snap-signed', map: 'half' },
  },
}

/** Ids that sort, as real ones do, by nothing that means anything: a hash-like spread of a number. */
export const idOf = (number: number): NodeId => {
  const random = seededRandom(number ^ 0x5bd1e995)
  return Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join(
    '',
  ) as NodeId
}

function networkOf(name: string, count: number, edges: StandingEdge[]): Network {
  return { name, ids: Array.from({ length: count }, (_, i) => idOf(i)), edges }
}

/** A public graph, its latest positive ratings; undefined, with the reason on stderr, where it is absent. */
export function publicNetwork(name: string): Network | undefined {
  const { file, format, map } = sources[name]!
  const path = sharedPath(`data/${file}`)
  if (path === undefined) {
    progress(`${name} is left out: ../shared/data/${file} is not there`)
    return undefined
  }
  const mapping = map === undefined ? undefined : parseMapping(map)
  const table = readRatings(readFileSync(path), { file, format, mapping })
  const numbers = new Map<string, number>()
  const numberOf = (id: string): number => {
    if (!numbers.has(id)) numbers.set(id, numbers.size)
    return numbers.get(id)!
  }
  const latest = new Map<string, StandingEdge>()
  for (const { from, to, value } of table.ratings()) {
    const [author, subject] = [numberOf(from), numberOf(to)]
    latest.set(`${author}/${subject}`, { from: idOf(author), to: idOf(subject), weight: value })
  }
  const edges = [...latest.values()].filter(({ from, to, weight }) => from !== to && weight > 0)
  return networkOf(name, numbers.size, edges)
}

/**
 * Holme–Kim: every newcomer makes `each` ties, the first by preferential attachment, every further
 * one in three of four cases with a neighbour of the last; a tie is rated both ways with .6, .8 or 1.
 */
export function holmeKim(nodes: number, each: number, seed: number): Network {
  const random = seededRandom(seed)
  const neighbours: number[][] = Array.from({ length: nodes }, () => [])
  const ends: number[] = []
  const tie = (a: number, b: number): boolean => {
    if (a === b || neighbours[a]!.includes(b)) return false
    neighbours[a]!.push(b)
    neighbours[b]!.push(a)
    ends.push(a, b)
    return true
  }
  for (let a = 0; a <= each; a++) for (let b = 0; b < a; b++) tie(a, b)
  for (let node = each + 1; node < nodes; node++) {
    let last = -1
    for (let made = 0; made < each; ) {
      const triad = last >= 0 && random.below(4) > 0
      const other = triad ? random.pick(neighbours[last]!)! : random.pick(ends)!
      if (tie(node, other)) {
        last = other
        made++
      } else last = -1
    }
  }
  const weights = [600_000, 800_000, 1_000_000]
  const edges = neighbours.flatMap((others, a) =>
    others.map((b) => ({ from: idOf(a), to: idOf(b), weight: random.pick(weights)! })),
  )
  return networkOf('holme-kim', nodes, edges)
}

/** The most rated nodes, whomever they rate; or any that give and get the weight of three cautious ratings. */
export function drawRoots(network: Network, by: 'most-rated' | 'any', random: Random): NodeId[] {
  const received = new Map<NodeId, number>()
  const given = new Map<NodeId, number>()
  for (const { from, to, weight } of network.edges) {
    received.set(to, (received.get(to) ?? 0) + weight)
    given.set(from, (given.get(from) ?? 0) + weight)
  }
  const weightIn = (id: NodeId): number => received.get(id) ?? 0
  if (by === 'most-rated')
    return network.ids
      .toSorted((a, b) => weightIn(b) - weightIn(a) || (a < b ? -1 : 1))
      .slice(0, 16)
  const known = network.ids.filter(
    (id) => weightIn(id) >= 1_800_000 && (given.get(id) ?? 0) >= 1_800_000,
  )
  return random.shuffle(known).slice(0, 16)
}

export interface Attacked {
  readonly graph: StandingGraph
  /** Numbers in the graph. */
  readonly roots: readonly number[]
  readonly attackers: ReadonlySet<number>
  /** The made-up or chosen nodes that are to be seated. */
  readonly heads: readonly number[]
}

/** A share of the nodes, drawn at random, none of them a root, give all their ratings to 31 of them. */
export function colluding(
  network: Network,
  roots: readonly NodeId[],
  perMille: number,
  random: Random,
): Attacked {
  const others = random.shuffle(network.ids.filter((id) => !roots.includes(id)))
  const crowd = others.slice(0, Math.round((network.ids.length * perMille) / 1000))
  const colluders = new Set(crowd)
  const heads = crowd.slice(0, 31)
  const edges = network.edges.filter(({ from }) => !colluders.has(from))
  for (const from of crowd)
    for (const to of heads) if (from !== to) edges.push({ from, to, weight: 1_000_000 })
  return attacked(StandingGraph.of(edges, network.ids), roots, crowd, heads)
}

/** Identities behind one edge of 1.0 from an honest node to a head, which rates them all and they it. */
export function besieged(
  network: Network,
  roots: readonly NodeId[],
  identities: number,
  victim: NodeId,
): Attacked {
  const made = Array.from({ length: identities }, (_, i) => idOf(1_000_000 + i))
  const head = made[0]!
  const edges = [...network.edges, { from: victim, to: head, weight: 1_000_000 }]
  for (const one of made.slice(1)) {
    edges.push({ from: head, to: one, weight: 1_000_000 })
    for (const to of made.slice(0, 31))
      if (to !== one) edges.push({ from: one, to, weight: 1_000_000 })
  }
  return attacked(StandingGraph.of(edges, network.ids), roots, made, made)
}

function attacked(
  graph: StandingGraph,
  roots: readonly NodeId[],
  attackers: readonly NodeId[],
  heads: readonly NodeId[],
): Attacked {
  const numbers = (ids: readonly NodeId[]): number[] => ids.map((id) => graph.numberOf(id))
  return {
    ...{ graph, roots: numbers(roots).sort((a, b) => a - b) },
    ...{ attackers: new Set(numbers(attackers)), heads: numbers(heads) },
  }
}
