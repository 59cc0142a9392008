// Values under churn and attack in simulated networks of 50 whole nodes, at the size of the acceptance:
// a thousand values, a fifth of the nodes crashing at once, a fifth that acknowledges and forgets.
import { describe, expect, test } from 'vitest'
import { holdersWanted } from '../../overlay/values/limits.ts'
import type { PutAnswer } from '../../overlay/values/message.ts'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { namedKeyOf } from '../../src/core/value-key.ts'
import { honestUntilTold } from '../../src/sim/adversary/by-name.ts'
import { inWorld } from '../../src/sim/adversary/in-world.ts'
import { crashShare } from '../../src/sim/scenario.ts'
import { chainId } from '../node/simulated-network.ts'
import { ValueNetwork } from './value-network.ts'

const seed = Number(process.env.TRUSTNET_SEED ?? 1)
const nodes = 50
const values = 1_000

/** Half a minute each on a machine of their own. */
const minutes = 600_000

/** Turns these into nodes that drop what they route and forget what they are given. */
function turn(network: ValueNetwork, attackers: readonly NodeId[]): void {
  const kinds = ['drop', 'withhold'] as const
  for (const self of attackers) {
    const ports = { self, signer: network.signerOf(self), chainId, accomplices: [] }
    network.world.wrap(
      self,
      inWorld({ kinds, options: honestUntilTold }, { ...ports, overlay: 'social' }),
    )
  }
}

describe.each(['pastry', 'distnet', 'trustnet'] as const)('%s', (routing) => {
  test(
    `${values} values outlive a fifth of the nodes (seed ${seed})`,
    () => {
      const network = ValueNetwork.of({ seed, nodes, routing })
      const put = network.putMany(values)
      expect(crashShare(network.world, 0.2)).toHaveLength(nodes / 5)
      expect(network.missing(put)).toEqual([])
      network.world.runFor(120_000)
      const copies = [...put.keys()].map((key) => network.holdersOf(key).length)
      expect(Math.min(...copies)).toBeGreaterThanOrEqual(holdersWanted)
    },
    minutes,
  )

  test(
    `a fifth that drops and forgets hides at most one of ${values} (seed ${seed})`,
    () => {
      const network = ValueNetwork.of({ seed: seed + 1, nodes, routing })
      const attackers = network.ids.slice(-nodes / 5)
      turn(network, attackers)
      const put = network.putMany(values)
      const honest = network.ids.slice(0, -nodes / 5)
      const missing = network.missing(put, honest)
      console.log(`${routing}, seed ${seed}: ${missing.length} of ${values} values were hidden`)
      expect(missing.length).toBeLessThanOrEqual(values / 1_000)
    },
    minutes,
  )
})

test(
  `among twice as many Sybils that withhold, trust finds what plain nearness loses (seed ${seed})`,
  () => {
    const people = 30
    const count = 200
    const hidden = (['pastry', 'trustnet'] as const).map((routing) => {
      const network = ValueNetwork.of({ seed: seed + 5, nodes: 3 * people, routing })
      const honest = network.ids.slice(0, people)
      turn(network, network.ids.slice(people))
      for (const [i, from] of honest.entries())
        for (const step of [1, 2, 3, 4]) network.rate(from, honest[(i + step) % people]!, 800_000)
      network.untilEntriesSpread(4 * people, 60_000)
      network.world.runFor(30_000)
      const put = network.putMany(count, 64, honest)
      return network.missing(put, honest).length
    })
    console.log(`hidden of ${count} by 60 of 90 nodes: pastry ${hidden[0]}, trustnet ${hidden[1]}`)
    expect(hidden[1]).toBeLessThanOrEqual(count / 100)
    expect(hidden[0]).toBeGreaterThan(hidden[1]!)
  },
  minutes,
)

test(
  `values outlive ten minutes of churn in which everybody leaves once (seed ${seed})`,
  () => {
    const network = ValueNetwork.of({ seed: seed + 2, nodes })
    const put = network.putMany(200)
    const left = new Set<NodeId>()
    // A departure every twelve seconds: repair has that long before the next.
    for (const id of network.random.shuffle(network.ids)) {
      network.world.crash(id)
      if (!network.world.isLive(id)) left.add(id)
      network.world.runFor(12_000)
      network.world.restart(id)
    }
    expect(left.size).toBe(nodes)
    network.world.runFor(120_000)
    expect(network.missing(put)).toEqual([])
  },
  minutes,
)

test(
  `of a signed value the newest is read beside liars that keep the old one (seed ${seed})`,
  () => {
    const network = ValueNetwork.of({ seed: seed + 3, nodes })
    const [author] = network.ids
    const key = namedKeyOf(network.keyOf(author!), 'news')
    network.put(author!, utf8('first'), 'news')
    const stale = network
      .holdersOf(key)
      .filter((id) => id !== author)
      .slice(0, 2)
    // From now on they take nothing new: what they hold is the first.
    for (const id of stale)
      network.world.wrap(id, (inner) => ({
        refuses: (peer) => inner.refuses(peer),
        step: (input, now) =>
          input.on === 'message' &&
          input.message.protocol === 'values' &&
          (input.message.message.say === 'store' || input.message.message.say === 'offer')
            ? []
            : inner.step(input, now),
      }))
    const second = network.put(author!, utf8('second'), 'news')
    expect(second.holders.filter((id) => stale.includes(id))).toEqual([])
    for (const id of network.ids.filter((one) => !stale.includes(one)))
      expect(utf8Text(network.get(id, key).bytes)).toBe('second')
  },
  minutes,
)

test(
  `trust chooses the holders among the nearest, and never who is barred (seed ${seed})`,
  () => {
    const network = ValueNetwork.of({ seed: seed + 4, nodes: 30 })
    const [author] = network.ids
    const bytes = utf8('whom to trust')
    const near = network.machine(author!).routing.nearest(network.put(author!, bytes).key, 16)
    const others = near.filter((id) => id !== author)
    const [barred, ...rest] = others
    const trusted = rest.slice(-4)
    network.rate(author!, barred!, -1_000_000)
    for (const id of trusted) network.rate(author!, id, 900_000)
    network.world.runFor(20_000)
    const again = network.ask([[author!, { command: 'put-value', bytes, life: 90_000_000 }]])
    const { holders } = again[0]!.ok ? (again[0]!.value as PutAnswer) : { holders: [] }
    expect(holders).toEqual(expect.arrayContaining([...trusted]))
    expect(holders).not.toContain(barred)
  },
  minutes,
)
