// Whole nodes under the overlays' policies, and properties of the simulation that every other test
// of it leans on: a seed fixes a run, and nothing depends on messages being shared objects.
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { decodeNodeMessage, encodeNodeMessage, type NodeMessage } from '../../src/node/message.ts'
import type { NodeCommand } from '../../src/node/node-ports.ts'
import { uniformLatency } from '../../src/sim/latency.ts'
import { crashShare } from '../../src/sim/scenario.ts'
import type { Wrapper } from '../../src/sim/simulated-node.ts'
import { drop } from '../../src/sim/wrappers.ts'
import { chainId, type NetworkSettings, SimulatedNetwork } from './simulated-network.ts'

const second = 1_000

/** A life with a bit of everything; the digest of all that was seen and done. */
function life(settings: NetworkSettings): SimulatedNetwork {
  const network = new SimulatedNetwork(settings)
  network.joinAll(50)
  network.untilRingIsConsistent(60 * second)
  const rated = network.rateAtRandom(3)
  network.untilEntriesSpread(rated, 60 * second)
  expect(network.lookups(50).failures).toEqual([])
  network.rate(network.ids[1]!, network.ids[2]!, -500_000)
  const crashed = crashShare(network.world, 0.1, { spare: [network.ids[1]!] })
  network.world.runFor(5 * second)
  for (const id of crashed) network.world.restart(id)
  network.untilRingIsConsistent(60 * second)
  network.untilEntriesSpread(rated + 1, 60 * second)
  expect(network.lookups(50).failures).toEqual([])
  return network
}

test('a seed fixes a run, and another seed gives another', () => {
  const network = { loss: 0.01 }
  const first = life({ seed: 7, nodes: 25, network, persistLatencyMs: 3 })
  const again = life({ seed: 7, nodes: 25, network, persistLatencyMs: 3 })
  const other = life({ seed: 8, nodes: 25, network, persistLatencyMs: 3 })
  expect(again.world.digest).toBe(first.world.digest)
  expect(again.world.statistics).toEqual(first.world.statistics)
  expect(other.world.digest).not.toBe(first.world.digest)
})

/** Every message leaves as its bytes would read at the other end. */
const encoded: Wrapper<NodeMessage, NodeCommand> = (inner) => ({
  refuses: (peer) => inner.refuses(peer),
  step: (input, now) =>
    inner.step(input, now).map((effect) => {
      if (effect.do !== 'send') return effect
      const bytes = encodeNodeMessage(effect.message)
      const decoded = decodeNodeMessage(effect.message.protocol, bytes, chainId)
      if (!decoded.ok)
        throw new Error(`a ${effect.message.message.say} message does not read: ${decoded.why}`)
      expect(encodeNodeMessage(decoded.message)).toEqual(bytes)
      return { ...effect, message: decoded.message }
    }),
})

test('a network whose messages travel as bytes lives the same life', () => {
  const asObjects = life({ seed: 9, nodes: 30 })
  const asBytes = life({ seed: 9, nodes: 30, wrapper: encoded })
  expect(asBytes.world.digest).toBe(asObjects.world.digest)
})

test('lost and late messages delay, and change nothing else', () => {
  life({ seed: 10, nodes: 25, network: { loss: 0.05, latency: uniformLatency(10, 400) } })
})

test('the measured overlay rates a node that drops requests lower than the others, never below 0', () => {
  const network = new SimulatedNetwork({
    seed: 11,
    nodes: 16,
    overlays: ['measured'],
    timing: { policyEvery: 10 * second },
  })
  network.joinAll(50)
  network.untilRingIsConsistent(60 * second)
  const dropper = network.ids[7]!
  // It forwards, answers and acknowledges only every other message of the router.
  network.world.wrap(dropper, (inner, ports) =>
    drop<NodeMessage, NodeCommand>(
      ({ protocol }, _peer, way) =>
        protocol === 'routing' && way === 'in' && ports.random.fraction() < 0.5,
    )(inner, ports),
  )
  const live = network.world.live()
  for (let round = 0; round < 30; round++) {
    for (const from of live) for (const to of live) network.lookup(from, to, 'measured')
    network.world.runFor(10 * second)
  }
  network.world.runFor(60 * second)
  const values = new Map<NodeId, number[]>()
  const { trustchains } = network.machine(network.ids[0]!).trustchain
  for (const author of trustchains.authors)
    for (const { subjectId, value, overlay } of trustchains.latestOf(author)) {
      expect(overlay).toBe('measured')
      expect(value).toBeGreaterThanOrEqual(0)
      values.set(subjectId, [...(values.get(subjectId) ?? []), value])
    }
  const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length
  const means = [...values].map(([id, list]) => [id, mean(list)] as const)
  const others = means.filter(([id]) => id !== dropper).map(([, value]) => value)
  console.log(
    `measured: the dropper ${values.get(dropper) ?? 'unrated'}, others ${Math.min(...others)} to ${Math.max(...others)} (${others.length} rated)`,
  )
  expect(others.length).toBe(15)
  expect(values.has(dropper)).toBe(true)
  expect(mean(values.get(dropper)!)).toBeLessThan(Math.min(...others))
})
