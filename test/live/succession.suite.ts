// A node of a live network gets a new key: its name, with what is thought of it and what it thinks of
// others, goes to that key in a block, and the node starts under it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LiveNetwork, type LiveNode, until } from './harness.ts'

let network: LiveNetwork
let n1: LiveNode
let n2: LiveNode
let n3: LiveNode

beforeAll(async () => {
  network = await LiveNetwork.open()
  const nodes = await network.ring(3)
  ;[n1, n2, n3] = nodes as [LiveNode, LiveNode, LiveNode]
}, 60_000)
afterAll(() => network[Symbol.asyncDispose]())

const trustOf = async (by: LiveNode, nodeId: string): Promise<number | undefined> => {
  const graph = await by.api.trustGraph({})
  return graph.nodes.find((node) => node.nodeId === nodeId)?.trust
}

test('a node hands its name over and goes on under its new key, with its reputation', async () => {
  await n1.api.rate({ peer: n2.peerId, value: '0.9', wait: 20 })
  await n1.api.rate({ peer: n2.peerId, stars: 5, category: 'honesty', wait: 20 })
  await n2.api.rate({ peer: n3.peerId, value: '0.8', wait: 20 })
  await until(
    'it is on record',
    () => n1.api.reputation({ peer: n2.nodeId }),
    ({ status, reputation }) => status === 'ACTIVE' && reputation === 100,
  )
  expect(await trustOf(n1, n3.nodeId)).toBe(0.72)

  const ran = await network.at(n2, 'keys', 'succeed', '--json')
  expect([ran.code, ran.err, ran.json]).toMatchObject([0, '', { peerId: n2.peerId }])
  const successor = ran.json.successor as string
  expect(successor).not.toBe(n2.peerId)
  // Again: it is done, and says so.
  expect((await network.at(n2, 'keys', 'succeed', '--json')).json.successor).toBe(successor)

  const asked = await until(
    'the founder knows',
    () => n1.api.reputation({ peer: n2.peerId }),
    ({ handedOver }) => handedOver !== null,
  )
  expect(asked).toMatchObject({
    ...{ peerId: successor, reputation: 100, status: 'ACTIVE' },
    handedOver: { nodeId: n2.nodeId },
    predecessor: { nodeId: n2.nodeId },
  })
  const said = await network.at(n1, 'reputation', n2.nodeId)
  expect(said.out).toContain(`taken over from ${n2.peerId}`)
  await expect(n2.api.rate({ peer: n3.peerId, value: '0.5' })).rejects.toMatchObject({
    code: 'author/succeeded',
  })
  const doctor = await network.at(n2, 'doctor')
  expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining('Restart the node')])

  await n2.end('SIGTERM')
  const again = await network.node('n2')
  expect(again.peerId).toBe(successor)
  await again.joined(2, 60_000)
  expect(await readFile(join(again.home, `identity.${n2.peerId}`), 'utf8')).toContain(n2.peerId)
  expect(await trustOf(n1, again.nodeId)).toBe(0.9)
  expect(await trustOf(n1, n3.nodeId)).toBe(0.72)
  // What the old key thought is what this one thinks, until it says otherwise.
  expect(await trustOf(again, n3.nodeId)).toBe(0.8)
  await again.api.rate({ peer: n3.peerId, value: '1', wait: 20 })
  await until(
    'the new key replaced what the old one said',
    () => trustOf(n1, n3.nodeId),
    (trust) => trust === 0.9,
  )
  expect((await network.at(again, 'doctor')).out).not.toContain('succession')

  // Who bars the old key bars the node.
  const receipt = await n1.api.rate({ peer: n2.peerId, value: '-1', wait: 20 })
  expect(receipt.successor).toMatchObject({ peerId: successor })
  await until(
    'the founder has cut it off',
    () => n1.isConnectedTo(again),
    (connected) => !connected,
  )
  await n3.end('SIGTERM')
  // The only member: nobody but its new key decides the blocks to come.
  const founder = await network.at(n1, 'keys', 'succeed', '--json')
  expect([founder.code, founder.err]).toEqual([0, ''])
  await n1.end('SIGTERM')
  const anew = await network.node('n1')
  expect(anew.peerId).toBe(founder.json.successor)
  const { height } = await anew.api.committee()
  // Blocks without ratings come every ten seconds; one with a rating comes at once.
  for (const value of ['0.4', '0.5', '0.6']) {
    await anew.api.rate({ peer: n3.peerId, value, wait: 20 })
  }
  await until(
    'the chain goes on',
    () => anew.api.committee(),
    (committee) => committee.height > height + 2 && committee.members[0]?.nodeId === anew.nodeId,
  )
  const verified = await network.at(n3, 'chain', 'verify', '--json')
  expect([verified.code, verified.err]).toEqual([0, ''])
}, 240_000)
