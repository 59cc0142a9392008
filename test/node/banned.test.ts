// What a node that the network banned or froze is told: it hears of it before its links are cut, and what
// nobody would take is refused before it is signed.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { forkProofOf } from '../../trustchain/fork-proof.ts'
import { encodeForkTransaction } from '../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { draftAfter } from '../trustchain/authoring.ts'
import { chainId, SimulatedNetwork } from './simulated-network.ts'

const started = (seed = 7): SimulatedNetwork => {
  const network = new SimulatedNetwork({
    ...{ seed, nodes: 6, founders: 4, timing: { probeEvery: 2_000 } },
  })
  network.joinAll(200)
  network.world.runFor(5_000)
  return network
}

const stars = (network: SimulatedNetwork, from: NodeId, to: NodeId, given: number) =>
  network.world.command(from, {
    ...({ command: 'rate', overlay: 'social', category: 'reliability' } as const),
    ...{ subject: network.keyOf(to), stars: given },
  })

const answered = (network: SimulatedNetwork, handle: ReturnType<typeof stars>) => {
  network.world.runUntil(() => handle.answered, 5_000, { what: 'an answer', every: 10 })
  return handle.answer!
}

describe('a banned node', () => {
  test.each([7, 8, 9])(
    'hears of its ban, is refused at the source, and may rate again once healed (seed %i)',
    (seed) => {
      const network = started(seed)
      const [a, b, c, , e, f] = network.ids as [NodeId, NodeId, NodeId, NodeId, NodeId, NodeId]
      const banned = (at: NodeId) => network.machine(at).ledger!.node(f)?.status === 'BANNED'
      for (const rater of [a, b, c]) stars(network, rater, f, 1)
      network.world.runUntil(() => network.ids.every(banned), 10_000, {
        ...{ what: 'everybody knows of the ban, the banned one too', every: 50 },
      })
      network.world.runFor(2_000)
      for (const other of [a, b, c, e]) expect(network.machine(other).links.has(f)).toBe(false)
      expect(network.machine(f).links.size).toBe(0)

      const held = network.machine(f).trustchain.trustchains.head(f).seq
      expect(answered(network, stars(network, f, e, 5))).toEqual({
        ...{ ok: false, code: 'trustchain/banned' },
        facts: { nodeId: f, reputation: 0, banBelow: 10, healAbove: 20 },
      })
      expect(answered(network, network.rate(f, e, 900_000))).toMatchObject({ ok: false })
      expect(network.machine(f).trustchain.trustchains.head(f).seq).toBe(held)

      for (const rater of [a, b, c]) stars(network, rater, f, 4)
      network.world.runUntil(() => !banned(f), 90_000, { what: 'the ban ends', every: 100 })
      expect(answered(network, stars(network, f, e, 5))).toMatchObject({ ok: true })
      network.world.runUntil(
        () => network.machine(a).ledger!.finalHead(f).seq === held + 1,
        10_000,
        { what: 'its rating is final', every: 50 },
      )
    },
  )

  test('has its gate shut by who starts anew, without another respite', () => {
    const network = started()
    const [a, b, c, , e, f] = network.ids as [NodeId, NodeId, NodeId, NodeId, NodeId, NodeId]
    for (const rater of [a, b, c]) stars(network, rater, f, 1)
    network.world.runUntil(
      () => network.machine(e).ledger!.node(f)?.status === 'BANNED',
      ...([10_000, { what: 'the ban', every: 10 }] as const),
    )
    expect(network.machine(e).refuses(f)).toBe(false)
    network.world.runFor(3_000)
    expect(network.machine(e).refuses(f)).toBe(true)
    network.world.crash(e)
    network.world.restart(e)
    expect(network.machine(e).refuses(f)).toBe(true)
  })
})

test('a node that a block froze is refused at the source too, also while it does not hold the proof itself', () => {
  const network = started()
  const [a, , , , e, f] = network.ids as [NodeId, NodeId, NodeId, NodeId, NodeId, NodeId]
  const [one, other] = [1, 2].map((time) =>
    signEntry(network.signerOf(f), {
      ...draftAfter([], { chainId, subject: network.keyOf(e), time }),
    }),
  )
  network.world.command(a, {
    command: 'submit',
    transaction: encodeForkTransaction(forkProofOf(one!, other!)),
  })
  network.world.runUntil(() => network.machine(f).ledger!.frozen(f), 10_000, {
    ...{ what: 'the frozen one knows it', every: 50 },
  })
  expect(network.machine(f).trustchain.trustchains.forkOf(f)).toBeUndefined()
  expect(answered(network, network.rate(f, e, 900_000))).toEqual({
    ...{ ok: false, code: 'trustchain/frozen', facts: { nodeId: f } },
  })
  expect(network.machine(f).trustchain.trustchains.head(f).seq).toBe(0)
})
