// A key hands its node's name over: what moves to the new key, and what stays behind.
import { expect, test } from 'vitest'
import { unhex } from '../../../src/core/bytes.ts'
import { verifyMapProof } from '../../../src/core/map-proof.ts'
import { makeRootsChange, signRoots } from '../../../trustchain/ledger/make-transaction.ts'
import { chainId } from '../pump.ts'
import { Chain, genesisOf, type Person, people } from './chain.ts'
import { handsOver, named, ratingsOf, registered } from './named.ts'

test('a hand-over carries record, ratings, standing and reputation to the new key at once', () => {
  const { chain, old, fresh } = named()
  const { ledger } = chain
  const [record, standing] = [ledger.node(old.id)!, ledger.standingOf(old.id)]
  const reputation = ledger.reputationOf(old.id)
  expect(standing).toBeGreaterThan(0)
  expect(reputation).toMatchObject({ ratings: 4, stars: 375 })
  expect(reputation.reputation).toBeGreaterThan(5_000)
  const renamed = ratingsOf(chain).map((line) => line.replaceAll(old.id, fresh.id))
  chain.block([handsOver(old, fresh)])
  expect(ledger.lastChanges).toMatchObject({
    successions: [{ from: old.id, to: fresh.id }],
    records: [old.id, fresh.id].sort(),
  })
  expect(ledger.node(old.id)).toBeUndefined()
  expect(ledger.node(fresh.id)).toEqual({
    ...{ ...record, nodeId: fresh.id, publicKey: fresh.key, predecessor: old.id },
  })
  expect([...ledger.nodes()].map(({ nodeId }) => nodeId)).not.toContain(old.id)
  expect([ledger.holderOf(old.id), ledger.holderOf(fresh.id)]).toEqual([fresh.id, fresh.id])
  expect([ledger.standingOf(old.id), ledger.standingOf(fresh.id)]).toEqual([0, standing])
  expect(ledger.reputationOf(fresh.id)).toEqual(reputation)
  expect(ledger.reputationOf(old.id).ratings).toBe(0)
  expect(ratingsOf(chain)).toEqual(renamed.sort())
})

test('the next epoch makes the same standing of the name, also of what it thinks of others', () => {
  const [left, right] = [named(), named()]
  left.chain.block([handsOver(left.old, left.fresh)])
  right.chain.block([])
  for (const { chain } of [left, right]) chain.empty(8)
  const [a, b] = [left.chain.ledger, right.chain.ledger]
  expect(a.standingOf(left.fresh.id)).toBe(b.standingOf(right.old.id))
  expect(a.reputationOf(left.fresh.id)).toEqual(b.reputationOf(right.old.id))
  expect(a.reputationOf(left.friend.id)).toEqual(b.reputationOf(right.friend.id))
})

test('nothing that the old key signs counts any more, and the refusal names its successor', () => {
  const { chain, members, old, fresh } = named()
  const last = old.trusts(members[1]!, 100_000)
  chain.block([last])
  const handover = handsOver(old, fresh)
  const code = { code: 'author/succeeded', facts: { author: old.id, successor: fresh.id } }
  chain.block([handover])
  expect(chain.refusal(old.trusts(members[1]!, 200_000))).toMatchObject(code)
  expect(chain.refusal(registered(old, 10))).toMatchObject(code)
  expect(chain.refusal(handsOver(old, people(1, 90)[0]!, 10))).toMatchObject(code)
  for (const known of [last, handover, registered(old, 3)])
    expect(chain.ledger.checkTransaction(known)).toEqual({ verdict: 'final' })
  chain.block([fresh.trusts(members[1]!, 300_000), registered(fresh, 1, 'Ann Two')])
  expect(chain.ledger.node(fresh.id)).toMatchObject({ owner: 'Ann Two', predecessor: old.id })
})

test('who rates the old key rates the new one; what the new key says of the old one is nothing', () => {
  const { chain, members, old, fresh } = named()
  chain.block([handsOver(old, fresh)])
  chain.block([members[0]!.trusts(old, -1_000_000), members[1]!.stars(old, 1)])
  chain.block([fresh.trusts(old, 1_000_000), fresh.stars(old, 5)])
  const about = ratingsOf(chain).filter((line) => line.includes(old.id))
  expect(about).toEqual([])
  expect(ratingsOf(chain)).toContain(`${members[0]!.id}/${fresh.id}/social/trust -1000000`)
  expect(ratingsOf(chain)).toContain(`${members[1]!.id}/${fresh.id}/social/reliability -1000000`)
  expect(chain.ledger.reputationOf(fresh.id).ratings).toBe(4)
})

test('the new key withdraws and replaces what the old one said', () => {
  const { chain, members, old, fresh, friend } = named()
  chain.block([handsOver(old, fresh)])
  chain.block([fresh.trusts(members[0]!, 0, 'work'), fresh.stars(friend, 1, 'reliability', 'work')])
  expect(ratingsOf(chain).filter((line) => line.includes('work/trust'))).toEqual([])
  expect(chain.ledger.reputationOf(friend.id)).toMatchObject({ ratings: 1, stars: 100 })
  // After a start the latest is found anew from all slots, by number.
  chain.restart()
  chain.block([fresh.stars(friend, 3, 'reliability', 'work')])
  expect(chain.ledger.reputationOf(friend.id)).toMatchObject({ ratings: 1, stars: 300 })
})

test('a seat goes to the new key two heights later, and the old key signs until then', () => {
  const members = people(4)
  const fresh = people(1, 50)[0]!
  const chain = new Chain(genesisOf(members))
  const [old, ...others] = members as [Person, Person, Person, Person]
  chain.block([handsOver(old, fresh)])
  const seats = (present: Person) => [...others, present].map(({ id }) => id).sort()
  const sitting = () => chain.ledger.committee.members.map(({ nodeId }) => nodeId)
  expect(sitting()).toEqual(seats(old))
  expect(chain.ledger.nextCommittee.members.map(({ nodeId }) => nodeId)).toEqual(seats(fresh))
  const signers = sitting()
  chain.block([], 1_000, signers)
  expect(sitting()).toEqual(seats(fresh))
  // The commit of the block before still carries the old key's signature: it counts for the name.
  chain.block([], 1_000, signers)
  chain.block([])
  expect(chain.ledger.node(fresh.id)).toMatchObject({ status: 'ACTIVE', transactionsValidated: 1 })
  expect(chain.ledger.node(old.id)).toBeUndefined()
})

test('a root stays a root under its new key, and a change of roots made before means the new key too', () => {
  const members = people(4)
  const [root, fresh] = people(2, 50) as [Person, Person]
  const chain = new Chain(genesisOf(members, {}, [members[0]!, members[1]!, root]))
  chain.block([registered(root)])
  const standing = chain.ledger.standingOf(root.id)
  expect(chain.refusal(handsOver(root, members[1]!))?.code).toBe('succession/key-in-use')
  chain.block([handsOver(root, fresh)])
  const roots = [members[0]!.id, members[1]!.id, fresh.id].sort()
  expect(chain.ledger.roots).toEqual(roots)
  expect(chain.ledger.standingOf(fresh.id)).toBe(standing)
  const wanted = [members[0]!, members[1]!, root].map(({ key }) => key)
  const signed = (by: readonly Person[]) =>
    makeRootsChange(
      ...([1, wanted] as const),
      by.map(({ key, signer }) => ({
        root: key,
        signature: signRoots(signer, chainId, 1, wanted),
      })),
    )
  expect(chain.refusal(signed([members[0]!, members[1]!, root]))?.code).toBe('roots/no-quorum')
  chain.block([signed([members[0]!, members[1]!, fresh])])
  expect(chain.ledger.roots).toEqual(roots)
})

test('store, snapshot and proofs hold a hand-over, and the chain goes on from them', () => {
  const { chain, members, old, fresh } = named({ snapshotBlocks: 1 })
  chain.block([handsOver(old, fresh)])
  const { hash, seen } = { hash: chain.ledger.stateHash, seen: [...chain.ledger.nodes()] }
  const joining = new Chain(chain.genesis)
  const offer = chain.ledger.listSnapshots()[0]!
  const chunks = Array.from(
    { length: offer.chunks },
    (_, i) => chain.ledger.loadSnapshotChunk(offer.height, i)!,
  )
  expect(Array.isArray(joining.ledger.applySnapshot(offer, chunks))).toBe(true)
  chain.restart((keys) => keys.reverse())
  for (const { ledger } of [chain, joining]) {
    expect(ledger.stateHash).toBe(hash)
    expect([...ledger.nodes()]).toEqual(seen)
    expect(ledger.holderOf(old.id)).toBe(fresh.id)
  }
  const key = `node/${old.id}`
  const { value, proof } = joining.ledger.proveState(key)
  expect(verifyMapProof(unhex(hash), key, value, proof)).toBe(true)
  const next = chain.facts([members[0]!.stars(old, 2), fresh.trusts(members[2]!, 5)])
  expect(joining.finalize(next).stateHash).toBe(chain.finalize(next).stateHash)
})
