// How many nodes there are, which list sizes and votes depend on. Not by counting identities, which
// are free: by how often walks from one node meet (birthday estimate with the correction for popular
// nodes by Katzir, Liberty and Somekh 2011). Walks seldom cross attack edges, so a flood of Sybils
// moves it little; a region that mixes slowly is taken for the network, and rightly: it is all that
// the node's lists see.
import { type Draw, Draws, forSize } from './draws.ts'
import type { TrustEdges } from './edges/graph.ts'
import type { Weights } from './edges/weights.ts'
import type { Places } from './places.ts'
import { stepFrom } from './walks.ts'

/** Walks of one estimate: 2,048 meet 20 times in a network of 100,000. */
const walks = 2048
/** In walks of a list: as far as the lists of a list reach. Longer, more of them would leave the honest. */
const reach = 2

/** The estimate of one node: walks from it with all 2,048 ends compared; 0 when it rated nobody. */
export function estimateFrom(
  edges: TrustEdges,
  weights: Weights,
  places: Places,
  draw: Draw,
  walkLength: number,
  place: number,
): number {
  const steps = reach * walkLength
  const draws = new Draws()
  draws.seed(places.ring.words, 4 * place, draw, forSize)
  const ends: number[] = []
  for (let walk = 0; walk < walks; walk++) {
    let at = place
    for (let step = 0; step < steps; step++) {
      const edge = stepFrom(edges.out, weights.out, at, draws)
      if (edge < 0) break
      at = edges.out.to[edge]!
    }
    if (at !== place) ends.push(at)
  }
  return fromMeetings(ends, weightInto(edges, weights))
}

/** How much a place is favoured by walks: its weight from all raters. */
function weightInto(edges: TrustEdges, weights: Weights): (place: number) => number {
  return (place) => {
    const end = edges.into.start[place + 1]!
    return end === edges.into.start[place] ? 0 : weights.into[end - 1]!
  }
}

/** Katzir et al. 2011, §3: n = Σw · Σ1/w / 2·(pairs that met). */
function fromMeetings(ends: readonly number[], weight: (place: number) => number): number {
  let sum = 0
  let inverse = 0
  const times = new Map<number, number>()
  let meetings = 0
  for (const end of ends) {
    const w = weight(end)
    sum += w
    inverse += 1 / w
    const before = times.get(end) ?? 0
    meetings += before
    times.set(end, before + 1)
  }
  return meetings === 0 ? times.size : (sum * inverse) / (2 * meetings)
}

/**
 * One estimate for all from several nodes' own: the median, at least what one of them saw.
 *
 * @param from places whose estimates are taken; those that rated nobody do not count
 */
export function estimateNodes(
  edges: TrustEdges,
  weights: Weights,
  places: Places,
  draw: Draw,
  walkLength: number,
  from: readonly number[],
): number {
  const estimates = from
    .map((place) => estimateFrom(edges, weights, places, draw, walkLength, place))
    .filter((estimate) => estimate > 0)
    .sort((a, b) => a - b)
  return Math.max(1, Math.round(estimates[estimates.length >> 1] ?? places.count))
}

/** A node whose walks see so many people has enough to choose from: two of the longest lists. */
const peopleEnough = 1024
/** What twice the steps must show more to be worth it: where everybody is known, nothing. */
const growthLeast = 1.25
const shortest = 3
const longest = 12

/**
 * The walk length for a network as walks from some of its nodes see it: doubled while these meet among
 * few people and still see more with every doubling. Tight circles need long walks; elsewhere each
 * step more is a chance more to leave the honest, so a flood of Sybils never lengthens walks that saw
 * enough. From public ratings alone, so anybody finds the same for the same viewpoints.
 */
export function walkLengthFor(
  edges: TrustEdges,
  weights: Weights,
  places: Places,
  draw: Draw,
  from: readonly number[],
): number {
  const seenBy = (length: number) => estimateNodes(edges, weights, places, draw, length, from)
  let length = shortest
  for (let seen = seenBy(length); length < longest && seen < peopleEnough; ) {
    const more = seenBy(2 * length)
    if (more < growthLeast * seen) break
    length *= 2
    seen = more
  }
  return length
}
