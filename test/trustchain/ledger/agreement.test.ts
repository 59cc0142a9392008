// Nodes with different histories judge and apply every block alike: what one has checked, judged, seen
// contradicted, reloaded from its store or restored from a snapshot decides nothing.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlockFacts } from '../../../src/core/application.ts'
import { Chain, genesisOf } from './chain.ts'
import { Crowd } from './crowd.ts'

const rules = {
  ...{ epochBlocks: 3, epochMs: 3_000, heartbeatMs: 1_000, snapshotBlocks: 1 },
  entriesPerEpoch: 2,
}
const room = { bytes: 100_000, count: 200 }
const rooms = [room, room, { bytes: 900, count: 200 }, { bytes: 100_000, count: 3 }]

/** Takes the place of a node that lost everything and restores the newest snapshot of another. */
function restoreFrom(source: Chain, node: Chain): void {
  const offer = source.ledger.listSnapshots()[0]!
  const chunks = Array.from(
    { length: offer.chunks },
    (_, i) => source.ledger.loadSnapshotChunk(offer.height, i)!,
  )
  const joining = new Chain(node.genesis)
  const writes = joining.ledger.applySnapshot(offer, chunks)
  if (!Array.isArray(writes)) throw new Error(JSON.stringify(writes))
  for (const { key, value } of writes) if (value !== null) joining.store.set(key, value)
  node.ledger = joining.ledger
  node.store.clear()
  for (const [key, value] of joining.store) node.store.set(key, value)
}

/** What a node alone goes through between two blocks. */
function live(crowd: Crowd, node: Chain, by: Chain, pool: readonly Uint8Array[], next: BlockFacts) {
  for (const one of crowd.shuffled(pool)) if (crowd.chance(60)) node.ledger.checkTransaction(one)
  if (crowd.chance(30)) node.ledger.processProposal({ ...next, time: next.time + 1 })
  if (crowd.chance(20)) node.restart((keys) => crowd.shuffled(keys))
  if (crowd.chance(10) && by.ledger.height > 0) restoreFrom(by, node)
  if (crowd.chance(30)) node.ledger.prepareProposal(crowd.shuffled(pool), room, next.time)
  if (crowd.chance(30)) node.ledger.takeForkProofs()
}

const views = ({ ledger }: Chain) => ({
  ...{ hash: ledger.stateHash, epoch: ledger.epoch, roots: ledger.roots },
  ...{ committee: ledger.committee.hash, next: ledger.nextCommittee.hash },
})

test('rule 21: nodes with different histories give every block the same verdict and the same state', () => {
  let proposals = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const crowd = new Crowd(11, seed)
      const founders = crowd.all.slice(0, crowd.pick([1, 3, 4, 6, 9]))
      const genesis = genesisOf(founders, rules)
      const nodes = [0, 1, 2, 3].map(() => new Chain(genesis))
      for (let height = 1; height <= 16; height++) {
        const proposer = nodes[crowd.draw(nodes.length)]!
        const pool = crowd.says(proposer.ledger, 14)
        const { time } = proposer.ledger
        const signers = proposer.ledger.committee.members
          .map(({ nodeId }) => nodeId)
          .filter(() => crowd.chance(90))
        const facts = (transactions: readonly Uint8Array[]): BlockFacts => ({
          ...{ height, time: time + 1_000, proposer: founders[0]!.id, transactions },
          signers: height === 1 ? [] : signers,
        })
        const hostile = facts(crowd.shuffled(pool).slice(0, 3))
        for (const node of nodes) live(crowd, node, proposer, pool, hostile)
        const verdicts = nodes.map(({ ledger }) => ledger.processProposal(hostile))
        for (const verdict of verdicts) expect(verdict).toEqual(verdicts[0])
        const taken = proposer.ledger.prepareProposal(pool, crowd.pick(rooms), time + 1_000)
        proposals += taken.length
        const block = facts(taken)
        // Another judges it first, and one applies it without having judged it.
        for (const [i, node] of nodes.entries()) {
          if (i > 0) expect(node.ledger.processProposal(block)).toBeNull()
          const { writes, committeeAfterNext } = node.ledger.finalizeBlock(block)
          for (const { key, value } of writes)
            if (value === null) node.store.delete(key)
            else node.store.set(key, value)
          expect(committeeAfterNext?.hash ?? node.ledger.committee.hash).toBe(
            node.ledger.nextCommittee.hash,
          )
          expect(views(node)).toEqual(views(nodes[0]!))
        }
        crowd.settle(nodes[0]!.ledger)
      }
    }),
    { numRuns: 10 },
  )
  expect(proposals).toBeGreaterThan(200)
}, 30_000)
