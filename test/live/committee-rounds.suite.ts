// Rounds of random faults on a committee of four processes under load: kill -9, pause, partition. The short form
// runs a few; TRUSTNET_LONG=1 runs a hundred (npm run test:committee). The seed is printed; TRUSTNET_SEED replays it.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import type { Cluster } from './cluster/cluster.ts'
import { agree, allFinal, progresses, SteadyLoad, startedCluster } from './cluster/trials.ts'

const long = process.env.TRUSTNET_LONG === '1'
const rounds = long ? 100 : 4
const seed = Number(process.env.TRUSTNET_SEED ?? randomBytes(2).readUInt16BE())
const all = [0, 1, 2, 3]

/** A committee is healthy again within this after a fault ends. */
const healthyMsMax = 5_000

const faults = {
  async kill(cluster: Cluster, victim: number, ms: number) {
    await cluster.members[victim]!.kill()
    await delay(ms)
    await cluster.start(victim)
  },
  async pause(cluster: Cluster, victim: number, ms: number) {
    cluster.members[victim]!.pause()
    await delay(ms)
    cluster.members[victim]!.resume()
  },
  async 'partition one off'(cluster: Cluster, victim: number, ms: number) {
    cluster.partition([victim])
    await delay(ms)
    cluster.heal()
  },
  async 'partition in halves'(cluster: Cluster, victim: number, ms: number) {
    cluster.partition([victim, (victim + 1) % 4])
    await delay(ms)
    cluster.heal()
  },
  async 'kill all'(cluster: Cluster, victim: number, ms: number) {
    for (const i of all) await cluster.members[i]!.kill()
    await delay(ms / 4)
    for (const i of all) await cluster.start((victim + i) % 4)
  },
}

test(
  `${rounds} rounds of random faults under load (seed ${seed}): no equivocation, nothing final lost, soon healthy`,
  async () => {
    const random = seededRandom(seed)
    await using cluster = await startedCluster({ members: 4, proxied: true })
    const load = await SteadyLoad.on(cluster)
    const healed: number[] = []
    for (let round = 0; round < rounds; round++) {
      const names = Object.keys(faults) as (keyof typeof faults)[]
      const fault = random.pick(names)!
      const victim = random.below(4)
      const ms = 200 + random.below(1_800)
      await faults[fault](cluster, victim, ms)
      const took = await progresses(cluster, all, 1, 60_000)
      healed.push(took)
      process.stdout.write(
        `round ${round}: ${fault} of ${victim} for ${ms} ms, healthy after ${Math.round(took)} ms\n`,
      )
    }
    await load.stop()
    await agree(cluster)
    // Everything that was ever submitted is final on all of them, through every kill.
    await allFinal(cluster, load.submitted, all, 60_000)
    process.stdout.write(
      `seed ${seed}: ${cluster.record.height} blocks, ${load.submitted.length} ratings final, healthy after at most ${Math.round(Math.max(...healed))} ms\n`,
    )
    // Among other tests a process may take seconds to start; by itself the committee must not.
    if (long) expect(Math.max(...healed)).toBeLessThan(healthyMsMax)
  },
  rounds * 70_000,
)
