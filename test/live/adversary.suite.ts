// A devnet with an adversary in it: the node that attacks is the one told to, and what is measured over
// real libp2p is what the simulator says of the very same nodes.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attackedDevnet, measured } from './attacked-devnet.ts'
import { LiveNetwork } from './harness.ts'

let network: LiveNetwork

beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

test('four nodes, one of which misroutes: measured live as simulated', async () => {
  const args = ['-n', '4', '--policy', 'pastry', '--adversary', 'misroute:1']
  const devnet = await attackedDevnet(network, ...args)
  const [, n2, , n4] = devnet.nodes
  expect(devnet.nodes.map(({ adversary }) => adversary?.split('@')[0])).toEqual([
    ...[undefined, undefined, undefined, 'misroute:1'],
  ])
  const { ran, answer } = await measured(network, { name: 'pastry' }, 60)
  expect([ran.code, ran.err]).toEqual([0, '4 nodes, 1 of which attack; 60 lookups\n'])
  expect(answer).toMatchObject({ router: 'pastry', nodes: 4, attackers: 1 })
  const { live, simulated } = answer
  // Everybody knows everybody, so nothing is left to chance: each lookup ends as it does in the simulator.
  expect(live.endings).toEqual(simulated.endings)
  expect(live.hops).toEqual(simulated.hops)
  // An honest root sends a receipt first; the liar answers at once. That is the wrapper at work.
  const lookUp = async ({ nodeId }: typeof n4 & object) =>
    (await network.run('route', 'lookup', nodeId, '--node', 'n1', '--json')).json
  expect(await lookUp(n2!)).toMatchObject({ root: n2!.nodeId, messages: 3 })
  expect(await lookUp(n4!)).toMatchObject({ root: n4!.nodeId, messages: 2 })
  expect((await devnet.stop()).code).toBe(0)
}, 60_000)

test('six nodes, two of which misroute and all of whom all trust: trustnet finds everything', async () => {
  const args = ['-n', '6', '--ratings', 'complete:0.9', '--adversary', 'misroute:2']
  const devnet = await attackedDevnet(network, ...args)
  const { ran, answer } = await measured(network, { name: 'trustnet' }, 60, 2)
  expect([ran.code, ran.err]).toEqual([0, '6 nodes, 2 of which attack; 60 lookups\n'])
  expect(answer).toMatchObject({ router: 'trustnet', nodes: 6, attackers: 2 })
  expect(answer.simulated.endings).toEqual({ delivered: 60 })
  expect(answer.live.endings).toEqual({ delivered: 60 })
  expect((await devnet.stop()).code).toBe(0)
}, 240_000)

test.each([
  ['misroute:4', 'at most 3 are left to attack'],
  ['lie:1', 'there is no kind'],
])('--adversary %s is refused before anything starts', async (text, why) => {
  const ran = await network.run('devnet', 'up', '-n', '4', '--adversary', text, '--json')
  expect([ran.code, ran.json]).toMatchObject([2, { error: { code: 'devnet/bad-adversary' } }])
  expect(ran.out).toContain(why)
})
