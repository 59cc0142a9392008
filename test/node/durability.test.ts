// What a node said it never takes back and never says twice: restarts, lost disks and backups, late
// joiners, dead bootstraps, and peers that keep entries to themselves.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import type { NodeMessage } from '../../src/node/message.ts'
import type { NodeCommand, NodeEvent } from '../../src/node/node-ports.ts'
import { checkPromises } from '../../src/sim/checkers.ts'
import type { Wrapper } from '../../src/sim/simulated-node.ts'
import { entryKey } from '../../trustchain/intake.ts'
import { type NetworkSettings, SimulatedNetwork } from './simulated-network.ts'

const second = 1_000

function joined(settings: Partial<NetworkSettings> = {}): SimulatedNetwork {
  const network = new SimulatedNetwork({ seed: 1, nodes: 20, ...settings })
  network.joinAll(50)
  network.untilRingIsConsistent(60 * second)
  return network
}

/** Events of all nodes, as they come. */
function eventsOf(network: SimulatedNetwork): { node: NodeId; event: NodeEvent }[] {
  const events: { node: NodeId; event: NodeEvent }[] = []
  network.world.observe('effect', ({ node, effect }) => {
    if (effect.do === 'notify') events.push({ node, event: effect.note as NodeEvent })
  })
  return events
}

const forksIn = (network: SimulatedNetwork): number =>
  network.world.live().reduce((sum, id) => {
    return sum + [...network.machine(id).trustchain.trustchains.forks].length
  }, 0)

const ownLength = (network: SimulatedNetwork, id: NodeId): number =>
  network.machine(id).trustchain.trustchains.head(id).seq

/** Nothing of a node's own leaves it, as news or as an answer, that is not on its disk. */
function keepPromises(network: SimulatedNetwork): void {
  checkPromises(network.world, (node, letOut, durable) => {
    if (letOut.do === 'answer') {
      const receipt = letOut.answer.ok
        ? (letOut.answer.value as { hash?: string; seq?: number })
        : {}
      if (receipt?.hash === undefined || durable.has(entryKey(node, receipt.seq!))) return undefined
      return `the answer of its rating ${receipt.seq}`
    }
    const { message } = letOut.message
    if (message.say !== 'entries') return undefined
    const lacking = message.entries.find(
      ({ authorId, seq }) => authorId === node && !durable.has(entryKey(node, seq)),
    )
    return lacking && `its entry ${lacking.seq}`
  })
}

test('a node crashed right after an acknowledged rating has it after its restart and never forks', () => {
  const network = joined({ persistLatencyMs: 5, network: { loss: 0.02 } })
  keepPromises(network)
  const { world, random } = network
  const rater = network.ids[3]!
  for (let round = 1; round <= 15; round++) {
    const handle = network.rate(rater, random.pick(network.ids.slice(4))!, random.below(900_001))
    world.runUntil(() => handle.answered, 30 * second, { what: 'the answer' })
    expect(handle.answer).toMatchObject({ ok: true })
    world.crash(rater, { unsynced: round % 2 === 0 ? 'torn' : 'lost' })
    world.runFor(random.below(3 * second))
    world.restart(rater)
    expect(ownLength(network, rater)).toBe(round)
    world.runFor(random.below(2 * second))
  }
  network.untilEntriesSpread(15, 60 * second)
  expect(forksIn(network)).toBe(0)
})

test('a crash before the disk has synced loses at most what nobody was told', () => {
  const network = joined({ persistLatencyMs: 20 })
  keepPromises(network)
  const { world, random } = network
  const rater = network.ids[3]!
  let acknowledged = 0
  for (let round = 0; round < 20; round++) {
    const handle = network.rate(rater, network.ids[5 + (round % 10)]!, 500_000)
    world.runFor(random.below(40))
    if (handle.answered && handle.answer?.ok === true) acknowledged++
    world.crash(rater, { unsynced: 'torn' })
    world.runFor(random.below(second))
    world.restart(rater)
    expect(ownLength(network, rater)).toBeGreaterThanOrEqual(acknowledged)
    world.runFor(12 * second)
  }
  world.runFor(20 * second)
  expect(forksIn(network)).toBe(0)
  expect(ownLength(network, rater)).toBeGreaterThanOrEqual(acknowledged)
})

for (const [disk, take] of [
  ['an older copy of its disk', 2],
  ['an empty disk', 0],
] as const)
  test(`a node that comes back with ${disk} asks its peers before it signs`, () => {
    const network = joined()
    const { world } = network
    const rater = network.ids[3]!
    const rateSome = (from: number, to: number): void => {
      for (let i = from; i < to; i++) network.rate(rater, network.ids[5 + i]!, 800_000)
      network.untilEntriesSpread(to, 30 * second)
    }
    rateSome(0, 2)
    const backup = take === 0 ? new Map() : world.storeOf(rater)
    rateSome(2, 6)
    world.crash(rater)
    world.restart(rater, backup)
    expect(ownLength(network, rater)).toBe(take)
    const handle = network.rate(rater, network.ids[15]!, 900_000)
    world.runUntil(() => handle.answered, 60 * second, { what: 'the answer' })
    expect(handle.answer).toMatchObject({ ok: true, value: { seq: 7 } })
    network.untilEntriesSpread(7, 60 * second)
    expect(forksIn(network)).toBe(0)
  })

test('one live bootstrap among dead ones is enough, and a late joiner learns every Trustchain', () => {
  const network = new SimulatedNetwork({
    seed: 5,
    nodes: 24,
    // The last four are never started; everybody is told of three of them and of one that lives.
    bootstraps: (i, ids) => (i === 0 ? [] : [...ids.slice(20, 23), ids[0]!]),
  })
  network.joinAll(50, 20)
  network.untilRingIsConsistent(60 * second)
  const rated = network.rateAtRandom(3)
  network.untilEntriesSpread(rated, 60 * second)
  const late = network.ids[23]!
  network.start(late)
  network.untilRingIsConsistent(60 * second)
  network.untilEntriesSpread(rated, 60 * second)
  const { membership } = network.machine(late)
  network.world.runUntil(() => membership.joined, 30 * second, { what: 'the end of the join' })
  expect(network.lookups(200).failures).toEqual([])
})

/** Serves Trustchains, but never a certain author's entries; quotes their heads as ever. */
const withhold =
  (author: NodeId): Wrapper<NodeMessage, NodeCommand> =>
  (inner) => ({
    refuses: (peer) => inner.refuses(peer),
    step: (input, now) =>
      inner.step(input, now).map((effect) => {
        if (effect.do !== 'send' || effect.message.protocol !== 'trustchain') return effect
        const { message } = effect.message
        if (message.say !== 'entries') return effect
        const entries = message.entries.filter(({ authorId }) => authorId !== author)
        return { ...effect, message: { protocol: 'trustchain', message: { ...message, entries } } }
      }),
  })

test('who quotes an entry and keeps it to itself is found out, and others serve it', () => {
  const network = joined({ nodes: 10 })
  const { world } = network
  const [, author, keeper] = network.ids as [NodeId, NodeId, NodeId]
  const events = eventsOf(network)
  world.wrap(keeper, withhold(author))
  // The newest entry reaches the keeper alone; then its author is gone for a while.
  const others = world.live().filter((id) => id !== author && id !== keeper)
  world.partition([author, keeper])
  network.rate(author, network.ids[5]!, 700_000)
  world.runFor(5 * second)
  expect(network.machine(keeper).trustchain.trustchains.head(author).seq).toBe(1)
  world.crash(author)
  world.heal()
  world.runFor(60 * second)
  for (const id of others)
    expect(network.machine(id).trustchain.trustchains.head(author).seq).toBe(0)
  const blamed = events.filter(
    ({ event }) =>
      event.event === 'misbehaved' && event.peer === keeper && event.why === 'withheld',
  )
  expect(new Set(blamed.map(({ node }) => node)).size).toBeGreaterThan(0)
  expect(events.some(({ event }) => event.event === 'misbehaved' && event.peer !== keeper)).toBe(
    false,
  )
  world.restart(author)
  network.untilEntriesSpread(1, 60 * second)
})
