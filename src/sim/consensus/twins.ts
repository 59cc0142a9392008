// Twins (Bano et al., 2021): a Byzantine member as two honest processes with one key. Partitions that
// change from time to time decide which honest members hear which twin, so that the pair proposes
// twice, votes twice and forgets locks without any attack being written. With f of them nothing
// may happen; with f + 1 there may be a fork, which must convict at least f + 1 members.
import { encodeEvidence, verifyEvidence } from '../../../consensus/evidence.ts'
import type { NodeId } from '../../core/id.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import { uniformLatency } from '../latency.ts'
import { committeeOf } from './counter-application.ts'
import { fakeVerify } from './fake-crypto.ts'
import { drawMember, type RunResult, type Scenario, Simulation, simulatedChain } from './run.ts'

/** Faulty members that a committee of equal powers survives. */
const toleratedOf = (size: number): number => Math.floor((size - 1) / 3)

export interface TwinsResult extends RunResult {
  readonly twins: number
  readonly forked: boolean
  /** Members that evidence convicts, ascending. */
  readonly culprits: readonly NodeId[]
  /** Everybody whose guilt the scenario knows. */
  readonly guilty: readonly NodeId[]
}

/** @param extra 0: f twins; 1: f + 1 */
export function drawTwins(seed: number, extra: 0 | 1): Scenario {
  const random = seededRandom(seed).fork(0x71)
  const size = random.pick([4, 4, 7])!
  const genesis = Object.fromEntries(Array.from({ length: size }, (_, key) => [key, 1]))
  const datagram = { drop: 0.1, duplicate: 0.1, reorder: 0.1, reorderMs: 300 }
  const network = {
    latency: uniformLatency(2, random.pick([20, 80])!),
    datagram: random.below(2) === 0 ? null : datagram,
  }
  return {
    ...{ seed, keys: size, twins: toleratedOf(size) + extra, genesis },
    faults: { kinds: [], everyMs: 1_000, network, persistLatencyMs: 0 },
    member: drawMember(random, genesis),
    ...{ seatsEveryMs: null, actEveryMs: 150, safetyMs: 6_000 },
  }
}

/** Two sides: the twins of a pair apart, mostly; the others anywhere. */
function sidesOf({ roster }: Simulation, random: Random): NodeId[] {
  const seen = new Set<NodeId>()
  return roster.posts.flatMap(({ process, nodeId }) => {
    const second = seen.has(nodeId)
    seen.add(nodeId)
    if (!roster.twins.has(nodeId)) return random.below(2) === 0 ? [process] : []
    return second !== (random.below(8) === 0) ? [process] : []
  })
}

/** The members that signed twice, proven by evidence that an outsider can verify. */
function culpritsOf({ watch, checker, scenario }: Simulation): NodeId[] {
  const proven = new Set<NodeId>()
  for (const conflict of watch.conflicts) {
    const committee = committeeOf(scenario.genesis)
    const verdict = verifyEvidence(
      fakeVerify,
      simulatedChain,
      (height) => (height <= checker.height + 1 ? committee : undefined),
      encodeEvidence(conflict),
    )
    if (verdict.verdict === 'proven') proven.add(verdict.culprit)
  }
  return [...proven].sort()
}

/** Runs a scenario with twins; with more than a committee tolerates, until it forks. */
export function runTwins(scenario: Scenario): TwinsResult {
  const { seed, twins, genesis, safetyMs } = scenario
  const tolerated = toleratedOf(Object.keys(genesis).length)
  const simulation = new Simulation(scenario, { forksAllowed: twins > tolerated })
  const { world, checker, watch, roster } = simulation
  const random = world.random.fork(0x72)
  simulation.begin()
  world.partition(sidesOf(simulation, random))
  const forked = (): boolean => checker.forks.length > 0
  while (world.now < safetyMs && !forked()) {
    const next = world.now + 100 + random.below(1_500)
    while (world.now < next && !forked()) world.runFor(20)
    if (forked()) break
    if (random.below(4) === 0) world.heal()
    else world.partition(sidesOf(simulation, random))
  }
  if (twins <= tolerated) {
    // f faulty members must not stop the others either.
    world.heal()
    simulation.converge(
      roster.posts.filter(({ nodeId }) => !roster.twins.has(nodeId)).map((post) => post.process),
    )
  }
  const culprits = culpritsOf(simulation)
  const wrongly = culprits.find((culprit) => !roster.twins.has(culprit))
  if (wrongly !== undefined) world.fail(`${wrongly} is honest and stands convicted`)
  if (forked() && culprits.length <= tolerated)
    world.fail(`a fork, and only ${culprits.length} of ${twins} culprits are proven`)
  return {
    ...{ seed, heights: checker.height, virtualMs: world.now, digest: world.digest },
    ...{ signatures: watch.left, faults: {} },
    ...{ twins, forked: forked(), culprits, guilty: [...roster.twins].sort() },
  }
}
