// Whole nodes that route by the policy `trustnet` find the honest root among the proven ones under attacks
// that defeat the other policies.
import { describe, expect, test } from 'vitest'
import {
  answers,
  found,
  joined,
  named,
  type Routing,
  rateEach,
  settle,
} from './trusting-network.ts'

describe('under attack', () => {
  test('30 nodes of which six misroute find the honest root all the same', () => {
    const run = (routing: Routing): number => {
      const network = joined(31, 30, routing, 6)
      let ratings = 0
      for (const id of network.ids)
        ratings += rateEach(network, id, network.random.shuffle(network.ids).slice(0, 10))
      settle(network, ratings)
      const honest = network.ids.slice(0, 24)
      return found(answers(network, honest, 200), honest)
    }
    const shares = { trustnet: run('trustnet'), distnet: run('distnet') }
    console.log('30 nodes, 6 misroute, %:', shares)
    expect(shares.trustnet).toBeGreaterThanOrEqual(99)
    expect(shares.distnet).toBeLessThan(90)
  })

  test('30 honest nodes find theirs beside 30 Sybils with three attack edges', () => {
    const network = joined(33, 60, 'trustnet', 30)
    const honest = network.ids.slice(0, 30)
    const sybils = network.ids.slice(30)
    let ratings = 0
    for (const people of [honest, sybils])
      for (const id of people)
        ratings += rateEach(network, id, network.random.shuffle(people).slice(0, 8))
    for (let i = 0; i < 3; i++) ratings += rateEach(network, honest[i]!, [sybils[i]!])
    settle(network, ratings)
    const all = answers(network, honest, 200)
    const shares = { found: found(all, honest), named: named(all, honest) }
    console.log('30 honest, 30 Sybils, 3 attack edges, %:', shares)
    // The nearest of all sixty is a Sybil every second time: that is what distnet finds.
    expect(shares.found).toBeGreaterThanOrEqual(99)
    expect(shares.named).toBeGreaterThan(65)
  })
})
