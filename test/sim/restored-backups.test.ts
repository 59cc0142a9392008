// Members that come back from an older disk, over and over, in a network that works: what they signed
// since is not on that disk, and still nothing is signed twice (the watch ends a run that sees it).
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { drawMember, type Scenario, Simulation } from '../../src/sim/consensus/run.ts'
import { uniformLatency } from '../../src/sim/latency.ts'

// Without listening after a start the first of these signs twice, without falling silent the last.
const seeds = process.env.TRUSTNET_LONG === '1' ? Array.from({ length: 60 }, (_, i) => i) : [5, 12]
const genesis = { 0: 1, 1: 1, 2: 1, 3: 1 }

function scenarioOf(seed: number): Scenario {
  const random = seededRandom(seed).fork(0xb5)
  const network = { latency: uniformLatency(2, random.pick([20, 80])!), datagram: null }
  return {
    ...{ seed, keys: 4, twins: 0, genesis },
    faults: { kinds: [], everyMs: 1_000, network, persistLatencyMs: 0 },
    member: { ...drawMember(random, genesis), emptyEvery: 300 },
    ...{ seatsEveryMs: null, actEveryMs: 150, safetyMs: 20_000 },
  }
}

/** @returns restores from within the height that the backup was made in */
function run(seed: number): number {
  const simulation = new Simulation(scenarioOf(seed))
  const { world, roster } = simulation
  const random = world.random.fork(0xb6)
  simulation.begin()
  world.runFor(5_000)
  let within = 0
  while (world.now < 25_000) {
    const node = random.pick(roster.processes)!
    const backup = new Map(world.durableOf(node))
    const { height } = world.nodeOf(node).application
    world.runFor(1 + random.below(random.pick([60, 600])!))
    if (world.nodeOf(node).application.height === height) within++
    world.crash(node)
    world.runFor(random.pick([5, 400])!)
    world.restart(node, backup)
    world.runFor(300 + random.below(3_000))
  }
  simulation.converge()
  return within
}

test('rule 11: members restored from backups never contradict what they said before, and the chain goes on', () => {
  let within = 0
  for (const seed of seeds) within += run(seed)
  expect(within).toBeGreaterThan(2 * seeds.length)
}, 600_000)
