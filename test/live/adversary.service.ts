// Acceptance 6 of the experiments at its full size: 30 real nodes of which 6 misroute, and 30 with 30
// Sybils behind three attack edges. What is measured is within two points of the simulator, and under
// `trustnet` nearly everything arrives. The policy is TRUSTNET_LIVE_POLICY, by default trustnet.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measured, successOf } from './attacked-devnet.ts'
import { LiveNetwork } from './harness.ts'
import { hostedNetwork, type NetworkPlan } from './hosted-network.ts'
import type { Hosting } from './node-host.ts'

const policy = (process.env.TRUSTNET_LIVE_POLICY ?? 'trustnet') as Hosting['policy']
const people = 30
const lookups = 300
/** Of one stage of the start. Ten other programs on two cores make everything ten times slower. */
const patienceMs = 300_000

let network: LiveNetwork

beforeEach(async () => {
  network = await LiveNetwork.open()
})
afterEach(() => network[Symbol.asyncDispose]())

/** A ring of friends, each of whom rates the next four. */
const friends = Array.from({ length: people }, (_, i) =>
  [1, 2, 3, 4].map((step) => [i, (i + step) % people, 0.8] as const),
).flat()

/** Whole nodes go the last mile over the global network alone. */
const router = { name: policy, ...(policy === 'distnet' ? { lastMile: 'global' } : {}) }

async function compare(plan: Omit<NetworkPlan, 'policy' | 'patienceMs'>) {
  const begun = performance.now()
  await hostedNetwork(network, { ...plan, policy, patienceMs })
  const readyAfter = performance.now() - begun
  // Two processes do what thirty machines would: few at a time, so that nobody is late for want of a core.
  const { ran, answer } = await measured(network, router, lookups, 2)
  expect([ran.code, ran.out]).toEqual([0, ran.out])
  const seconds = (ms: number): number => Math.round(ms / 100) / 10
  const took = { ready: seconds(readyAfter), all: seconds(performance.now() - begun) }
  const { live, simulated } = answer
  console.log(JSON.stringify({ policy, nodes: plan.nodes, took, live, simulated }))
  return { live: successOf(live), simulated: successOf(simulated) }
}

function judge({ live, simulated }: Awaited<ReturnType<typeof compare>>): void {
  expect(Math.abs(live - simulated)).toBeLessThanOrEqual(2)
  if (policy === 'trustnet') expect(live).toBeGreaterThanOrEqual(99)
}

test(`${people} nodes of which 6 misroute are measured within 2 points of the simulator`, async () => {
  judge(
    await compare({
      ...{ nodes: people, adversary: 'misroute:1', enemies: 6 },
      ratings: friends,
    }),
  )
}, 1_800_000)

test(`${people} nodes and as many Sybils with 3 attack edges, within 2 points`, async () => {
  const sybils = Array.from(
    { length: people },
    (_, i) => [people + i, people + ((i + 1) % people), 1] as const,
  )
  const attackEdges = [0, 10, 20].map((fooled) => [fooled, people + fooled, 0.8] as const)
  judge(
    await compare({
      ...{ nodes: 2 * people, adversary: 'misroute:1', enemies: people },
      ratings: [...friends, ...sybils, ...attackEdges],
    }),
  )
}, 1_800_000)
