// A hostile peer (issue 3, acceptance 9): malformed, oversize, replayed, cross-chain, wrong-height and
// flooding messages are refused and named, and what is kept stays bounded.
import { describe, expect, it } from 'vitest'
import { decodeConsensusMessage, encodeConsensusMessage } from '../../consensus/codec.ts'
import type { ConsensusMessage, ConsensusMisbehaviour } from '../../consensus/message.ts'
import {
  blocksServedPerSecondMax,
  costPerSecondMax,
  pushesPerSecondMax,
} from '../../consensus/peers.ts'
import { signVote } from '../../consensus/verify-vote.ts'
import type { BlockId } from '../../consensus/vote.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { ChainId } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import { fakeKey, fakeSigner } from '../../src/sim/consensus/fake-crypto.ts'
import { addOf, chainId, heightsOf, idOf, type TestNode, worldOf } from './network.ts'

const hostile = idOf(9)
const block = 'ab'.repeat(32) as BlockId

/** Four members that have decided a few blocks, and the first of them with a hostile peer. */
function scene() {
  const world = worldOf({ members: 4, options: { emptyEvery: 200 } })
  for (let key = 0; key < 4; key++) world.add(idOf(key))
  world.runUntil(() => heightsOf(world).every((height) => height > 3), 10_000)
  const node = world.nodeOf(idOf(0))
  node.step({ on: 'connected', peer: hostile }, world.now)
  const say = (message: ConsensusMessage) => hear(node, message, world.now)
  return { world, node, say }
}

/** What the node says of the hostile peer after a message. */
function hear(node: TestNode, message: ConsensusMessage, now: number): ConsensusMisbehaviour[] {
  return node
    .step({ on: 'message', from: hostile, message }, now)
    .flatMap((effect) =>
      effect.do === 'notify' && effect.note.note === 'misbehaved' ? [effect.note.why] : [],
    )
}

const voteOf = (key: number, height: number, chain: ChainId = chainId) =>
  signVote(
    fakeSigner(fakeKey(key), () => undefined),
    chain,
    { kind: 'prevote', height, round: 0, block, voter: idOf(key) },
  )

describe('a hostile peer', () => {
  it('with votes of another chain, of a stranger, or forged is named', () => {
    const { node, say } = scene()
    const { height } = node.machine.engine
    const votes = (...list: ReturnType<typeof voteOf>[]) =>
      say({ say: 'votes', votes: list.map((vote) => ({ ...vote })) })
    expect(votes(voteOf(1, height, 'fedcba9876543210' as ChainId))).toEqual(['invalid-vote'])
    expect(votes(voteOf(9, height))).toEqual(['invalid-vote'])
    const forged = { ...voteOf(1, height), block: null }
    expect(say({ say: 'votes', votes: [forged] })).toEqual(['invalid-vote'])
    expect(node.machine.engine.rounds().flatMap((each) => each.prevotes)).not.toContain(9)
  })

  it('with votes of past and far heights changes nothing', () => {
    const { node, say } = scene()
    const { height } = node.machine.engine
    const before = node.machine.held
    for (const at of [1, height - 1, height + 2, 2 ** 40])
      expect(say({ say: 'votes', votes: [{ ...voteOf(1, at) }] })).toEqual([])
    expect(node.machine.held).toEqual(before)
    expect(node.machine.engine.height).toBe(height)
  })

  it('with decided blocks that the committee did not sign, or signed for another height, is named', () => {
    const { node, say } = scene()
    const { height } = node.machine.engine
    const last = node.machine.blockAt(height - 1)!
    const transactions: never[] = []
    const { lastCommit } = last.block
    // A replay of what is final: old, no fault.
    const replay = { header: last.block.header, transactions, lastCommit }
    expect(say({ say: 'decided', block: replay, commit: last.commit })).toEqual([])
    // The header of the next height under the commit of this one.
    const next = { ...replay, header: { ...last.block.header, height } }
    expect(say({ say: 'decided', block: next, commit: last.commit })).toEqual(['invalid-commit'])
    expect(node.machine.held.assemblies).toBe(0)
  })

  it('with a proposal whose parts are not of its header, or out of turn, is named', () => {
    const { node, say } = scene()
    const { height } = node.machine.engine
    const last = node.machine.blockAt(height - 1)!.block
    const compact = { header: last.header, transactions: [], lastCommit: last.lastCommit }
    const signature = new Uint8Array(64)
    for (const proposer of [idOf(9), node.machine.engine.proposerOf(0)]) {
      const proposal = { height, round: 0, block, validRound: -1, proposer, signature } as const
      expect(say({ say: 'proposal', proposal, block: compact })).toEqual(['invalid-proposal'])
    }
  })

  it('with answers that nobody asked for is named', () => {
    const { say } = scene()
    expect(say({ say: 'transactions', block, places: [], transactions: [] })).toEqual(['unasked'])
    expect(say({ say: 'blocks', from: 1, blocks: [] })).toEqual(['unasked'])
    expect(say({ say: 'chunk', height: 1, chunk: 0, bytes: null })).toEqual([])
  })

  it('with transactions that are none is named; the pool holds none of them', () => {
    const { node, say } = scene()
    const held = node.machine.pool.size
    expect(say({ say: 'submit', transactions: [utf8('nonsense')] })).toEqual([
      'invalid-transaction',
    ])
    expect(node.machine.pool.size).toBe(held)
  })

  it('rule 19: that claims any height neither stalls the others nor keeps its victim from signing', () => {
    const { world, node, say } = scene()
    const from = heightsOf(world)[0]!
    const status = { say: 'status', round: 0, step: 'propose', rounds: [], linked: [] } as const
    for (let i = 0; i < 20; i++) {
      say({ ...status, height: 2 ** 40 })
      expect(node.machine.isCatchingUp).toBe(false)
      world.runFor(500)
    }
    expect(heightsOf(world)[0]! - from).toBeGreaterThan(10)
    const why = node.notes.flatMap((note) => (note.note === 'misbehaved' ? [note.why] : []))
    expect(new Set(why)).toEqual(new Set(['silent']))
  })

  it('that floods is named and not listened to; memory stays flat and the rest go on', () => {
    const { world, node, say } = scene()
    const random = seededRandom(5)
    let flooding = 0
    for (let i = 0; i < 5_000; i++) {
      const order = addOf(random.below(5_000), 1 + random.below(600), i)
      const transactions = Array.from({ length: 20 }, () => order)
      flooding += say({ say: 'submit', transactions }).filter((why) => why === 'flooding').length
    }
    expect(flooding).toBeGreaterThan(1_000)
    for (let i = 0; i < 2_000; i++) say({ say: 'want-blocks', from: 1, to: 64 })
    expect(node.machine.pool.size).toBeLessThanOrEqual(20_000)
    expect(node.machine.held.syncing).toBe(0)
    node.step({ on: 'dropped', peer: hostile, why: 'closed' }, world.now)
    expect(node.machine.held.peers).toBe(3)
    const from = heightsOf(world)[1]!
    world.runUntil(() => heightsOf(world).every((height) => height > from + 3), 20_000)
  })

  it('that is a member and floods with transactions is not listened to beyond its share, but its votes count', () => {
    const { world, node } = scene()
    const member = idOf(1)
    const order = addOf(1, 1, 7)
    const flood: ConsensusMessage = {
      say: 'submit',
      transactions: Array.from({ length: 100 }, () => order),
    }
    const named = () => node.notes.filter((note) => note.note === 'misbehaved').length
    const before = named()
    for (let i = 0; i < 1_000; i++)
      node.step({ on: 'message', from: member, message: flood }, world.now)
    const { height, round } = node.machine.engine
    const vote = voteOf(1, height)
    node.step({ on: 'message', from: member, message: { say: 'votes', votes: [vote] } }, world.now)
    expect(node.machine.engine.vote('prevote', round, member)).toBeDefined()
    expect(named()).toBe(before)
  })

  it('that asks over and over what it lacks gets no more than its share', () => {
    const { world, node } = scene()
    const { height } = node.machine.engine
    const status = {
      ...({ say: 'status', round: 0, step: 'propose', rounds: [], linked: [] } as const),
      height: height - 1,
    }
    let pushed = 0
    for (let i = 0; i < 2_000; i++)
      pushed += node
        .step({ on: 'message', from: hostile, message: status }, world.now)
        .filter((effect) => effect.do === 'send' && effect.to === hostile).length
    expect(pushed).toBeGreaterThan(0)
    expect(pushed).toBeLessThanOrEqual(5 * pushesPerSecondMax)
  })

  it('gets no new share by linking again', () => {
    const { world, node } = scene()
    let heard = 0
    for (let link = 0; link < 100; link++) {
      for (let i = 0; i < 20; i++)
        heard += hear(node, { say: 'want-blocks', from: 1, to: 64 }, world.now).length === 0 ? 1 : 0
      node.step({ on: 'dropped', peer: hostile, why: 'closed' }, world.now)
      node.step({ on: 'connected', peer: hostile }, world.now)
    }
    expect(heard).toBeLessThanOrEqual((5 * costPerSecondMax) / 64)
  })

  it('that asks for the same blocks over and over gets no more than its share', () => {
    const { world, node } = scene()
    let served = 0
    for (let i = 0; i < 2_000; i++)
      for (const effect of node.step(
        { on: 'message', from: hostile, message: { say: 'want-blocks', from: 1, to: 64 } },
        world.now,
      ))
        if (effect.do === 'send' && effect.message.say === 'blocks')
          served += effect.message.blocks.length
    expect(served).toBeGreaterThan(0)
    expect(served).toBeLessThanOrEqual(5 * blocksServedPerSecondMax)
    const named = node.notes.filter((note) => note.note === 'misbehaved' && note.why === 'flooding')
    expect(named.length).toBeGreaterThan(1_000)
  })

  it('whose bytes are changed, cut or doubled is refused by the codec, whatever the message', () => {
    const { node } = scene()
    const random = seededRandom(3)
    const said = encodeConsensusMessage(node.machine.status())
    for (let i = 0; i < 2_000; i++) {
      const bytes = new Uint8Array(said)
      bytes[random.below(bytes.length)]! ^= 1 + random.below(255)
      const decoded = decodeConsensusMessage(bytes, chainId)
      if (decoded.ok) hear(node, decoded.message, 0)
    }
    expect(node.machine.held.assemblies).toBe(0)
  })
})
