// Committees of real processes over real sockets: one member down, two halves, and what survives.
import { describe, expect, test } from 'vitest'
import {
  agree,
  allFinal,
  progresses,
  SteadyLoad,
  stands,
  startedCluster,
} from './cluster/trials.ts'

describe('three members', () => {
  test('need all three votes: one down halts, its return resumes, and nothing is lost', async () => {
    await using cluster = await startedCluster({ members: 3 })
    const load = await SteadyLoad.on(cluster)
    await progresses(cluster, [0, 1, 2])
    await cluster.members[1]!.kill()
    await stands(cluster, 1_500)
    await cluster.start(1)
    await progresses(cluster, [0, 1, 2])
    await load.stop()
    expect(load.submitted.length).toBeGreaterThan(20)
    await allFinal(cluster, load.submitted, [0, 2])
    await agree(cluster)
  }, 90_000)
})

describe('four members', () => {
  test('go on without one, which catches up when it is back', async () => {
    await using cluster = await startedCluster({ members: 4 })
    const load = await SteadyLoad.on(cluster)
    await cluster.members[2]!.kill()
    await progresses(cluster, [0, 1, 3], 5)
    await cluster.start(2)
    await progresses(cluster, [0, 1, 2, 3])
    await load.stop()
    await allFinal(cluster, load.submitted, [0, 1, 3])
    await agree(cluster)
  }, 90_000)

  test('halt in two halves and resume by themselves when the cut ends', async () => {
    await using cluster = await startedCluster({ members: 4, proxied: true })
    const load = await SteadyLoad.on(cluster)
    await progresses(cluster, [0, 1, 2, 3])
    cluster.partition([0, 1])
    await stands(cluster, 2_000)
    cluster.heal()
    await progresses(cluster, [0, 1, 2, 3])
    await load.stop()
    await allFinal(cluster, load.submitted, [0, 1, 2, 3])
    await agree(cluster)
  }, 90_000)
})
