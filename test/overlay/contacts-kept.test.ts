// Whom a node remembers over a restart: its neighbours, soon after it met them, so that it finds the
// ring again when the node through which it joined is gone or barred.
import { describe, expect, test } from 'vitest'
import { SimulatedNetwork } from '../node/simulated-network.ts'

describe('a node remembers its neighbours', () => {
  test.each([
    ['crashes five seconds after it joined', 5_000, 'crash'],
    ['stops five seconds after it joined', 5_000, 'stop'],
    ['stops right after it joined', 0, 'stop'],
  ] as const)('when it %s', (_, after, how) => {
    const network = new SimulatedNetwork({
      ...{ seed: 5, nodes: 3 },
      bootstraps: (index, ids) => (index === 0 ? [] : [ids[0]!]),
    })
    network.joinAll(100)
    network.untilRingIsConsistent(30_000)
    const { ids, world } = network
    const [founder, other, node] = [ids[0]!, ids[1]!, ids[2]!]
    world.runFor(after)
    world[how](node)
    world.runFor(100)
    world.restart(node)
    const stored = [...network.machine(node).options.stored].map(([key]) => key)
    const contacts = stored.filter((key) => key.startsWith('contact/'))
    expect(contacts.sort()).toEqual([founder, other].map((id) => `contact/${id}`).sort())
  })
})
