// A node that is found at other addresses than before says so, and everybody it knows believes it.
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { LoneNode, peerFrom } from './lone-node.ts'
import { SimulatedNetwork } from './simulated-network.ts'

test('a node that moved signs its contact anew and tells its neighbours', () => {
  const random = seededRandom(7)
  const node = new LoneNode(random, { addresses: ['/ip4/10.1.0.2/tcp/4001'] })
  const [ada, alan] = [peerFrom(random), peerFrom(random)]
  for (const peer of [ada, alan]) node.greet(peer)
  const before = node.machine.membership.contact!
  const already = node.sent.length
  const addresses = ['/ip4/11.0.0.10/tcp/4001/p2p/12D3KooWRelay/p2p-circuit']
  node.input({ on: 'command', id: 1, command: { command: 'move', addresses } })
  const after = node.machine.membership.contact!
  expect(after.addresses).toEqual(addresses)
  expect(after.seq).toBeGreaterThan(before.seq)
  const told = node.sent.slice(already).filter(({ message }) => message.say === 'hello')
  expect(told.map(({ to }) => to).sort()).toEqual([ada.id, alan.id].sort())
  for (const { message } of told) expect(message).toMatchObject({ contact: { addresses } })
})

test('within seconds everybody in a small network knows where it moved', () => {
  const network = new SimulatedNetwork({ seed: 23, nodes: 6 })
  network.joinAll(200)
  network.world.runFor(5_000)
  const [mover, ...others] = network.ids
  const addresses = ['/ip4/11.0.0.99/tcp/4001']
  network.world.command(mover!, { command: 'move', addresses })
  network.world.runUntil(
    () =>
      others.every(
        (id) => network.machine(id).contacts.contact(mover!)?.addresses[0] === addresses[0],
      ),
    20_000,
    { what: 'everybody knows the new address', every: 100 },
  )
  expect(network.machine(mover!).membership.contact?.addresses).toEqual(addresses)
})
