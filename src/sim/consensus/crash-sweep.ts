// A process killed at every single persist of a few heights, one run for each: before the write,
// behind it with the write lost, torn off or kept. Whatever was on the disk, the member comes back,
// signs nothing twice, and everybody goes on.
import { uniformLatency } from '../latency.ts'
import { fakeKey } from './fake-crypto.ts'
import { consensusEpoch, type Doom, Faults } from './faults.ts'
import { type Scenario, Simulation, simulatedChain } from './run.ts'

const genesis = { 0: 1, 1: 1, 2: 1, 3: 1 }

const scenarioOf = (seed: number, persistLatencyMs: number): Scenario => ({
  ...{ seed, keys: 4, twins: 0, genesis },
  member: {
    ...{ chainId: simulatedChain, genesisTime: consensusEpoch, genesis },
    ...{ timeoutPropose: 300, timeoutVote: 200, timeoutStep: 100, emptyEvery: 200 },
    ...{ batchAfter: 20, statusEvery: 250 },
    wire: false,
  },
  faults: {
    ...{ kinds: [], everyMs: 1_000, persistLatencyMs },
    network: { latency: uniformLatency(2, 20) },
  },
  ...{ seatsEveryMs: null, actEveryMs: 100, safetyMs: 0 },
})

const ways: readonly Pick<Doom, 'written' | 'unsynced'>[] = [
  { written: false, unsynced: 'lost' },
  { written: true, unsynced: 'lost' },
  { written: true, unsynced: 'torn' },
  { written: true, unsynced: 'kept' },
]

/**
 * @param heights how many heights the first member is killed in
 * @returns the number of places at which it was killed (each in every way)
 */
export function sweepCrashes(seed: number, heights: number, persistLatencyMs = 0): number {
  const node = fakeKey(0).nodeId
  for (let place = 1; ; place++) {
    for (const way of ways) {
      const simulation = new Simulation(scenarioOf(seed, persistLatencyMs))
      const { world, checker } = simulation
      const faults = new Faults(world, simulation.scenario.faults, world.random.fork(2))
      let killed = false
      world.observe('crashed', () => {
        killed = true
      })
      faults.doom(node, { at: 'persist', left: place, ...way, backMs: place % 2 === 0 ? 30 : 900 })
      simulation.begin()
      while (!killed && checker.height < heights) world.runFor(50)
      if (!killed) return place - 1
      world.runUntil(() => world.isLive(node), 5_000, { what: 'its return' })
      simulation.converge()
    }
  }
}
