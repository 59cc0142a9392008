// Acceptance 6 of the experiments at its full size: 30 real nodes of which 6 misroute, and 30 with 30
// Sybils behind three attack edges. What is measured is within two points of the simulator. The policy
// is TRUSTNET_LIVE_POLICY, by default distnet.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attackedDevnet, measured, successOf } from './attacked-devnet.ts'
import { LiveNetwork } from './harness.ts'

const policy = process.env.TRUSTNET_LIVE_POLICY ?? 'distnet'
const people = 30
const lookups = 300

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

/** A ring of friends, each of whom rates the next four. */
const friends = Array.from({ length: people }, (_, i) =>
  [1, 2, 3, 4].map((step) => `n${i + 1},n${((i + step) % people) + 1},0.8`),
).flat()

async function compare(nodes: number, ratings: readonly string[], adversary: string) {
  const file = join(network.folder, 'ratings.csv')
  await writeFile(file, `${ratings.join('\n')}\n`)
  const args = ['-n', String(nodes), '--policy', policy, '--ready-within', '600']
  const devnet = await attackedDevnet(network, ...args, '--ratings', file, '--adversary', adversary)
  const { ran, answer } = await measured(network, { name: policy }, lookups)
  expect([ran.code, ran.out]).toEqual([0, ran.out])
  console.log(JSON.stringify({ policy, adversary, live: answer.live, simulated: answer.simulated }))
  expect((await devnet.stop()).code).toBe(0)
  return Math.abs(successOf(answer.live) - successOf(answer.simulated))
}

test(`${people} nodes of which 6 misroute are measured within 2 points of the simulator`, async () => {
  expect(await compare(people, friends, 'misroute:6')).toBeLessThanOrEqual(2)
}, 900_000)

test(`${people} nodes and as many Sybils with 3 attack edges, within 2 points`, async () => {
  const sybils = Array.from({ length: people }, (_, i) => {
    const [self, next] = [people + i + 1, people + ((i + 1) % people) + 1]
    return `n${self},n${next},1`
  })
  const attackEdges = [1, 11, 21].map((fooled) => `n${fooled},n${people + fooled},0.8`)
  const ratings = [...friends, ...sybils, ...attackEdges]
  expect(await compare(2 * people, ratings, `misroute:${people}`)).toBeLessThanOrEqual(2)
}, 1_800_000)
