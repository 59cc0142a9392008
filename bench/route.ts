// Pure routing at 100,000 nodes: tables built from global knowledge, random keys looked up from
// random nodes on one core, every root checked against the sorted ring.
// `node bench/route.ts [--json] [--nodes N] [--lookups N] [--runs N]`
import { buildViews, bytesPerNode, sortedNodes } from '../routing/build.ts'
import type { RoutingView } from '../routing/next-hop.ts'
import { distnet, pastry, type RoutingPolicy } from '../routing/policy.ts'
import { compareNearness, Ring } from '../routing/ring.ts'
import { Walker } from '../routing/walk.ts'
import { seededRandom } from '../src/core/random.ts'
import { ONE } from '../src/core/trust.ts'
import { flagsOf, progress, report, type Series, timed } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '100000' },
  lookups: { type: 'string', default: '200000' },
  runs: { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
})
const nodes = Number(values.nodes)
const lookups = Number(values.lookups)
const runs = Number(values.runs)
const seed = Number(values.seed)

/** A directed trust of its own kind: 1 pair in 20 trusts, by a hash of both numbers. */
function trustAmong(from: number, to: number): number {
  const mixed = Math.imul(Math.imul(from + 1, 0x9e3779b1) ^ (to + 1), 0x85ebca6b) >>> 0
  return mixed % 20 === 0 ? (mixed >>> 8) % ONE : 0
}

function ringOf(size: number): Ring {
  const random = seededRandom(seed)
  const ring = new Ring(size)
  const words = new Uint32Array(4)
  for (let i = 0; i < size; i++) {
    for (let word = 0; word < 4; word++) words[word] = random.uint32()
    ring.append(words)
  }
  return ring
}

/** The root by binary search in the sorted ring: nothing of the routing tables is used. */
function rootIn(ring: Ring, sorted: Int32Array, keys: Uint32Array, at: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const node = sorted[middle]!
    let order = 0
    for (let i = 0; i < 4 && order === 0; i++) order = ring.words[4 * node + i]! - keys[at + i]!
    if (order < 0) low = middle + 1
    else high = middle
  }
  const after = sorted[low % sorted.length]!
  const before = sorted[(low + sorted.length - 1) % sorted.length]!
  return compareNearness(ring.words, 4 * before, ring.words, 4 * after, keys, at) < 0
    ? before
    : after
}

interface Run {
  readonly perSecond: number
  readonly meanHops: number
  readonly maxHops: number
  readonly wrong: number
}

function run(ring: Ring, view: RoutingView, policy: RoutingPolicy, number: number): Run {
  const random = seededRandom(seed + 1 + number)
  const keys = Uint32Array.from({ length: 4 * lookups }, () => random.uint32())
  const origins = Int32Array.from({ length: lookups }, () => random.below(ring.size))
  const ends = new Int32Array(lookups)
  const walker = new Walker(view, policy)
  const key = new Uint32Array(4)
  let hops = 0
  let maxHops = 0
  const started = performance.now()
  for (let i = 0; i < lookups; i++) {
    key.set(keys.subarray(4 * i, 4 * i + 4))
    const end = walker.lookup(origins[i]!, key)
    ends[i] = end.delivered ? end.at : -1
    hops += end.hops
    if (end.hops > maxHops) maxHops = end.hops
  }
  const seconds = (performance.now() - started) / 1000
  const sorted = sortedNodes(ring)
  let wrong = 0
  for (let i = 0; i < lookups; i++) if (rootIn(ring, sorted, keys, 4 * i) !== ends[i]) wrong++
  return { perSecond: lookups / seconds, meanHops: hops / lookups, maxHops, wrong }
}

function bench(ring: Ring, policy: RoutingPolicy): Series[] {
  progress(`${policy.name}: tables of ${nodes} nodes`)
  let view: RoutingView | undefined
  const buildMs = timed(() => {
    view = buildViews(ring, { policy, random: seededRandom(seed), trust: trustAmong })
  })
  const built = view!
  // The first run warms the code up and is not counted.
  const all = Array.from({ length: runs + 1 }, (_, i) => {
    progress(`${policy.name}: ${lookups} lookups, run ${i} of ${runs}`)
    return run(ring, built, policy, i)
  }).slice(1)
  const params = { policy: policy.name, nodes, lookups, seed }
  const of = (name: string, unit: string, values: readonly number[]): Series => ({
    name: `route/${policy.name}/${name}`,
    unit,
    values,
    params,
  })
  return [
    of(
      'lookups',
      '1/s',
      all.map((one) => one.perSecond),
    ),
    of(
      'delivered-at-root',
      '%',
      all.map((one) => 100 * (1 - one.wrong / lookups)),
    ),
    // Beside the percentage, which is rounded: one in 200,000 must show.
    of(
      'not-at-root',
      'lookups',
      all.map((one) => one.wrong),
    ),
    of(
      'mean-hops',
      'hops',
      all.map((one) => one.meanHops),
    ),
    of(
      'max-hops',
      'hops',
      all.map((one) => one.maxHops),
    ),
    of('bytes-per-node', 'bytes', [bytesPerNode(built)]),
    of('build', 'ms', [buildMs]),
  ]
}

const ring = ringOf(nodes)
report(
  [pastry, distnet].flatMap((policy) => bench(ring, policy)),
  values.json,
)
