// kill -9 at random moments while a node signs ratings: what it acknowledged is in its Trustchain
// after the restart and at its peers, and no two histories of it are ever seen. TRUSTNET_LONG=1
// kills 50 times, otherwise 5; TRUSTNET_SEED replays the moments.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ApiClient } from '../../src/api/client.ts'
import { seededRandom } from '../../src/core/random.ts'
import { member } from '../api/members.ts'
import { LiveNetwork, type LiveNode, until } from './harness.ts'

const rounds = process.env.TRUSTNET_LONG === '1' ? 50 : 5
const seed = Number(process.env.TRUSTNET_SEED ?? Date.now() % 1_000_000)
const random = seededRandom(seed)

type Receipt = Awaited<ReturnType<ApiClient['rate']>>

/** Rates members in four lanes until the node is gone; tells every receipt. */
async function rateUntilGone(node: LiveNode, acknowledged: Map<number, string>): Promise<void> {
  let asked = 0
  const lane = async (): Promise<void> => {
    for (;;) {
      const subject = member(`subject ${random.below(40)}`).peerId
      const value = `0.${1 + (asked++ % 9)}`
      const receipt: Receipt | undefined = await node.api
        .rate({ peer: subject, value })
        .catch(() => undefined)
      if (receipt === undefined) return
      acknowledged.set(receipt.seq, receipt.hash)
    }
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

/** An author's whole Trustchain as a node holds it: hash by sequence number. */
async function chainOf(author: LiveNode, at: LiveNode): Promise<Map<number, string>> {
  const chain = new Map<number, string>()
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<ApiClient['history']>> = await at.api.history({
      ...{ author: author.nodeId, limit: 1_000 },
      ...(after === null ? {} : { after }),
    })
    for (const { seq, hash } of page.ratings) chain.set(seq, hash)
    after = page.next
  } while (after !== null)
  return chain
}

const expectHeld = (chain: Map<number, string>, acknowledged: Map<number, string>): void =>
  expect([...acknowledged].filter(([seq, hash]) => chain.get(seq) !== hash)).toEqual([])

describe(`a node that is killed with kill -9 ${rounds} times while it signs (seed ${seed})`, () => {
  test('keeps what it acknowledged, rejoins, and never forks', async () => {
    await using network = await LiveNetwork.open()
    const founder = await network.node('n1')
    const witness = await network.node('n2', '--join', founder.started.invite)
    let victim = await network.node('victim', '--join', witness.started.invite)
    const told: string[] = []
    const ends = new AbortController()
    const listening = [founder, witness].map(async (node) => {
      for await (const { event } of node.api.events(['forked', 'misbehaved'], ends.signal))
        told.push(`${node.name}: ${event}`)
    })
    const acknowledged = new Map<number, string>()
    const perLife: number[] = []
    for (let round = 0; round < rounds; round++) {
      await victim.joined(2)
      const before = acknowledged.size
      const rating = rateUntilGone(victim, acknowledged)
      // The first receipt shows that it signs again; the moment after it is any.
      await until(
        'a first receipt',
        () => acknowledged.size,
        (size) => size > before,
      )
      await delay(random.below(150))
      await victim.end('SIGKILL')
      await rating
      perLife.push(acknowledged.size - before)
      victim = await network.node('victim')
      const status = await victim.api.status()
      expect(status.forked).toBe(false)
      expect(status.ratings.own).toBeGreaterThanOrEqual(Math.max(...acknowledged.keys()))
      expectHeld(await chainOf(victim, victim), acknowledged)
    }
    await victim.joined(2)
    const own = await chainOf(victim, victim)
    for (const node of [founder, witness]) {
      const held = await until(
        `${node.name} holds all ${own.size} entries`,
        () => chainOf(victim, node),
        (chain) => chain.size === own.size,
      )
      expect(held).toEqual(own)
    }
    ends.abort()
    await Promise.all(listening)
    expect(told).toEqual([])
    console.log(`${rounds} kills (seed ${seed}), receipts in each life: ${perLife.join(' ')}`)
  }, 1_200_000)
})
