// Whole nodes that keep a chain, in virtual time: ratings become final on everybody, members or not, and
// trust, reputation, bans and the committee follow from what is final.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import type { Category } from '../../trustchain/entry.ts'
import { type NetworkSettings, SimulatedNetwork } from './simulated-network.ts'

const started = (settings: Partial<NetworkSettings> & { nodes: number }): SimulatedNetwork => {
  const network = new SimulatedNetwork({
    ...{ seed: 7, founders: 4, timing: { probeEvery: 2_000 } },
    ...settings,
  })
  network.joinAll(200)
  network.world.runFor(5_000)
  return network
}

const ledgerOf = (network: SimulatedNetwork, id: NodeId) => network.machine(id).ledger!

/** Every live node holds these final entries of the author. */
const untilFinal = (
  network: SimulatedNetwork,
  author: NodeId,
  seq: number,
  limit = 5_000,
  at: readonly NodeId[] = network.world.live(),
) =>
  network.world.runUntil(
    () => at.every((id) => ledgerOf(network, id).finalHead(author).seq >= seq),
    limit,
    { what: `entry ${seq} of ${author} final everywhere`, every: 50 },
  )

const stars = (
  network: SimulatedNetwork,
  from: NodeId,
  to: NodeId,
  given: number,
  category: Category = 'reliability',
) =>
  network.world.command(from, {
    ...({ command: 'rate', overlay: 'social' } as const),
    ...{ subject: network.keyOf(to), stars: given, category },
  })

const statesAgree = (network: SimulatedNetwork): void => {
  const hashes = new Map<number, Set<string>>()
  for (const id of network.world.live()) {
    const { height, stateHash } = ledgerOf(network, id)
    hashes.set(height, (hashes.get(height) ?? new Set()).add(stateHash))
  }
  for (const found of hashes.values()) expect(found.size).toBe(1)
}

describe('a network that keeps a chain', () => {
  test('makes a rating final on every node within seconds, members and others', () => {
    const network = started({ nodes: 9 })
    const [a, , , , , f, g] = network.ids as NodeId[]
    network.rate(a!, f!, 900_000)
    network.rate(f!, g!, 500_000)
    untilFinal(network, a!, 1)
    untilFinal(network, f!, 1)
    network.world.runFor(1_000)
    // a trusts f by its own rating, and g by f's.
    expect(network.machine(a!).trust.trust('social', g!)).toBe(450_000)
    statesAgree(network)
  })

  test('trusts what others say only once it is final; its own word at once', () => {
    const network = started({ nodes: 6 })
    const [a, b, c, d, e, f] = network.ids as NodeId[]
    network.rate(a!, e!, 1_000_000)
    untilFinal(network, a!, 1)
    // Two of four members gone: nothing is final any more.
    network.world.crash(c!)
    network.world.crash(d!)
    network.world.runFor(1_000)
    network.rate(e!, f!, 800_000)
    network.rate(a!, b!, 700_000)
    network.world.runFor(5_000)
    expect(network.machine(a!).trustchain.trustchains.head(e!).seq).toBe(1)
    expect(network.machine(a!).trust.trust('social', f!)).toBe(0)
    expect(network.machine(a!).trust.trust('social', b!)).toBe(700_000)
    network.world.restart(c!)
    network.world.restart(d!)
    untilFinal(network, e!, 1, 60_000)
    network.world.runFor(1_000)
    expect(network.machine(a!).trust.trust('social', f!)).toBe(800_000)
    statesAgree(network)
  })

  test("gives the founding note's reputation: 4, 5, 3 and 4.5 stars are 4.1", () => {
    const network = started({ nodes: 5 })
    const [a, b, c, d, e] = network.ids as NodeId[]
    const given = [4, 5, 3, 4.5]
    ;[a, b, c, d].forEach((rater, i) => {
      stars(network, rater!, e!, given[i]!)
    })
    for (const rater of [a, b, c, d]) untilFinal(network, rater!, 1)
    const reputation = ledgerOf(network, e!).reputationOf(e!)
    expect(reputation.ratings).toBe(4)
    expect((reputation.stars! / 100).toFixed(1)).toBe('4.1')
    expect((reputation.weightedStars! / 100).toFixed(1)).toBe('4.1')
    expect(Math.floor(reputation.reputation! / 100)).toBe(78)
  })

  test('bans under the line, cuts the links of a banned node, and heals it when ratings are replaced', () => {
    const network = started({ nodes: 6 })
    const [a, b, c, , e, f] = network.ids as NodeId[]
    const others = network.ids.filter((id) => id !== f)
    for (const rater of [a, b, c]) stars(network, rater!, f!, 1)
    // The banned one is cut off: it may not hear of it.
    for (const rater of [a, b, c]) untilFinal(network, rater!, 1, 5_000, others)
    expect(ledgerOf(network, e!).node(f!)?.status).toBe('BANNED')
    network.world.runFor(2_000)
    expect(network.machine(e!).refuses(f!)).toBe(true)
    expect(network.machine(e!).links.has(f!)).toBe(false)
    for (const rater of [a, b, c]) stars(network, rater!, f!, 4)
    network.world.runUntil(
      () => others.every((id) => ledgerOf(network, id).node(f!)?.status !== 'BANNED'),
      10_000,
      { what: 'the ban ends', every: 50 },
    )
    expect(network.machine(e!).refuses(f!)).toBe(false)
    // And it finds its way back, and to the same state.
    untilFinal(network, a!, 2, 60_000)
    statesAgree(network)
  })

  test('a restarted member and a newcomer reach the same state', () => {
    const network = started({ nodes: 6 })
    const [a, b, c, , e] = network.ids as NodeId[]
    for (let i = 0; i < 10; i++) {
      network.rate(a!, b!, 100_000 * i)
      network.world.runFor(300)
    }
    untilFinal(network, a!, 10)
    network.world.crash(c!)
    network.world.crash(e!)
    network.rate(b!, a!, 500_000)
    network.world.runFor(3_000)
    network.world.restart(c!)
    network.world.restart(e!, new Map())
    untilFinal(network, b!, 1, 30_000)
    network.world.runFor(2_000)
    statesAgree(network)
    const heights = network.world.live().map((id) => ledgerOf(network, id).height)
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThanOrEqual(1)
  })
})

describe('a committee', () => {
  test('of one founder finalizes alone, and becomes four at once when four candidates are there', () => {
    const parameters = { epochBlocks: 5, epochMs: 5_000, heartbeatMs: 500 }
    const network = started({ nodes: 5, founders: 1, parameters })
    const ids = network.ids as NodeId[]
    for (const to of ids.slice(1)) network.rate(ids[0]!, to, 900_000)
    untilFinal(network, ids[0]!, 4)
    network.world.runUntil(
      () => network.world.live().every((id) => ledgerOf(network, id).committee.size === 4),
      120_000,
      { what: 'a committee of four', every: 500 },
    )
    const { height } = ledgerOf(network, ids[0]!)
    network.rate(ids[4]!, ids[1]!, 600_000)
    untilFinal(network, ids[4]!, 1, 10_000)
    expect(ledgerOf(network, ids[0]!).height).toBeGreaterThan(height)
    statesAgree(network)
  })
})
