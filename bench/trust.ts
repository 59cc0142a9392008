// How fast trust is: one root on a graph of some 842,000 ratings for R = 2, 3 and 6, one new rating
// applied to a kept viewpoint, and the same with the naive implementation of the tests as a ratio.
//   node bench/trust.ts [--json] [--nodes 131828] [--ratings 842000] [--roots 40] [--seed 1]
import { type Random, seededRandom } from '../src/core/random.ts'
import { naiveTrust, type Ratings } from '../test/trustchain/graph/naive-trust.ts'
import { RatingGraph } from '../trustchain/graph/rating-graph.ts'
import { TrustFromRoot } from '../trustchain/graph/trust-from-root.ts'
import { flagsOf, medianOf, progress, report, type Series, timed } from './report.ts'

const flags = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '131828' },
  ratings: { type: 'string', default: '842000' },
  roots: { type: 'string', default: '40' },
  seed: { type: 'string', default: '1' },
})
const nodes = Number(flags.nodes)
const ratings = Number(flags.ratings)
const roots = Number(flags.roots)
const seed = Number(flags.seed)
const params = { nodes, ratings, seed }

/** Signed like the large public trust graphs: 15 in 100 negative, 10 at or below the threshold, the rest .8 to 1. */
function drawValue(random: Random): number {
  const draw = random.below(100)
  if (draw < 15) return -100_000 * (1 + random.below(10))
  if (draw < 25) return 100_000 * (1 + random.below(6))
  return 800_000 + 50_000 * random.below(5)
}

/** Preferential attachment: two ends in three are ends of earlier rows, so the busy rate and are rated much. */
function drawRatings(random: Random): RatingGraph {
  const authors = new Int32Array(ratings)
  const subjects = new Int32Array(ratings)
  const values = new Int32Array(ratings)
  const drawEnd = (row: number): number => {
    if (row === 0 || random.below(3) === 0) return random.below(nodes)
    return (random.below(2) === 0 ? authors : subjects)[random.below(row)]!
  }
  for (let row = 0; row < ratings; row++) {
    authors[row] = drawEnd(row)
    subjects[row] = drawEnd(row)
    values[row] = drawValue(random)
  }
  return RatingGraph.of(nodes, { count: ratings, authors, subjects, values })
}

/** Roots that rate at least three others above the threshold, so that something expands. */
function drawRoots(graph: RatingGraph, random: Random): number[] {
  const drawn = new Set<number>()
  while (drawn.size < roots) {
    const root = random.below(nodes)
    const own = graph.values.subarray(graph.start[root]!, graph.start[root]! + graph.length[root]!)
    if (own.filter((value) => value > 600_000).length >= 3) drawn.add(root)
  }
  return [...drawn]
}

function benchRoots(graph: RatingGraph, chosen: readonly number[], rounds: number): Series {
  for (const root of chosen.slice(0, 5)) new TrustFromRoot(graph, root, { rounds })
  const expanded: number[] = []
  const samples = chosen.map((root) =>
    timed(() => expanded.push(new TrustFromRoot(graph, root, { rounds }).expanded)),
  )
  return {
    name: `one root, R = ${rounds}`,
    unit: 'ms',
    values: samples,
    params: { ...params, rounds, expanded: medianOf(expanded) },
  }
}

/** Half of the changes re-rate, a quarter withdraw, a quarter are new. */
function drawChange(graph: RatingGraph, author: number, random: Random) {
  const given = graph.length[author]!
  const isNew = given === 0 || random.below(4) === 0
  const subject = isNew
    ? random.below(nodes)
    : graph.subjects[graph.start[author]! + random.below(given)]!
  const value = !isNew && random.below(3) === 0 ? 0 : drawValue(random)
  return { subject, value }
}

/** Changes by anybody, or by the root itself, which reach furthest. */
function benchChanges(
  graph: RatingGraph,
  root: number,
  random: Random,
  by: 'anybody' | 'the root',
): Series {
  const view = new TrustFromRoot(graph, root)
  const change = (): number => {
    const author = by === 'anybody' ? random.below(nodes) : root
    const { subject, value } = drawChange(graph, author, random)
    return timed(() => {
      const before = graph.rate(author, subject, value)
      view.follow(author, subject, before, value)
    })
  }
  const count = by === 'anybody' ? 5_000 : 500
  for (let i = 0; i < count / 5; i++) change()
  const samples = Array.from({ length: count }, change)
  const sorted = samples.toSorted((a, b) => a - b)
  const p99 = Number(sorted[Math.floor(0.99 * count)]!.toPrecision(3))
  return {
    name: `one new rating by ${by} applied`,
    unit: 'ms',
    values: samples,
    params: { ...params, rounds: 6, p99 },
  }
}

function benchNaive(graph: RatingGraph, chosen: readonly number[]): Series {
  const maps: Ratings = new Map()
  graph.forEach((author, subject, value) => {
    const given = maps.get(String(author)) ?? new Map<string, number>()
    maps.set(String(author), given.set(String(subject), value))
  })
  const samples = chosen.slice(0, 3).map((root) => timed(() => naiveTrust(maps, String(root))))
  return {
    name: 'one root, R = 6, naive',
    unit: 'ms',
    values: samples,
    params: { ...params, rounds: 6 },
  }
}

const random = seededRandom(seed)
progress(`drawing ${ratings} ratings among ${nodes} nodes, seed ${seed}`)
const graph = drawRatings(random)
const chosen = drawRoots(graph, random)
const results = [2, 3, 6].map((rounds) => benchRoots(graph, chosen, rounds))
progress('naive implementation')
const naive = benchNaive(graph, chosen)
progress('one rating at a time')
const change = benchChanges(graph, chosen[0]!, random, 'anybody')
const ownChange = benchChanges(graph, chosen[0]!, random, 'the root')
const ratio = (name: string, over: Series, under: Series): Series => ({
  name,
  unit: 'times',
  values: [medianOf(over.values) / medianOf(under.values)],
  params,
})
const full = results.at(-1)!
report(
  [
    ...results,
    change,
    ownChange,
    naive,
    ratio('naive / typed arrays, R = 6', naive, full),
    ratio('rebuild / one new rating', full, change),
  ],
  flags.json,
)
