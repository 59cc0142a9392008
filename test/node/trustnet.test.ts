// Whole nodes that route by the policy `trustnet`: complete delivery without an attack, whoever rated whom.
import { describe, expect, test } from 'vitest'
import { encodeNodeMessage } from '../../src/node/message.ts'
import { answers, found, joined, named, rateEach, settle } from './trusting-network.ts'

describe('without an attack', () => {
  test.each([4, 10, 50])('%i nodes that rate each other deliver everything', (nodes) => {
    const network = joined(nodes, nodes, 'trustnet')
    settle(network, network.rateAtRandom(6))
    const all = answers(network, network.ids, 100)
    expect([found(all, network.ids), named(all, network.ids)]).toEqual([100, 100])
    expect(all.some((one) => one!.hops.some(({ by }) => by === 'final'))).toBe(true)
  })

  test('60 nodes of which nobody rated anybody deliver everything', () => {
    const network = joined(60, 60, 'trustnet')
    const { delivered, failures } = network.lookups(100)
    expect(failures).toEqual([])
    expect(delivered).toBe(100)
  })

  test('40 nodes of which half rated nobody and were not rated find every root', () => {
    const network = joined(40, 40, 'trustnet')
    const raters = network.ids.slice(0, 20)
    let ratings = 0
    for (const id of raters)
      ratings += rateEach(network, id, network.random.shuffle(raters).slice(0, 6))
    settle(network, ratings)
    expect(found(answers(network, network.ids, 100), network.ids)).toBe(100)
  })

  test('the tables are computed from the Trustchains at hand: nobody is asked for a list', () => {
    const network = joined(20, 20, 'trustnet')
    const traffic = { messages: 0, bytes: 0, routing: 0 }
    const end = network.world.observe('delivered', ({ message }) => {
      if (message.protocol === 'routing') traffic.routing++
      if (message.protocol !== 'trustchain') return
      traffic.messages++
      traffic.bytes += encodeNodeMessage(message).length
    })
    const ratings = network.rateAtRandom(6)
    settle(network, ratings)
    end()
    const each = (sum: number): string => (sum / 20).toFixed(0)
    console.log(
      `${ratings} ratings among 20 nodes: ${each(traffic.messages)} Trustchain messages and ${each(traffic.bytes)} bytes a node, ${traffic.routing} for tables`,
    )
    expect(traffic.routing).toBe(0)
    for (const id of network.ids)
      expect(network.machine(id).routing.trusted.wanted().length).toBeGreaterThan(5)
  })
})
