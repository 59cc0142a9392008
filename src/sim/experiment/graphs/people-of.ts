// A scenario's graph as people and their ratings: generated from a seed, or read from the bytes of a
// file that the caller has read. No attack yet.

import { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { parseMapping } from '../../../../trustchain/rating-file/mapping.ts'
import { readRatings } from '../../../../trustchain/rating-file/rating-reader.ts'
import { Failure } from '../../../core/failure.ts'
import type { Random } from '../../../core/random.ts'
import { ONE, type Trust } from '../../../core/trust.ts'
import type { GraphSpec, RatingsSpec } from '../scenario.ts'
import { barabasiAlbert, holmeKim } from './attachment.ts'
import { stochasticBlocks } from './blocks.ts'
import { coreOf, everybodyOf, type People } from './core.ts'
import { completeEdges, type Edges, noEdges } from './edges.ts'
import { ringLattice, wattsStrogatz } from './lattice.ts'
import { ratedEdges } from './rated.ts'

export type FileGraph = Extract<GraphSpec, { kind: 'file' }>
type GeneratedGraph = Exclude<GraphSpec, { kind: 'file' }>

/** The edges of a generated graph. */
export function generatedEdges(graph: GeneratedGraph, random: Random): Edges {
  switch (graph.kind) {
    case 'holme-kim':
      return holmeKim(graph.nodes, graph.degree, graph.triads, random)
    case 'barabasi-albert':
      return barabasiAlbert(graph.nodes, graph.degree, random)
    case 'watts-strogatz':
      return wattsStrogatz(graph.nodes, graph.degree, graph.rewired, random)
    case 'stochastic-blocks':
      return stochasticBlocks(graph, random)
    case 'ring':
      return ringLattice(graph.nodes, graph.degree)
    case 'complete':
      return completeEdges(graph.nodes)
    case 'none':
      return noEdges(graph.nodes)
  }
}

/** The draws of edges and of values are apart, so that other ratings leave the graph as it is. */
export function generatedPeople(
  graph: GeneratedGraph,
  ratings: RatingsSpec,
  edgeRandom: Random,
  ratingRandom: Random,
): People {
  const edges = generatedEdges(graph, edgeRandom)
  return { people: edges.nodes, columns: ratedEdges(edges, ratings, ratingRandom) }
}

/**
 * The people of a rating file, numbered by first sight.
 *
 * @throws Failure `ratings/…` of a file that cannot be read as its format, `experiment/cannot-run`
 */
export function peopleOfFile(graph: FileGraph, bytes: Uint8Array): People {
  const table = readRatings(bytes, {
    file: graph.file,
    format: graph.format,
    mapping: graph.map === undefined ? undefined : parseMapping(graph.map),
    weight: Math.max(1, Math.round(graph.weight * ONE)) as Trust,
  })
  const { graph: read } = table.graph(overlayOf(graph, table.overlays))
  const ratings = graph.undirected === true ? bothWays(read) : read
  const people = graph.core ? coreOf(ratings) : everybodyOf(ratings)
  if (people.people < 2)
    throw new Failure('experiment/cannot-run', {
      path: 'graph.file',
      why: `${graph.file} has ${people.people} people${graph.core ? ' in its core' : ''}, and two are needed: take another file${graph.core ? ', or set core to false' : ''}.`,
    })
  return people
}

/** Ratings of several overlays are no one graph, and a fourth column may be something else altogether. */
function overlayOf({ file, overlay }: FileGraph, overlays: readonly string[]): string {
  if (overlays.length === 0) return ''
  if (overlay === undefined && overlays.length === 1) return overlays[0]!
  if (overlay !== undefined && overlays.includes(overlay)) return overlay
  const named = overlays.slice(0, 5).join(', ')
  const more = overlays.length > 5 ? ` and ${overlays.length - 5} more` : ''
  throw new Failure('experiment/cannot-run', {
    path: 'graph.overlay',
    why:
      overlay === undefined
        ? `the fourth column of ${file} names ${overlays.length} overlays (${named}${more}): name one of them, or leave that column out if it says something else.`
        : `${file} has no ratings of "${overlay}": it takes one of ${named}${more}.`,
  })
}

/** Every rating counts for both directions, unless the other direction is rated too. */
function bothWays(graph: RatingGraph): RatingGraph {
  const { count, authors, subjects, values } = everybodyOf(graph).columns
  // Later rows win: what the file says itself stands behind what is added.
  const joined = (first: Int32Array, second: Int32Array): Int32Array => {
    const both = new Int32Array(2 * count)
    both.set(first)
    both.set(second, count)
    return both
  }
  return RatingGraph.of(graph.nodeCount, {
    count: 2 * count,
    authors: joined(subjects, authors),
    subjects: joined(authors, subjects),
    values: joined(values, values),
  })
}
