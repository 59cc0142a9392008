// Which transactions are let in, and by which code the others are refused.
import { expect, test } from 'vitest'
import type { Admission } from '../../../src/core/application.ts'
import { failures } from '../../../src/core/failure.ts'
import type { ChainId } from '../../../src/core/id.ts'
import { ratingsPerAuthorPerBlockMax, transactionBytesMax } from '../../../src/core/limits.ts'
import type { Trust } from '../../../src/core/trust.ts'
import { forkProofOf } from '../../../trustchain/fork-proof.ts'
import {
  makeReady,
  makeRegistration,
  makeReport,
  makeRootsChange,
  signRoots,
} from '../../../trustchain/ledger/make-transaction.ts'
import {
  decodeTransaction,
  encodeEntryTransaction,
  encodeEvidenceTransaction,
  encodeForkTransaction,
} from '../../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../../trustchain/verify.ts'
import { draftAfter } from '../authoring.ts'
import { chainId } from '../pump.ts'
import { accusation, Chain, genesisOf, type Person, people } from './chain.ts'

const codeOf = (admission: Admission): string =>
  admission.verdict === 'refused' ? admission.refusal.code : admission.verdict

/** Another entry with the number of the author's entry `seq`: a second history. */
const branch = (author: Person, seq: number, subject: Person): Uint8Array => {
  const opinion = { is: 'trust', value: 123_456 as Trust } as const
  const draft = draftAfter(author.log.slice(0, seq - 1), { subject: subject.key, opinion })
  return encodeEntryTransaction(signEntry(author.signer, draft))
}

const proofOf = (author: Person, seq: number, subject: Person): Uint8Array => {
  const opinion = { is: 'trust', value: 123_456 as Trust } as const
  const draft = draftAfter(author.log.slice(0, seq - 1), { subject: subject.key, opinion })
  return encodeForkTransaction(forkProofOf(author.log[seq - 1]!, signEntry(author.signer, draft)))
}

const founded = (count = 4): { chain: Chain; all: Person[] } => {
  const all = people(count)
  return { chain: new Chain(genesisOf(all)), all }
}

test('rule 23: an entry is admitted with its place, ahead of its turn too, and once final it is final', () => {
  const { chain, all } = founded()
  const [a, b] = all as [Person, Person]
  const [first, second, third] = [1, 2, 3].map((n) => a.trusts(b, n)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const { ledger } = chain
  const author = a.id
  expect(ledger.checkTransaction(first)).toMatchObject({ author, sequence: 1, nextSequence: 1 })
  expect(ledger.checkTransaction(third)).toMatchObject({ author, sequence: 3, nextSequence: 1 })
  expect(chain.refusal(third)).toMatchObject({ code: 'entry/gap', facts: { seq: 3, next: 1 } })
  chain.block([first, second])
  expect(codeOf(ledger.checkTransaction(first))).toBe('final')
  expect(codeOf(ledger.checkTransaction(second))).toBe('final')
  expect(chain.refusal(second)).toMatchObject({ code: 'transaction/final' })
  expect(ledger.checkTransaction(third)).toMatchObject({ sequence: 3, nextSequence: 3 })
})

test('rule 23: malformed, oversize, cross-chain and badly signed transactions are refused by name', () => {
  const { chain, all } = founded()
  const [a, b] = all as [Person, Person]
  const check = (bytes: Uint8Array): string => codeOf(chain.ledger.checkTransaction(bytes))
  const good = a.trusts(b, 500_000)
  expect(check(new Uint8Array(0))).toBe('transaction/malformed')
  expect(check(Uint8Array.of(99, 1, 2))).toBe('transaction/malformed')
  expect(check(new Uint8Array(transactionBytesMax + 1).fill(1))).toBe('transaction/too-large')
  expect(check(good.subarray(0, -1))).toBe('transaction/malformed')
  const forged = new Uint8Array(good)
  forged[forged.length - 1]! ^= 1
  expect(check(forged)).toBe('transaction/bad-signature')
  expect(check(forged), 'also the second time').toBe('transaction/bad-signature')
  const other = 'fedcba9876543210' as ChainId
  const foreign = signEntry(a.signer, draftAfter([], { chainId: other, subject: b.key }))
  expect(check(encodeEntryTransaction(foreign))).toBe('transaction/other-chain')
  const registration = { owner: 'Ann', addresses: [], willing: true }
  expect(check(makeRegistration(a.signer, other, 1, registration))).toBe(
    'transaction/bad-signature',
  )
  expect(check(good)).toBe('admitted')
})

test('rule 23: an entry that does not follow its final head, or names another entry before it in its overlay, is refused', () => {
  const { chain, all } = founded()
  const [a, b, c] = all as [Person, Person, Person]
  chain.block([a.trusts(b, 1), a.trusts(b, 2, 'work')])
  const opinion = { is: 'trust', value: 7 as Trust } as const
  const draft = draftAfter(a.log, { subject: c.key, opinion })
  const wrong = (changes: object): string | undefined =>
    chain.refusal(encodeEntryTransaction(signEntry(a.signer, { ...draft, ...changes })))?.code
  expect(wrong({ prevHash: a.log[0]!.hash })).toBe('entry/wrong-link')
  expect(wrong({ prevSameOverlay: null })).toBe('entry/wrong-overlay-link')
  expect(wrong({ overlay: 'work' })).toBe('entry/wrong-overlay-link')
  expect(wrong({})).toBeUndefined()
})

test('rule 23: nobody gets more than a fair share of a block or of an epoch', () => {
  const all = people(5)
  const [a, b, , , stranger] = all as [Person, Person, Person, Person, Person]
  const chain = new Chain(
    genesisOf(all.slice(0, 4), { entriesPerEpoch: 3, epochBlocks: 4, epochMs: 0 }),
  )
  const many = Array.from({ length: ratingsPerAuthorPerBlockMax + 2 }, (_, i) => a.trusts(b, i + 1))
  const room = { bytes: 190_000, count: 1_000 }
  const taken = chain.ledger.prepareProposal(many, room, chain.ledger.time + 1)
  expect(taken.length).toBe(ratingsPerAuthorPerBlockMax)
  expect(chain.ledger.processProposal(chain.facts(many))).toMatchObject({
    code: 'author/over-quota',
    facts: { per: 'block', index: ratingsPerAuthorPerBlockMax },
  })
  chain.block(taken)
  // A member with a quarter of all standing has 251 times the share of a stranger.
  chain.block([1, 2, 3].map((n) => stranger.trusts(a, n)))
  const fourth = stranger.trusts(a, 4)
  expect(chain.refusal(fourth)).toMatchObject({
    code: 'author/over-quota',
    facts: { per: 'epoch' },
  })
  chain.empty(2)
  expect(chain.refusal(fourth)).toBeNull()
})

test('a proposal takes what fits, in order, and leaves the rest', () => {
  const { chain, all } = founded()
  const [a, b, c] = all as [Person, Person, Person]
  const [a1, a2, a3] = [1, 2, 3].map((n) => a.trusts(b, n)) as [Uint8Array, Uint8Array, Uint8Array]
  const c1 = c.trusts(b, 1)
  const prepare = (candidates: Uint8Array[], bytes = 10_000, count = 10) =>
    chain.ledger.prepareProposal(candidates, { bytes, count }, chain.ledger.time + 1)
  expect(prepare([a2, c1, a1, a3])).toEqual([c1, a1])
  expect(prepare([a1, a2, a3], 10_000, 2)).toEqual([a1, a2])
  expect(prepare([a1, a2, c1], a1.length + c1.length - 1)).toEqual([a1])
  expect(prepare([Uint8Array.of(99), a1, a1])).toEqual([a1])
  expect(chain.ledger.processProposal(chain.facts([a1, a1]))).toMatchObject({
    code: 'transaction/final',
    facts: { index: 1 },
  })
})

test('a second entry with the same number is refused, and both make a fork proof', () => {
  const { chain, all } = founded()
  const [a, b, c] = all as [Person, Person, Person]
  const first = a.trusts(b, 900_000)
  const second = branch(a, 1, c)
  expect(codeOf(chain.ledger.checkTransaction(first))).toBe('admitted')
  const refused = chain.ledger.checkTransaction(second)
  expect(refused).toMatchObject({
    refusal: { code: 'entry/contradicts', facts: { author: a.id, seq: 1 } },
  })
  const [found] = chain.ledger.takeForkProofs()
  expect(chain.ledger.takeForkProofs()).toEqual([])
  // What this node saw must not decide about a block: either of the two may become final.
  expect(chain.refusal(second)).toBeNull()
  chain.block([encodeForkTransaction(found!)])
  expect(chain.ledger.frozen(a.id)).toBe(true)
})

test('a fork proof freezes its author where it is: final entries stay, no others follow', () => {
  const { chain, all } = founded()
  const [a, b, c] = all as [Person, Person, Person]
  chain.block([a.trusts(b, 900_000), a.stars(b, 4)])
  const next = a.trusts(c, 100_000)
  const proof = proofOf(a, 2, c)
  expect(chain.ledger.checkTransaction(proof)).toMatchObject({
    verdict: 'admitted',
    author: 'proof',
  })
  chain.block([proof])
  expect(chain.ledger.lastChanges!.frozen).toEqual([a.id])
  expect(chain.ledger.node(a.id)).toMatchObject({ frozen: true })
  expect(chain.ledger.finalHead(a.id).seq).toBe(2)
  expect([...chain.ledger.ratings()].length).toBe(2)
  expect(chain.refusal(next)).toMatchObject({ code: 'author/frozen', facts: { seq: 2 } })
  expect(codeOf(chain.ledger.checkTransaction(proof))).toBe('final')
  expect(chain.ledger.roots).not.toContain(a.id)
  expect(chain.refusal(branch(a, 2, c))).toMatchObject({ code: 'entry/contradicts' })
})

test('rule 23: numbered transactions apply once, in rising order', () => {
  const { chain, all } = founded()
  const [member] = all as [Person]
  const [newcomer] = people(1, 50) as [Person]
  const registration = (number: number, owner: string) =>
    makeRegistration(newcomer.signer, chainId, number, {
      owner,
      addresses: ['/ip4/1.2.3.4'],
      willing: true,
    })
  const first = registration(1, 'Ann')
  chain.block([first])
  expect(chain.ledger.node(newcomer.id)).toMatchObject({
    ...{ owner: 'Ann', addresses: ['/ip4/1.2.3.4'], willing: true, status: 'ACTIVE' },
    joinDate: chain.ledger.time,
  })
  expect(codeOf(chain.ledger.checkTransaction(first))).toBe('final')
  expect(chain.refusal(registration(1, 'Eve'))?.code).toBe('transaction/number-used')
  expect(chain.ledger.nextNumber(newcomer.id)).toBe(2)
  const joined = chain.ledger.time
  chain.block([registration(5, 'Bob')])
  expect(chain.ledger.node(newcomer.id)).toMatchObject({ owner: 'Bob', joinDate: joined })
  expect(chain.refusal(registration(6, 'two\nlines'))?.code).toBe('registration/bad-owner')
  expect(chain.refusal(registration(6, 'x'.repeat(65)))?.code).toBe('registration/bad-owner')
  expect(chain.refusal(makeReady(newcomer.signer, chainId, 6))?.code).toBe('ready/not-elected')
  const heard = [{ node: member.id, share: 10_000, lastHeard: chain.ledger.time }]
  const report = (of: Person, number: number, page: number) =>
    makeReport(of.signer, chainId, number, page, heard)
  expect(chain.refusal(report(newcomer, 6, 0))?.code).toBe('report/not-a-member')
  expect(chain.refusal(report(all[1]!, 1, 1))?.code).toBe('report/out-of-order')
  // A later page may wait for the one before it.
  expect(codeOf(chain.ledger.checkTransaction(report(all[1]!, 1, 1)))).toBe('admitted')
  chain.block([report(all[1]!, 1, 0)])
  expect(chain.refusal(report(all[1]!, 2, 0))?.code).toBe('report/out-of-order')
  expect(chain.refusal(report(all[1]!, 2, 1))?.code, 'a node twice').toBe('report/out-of-order')
})

test('evidence convicts: the seat is lost at once, but never below four', () => {
  const { chain, all } = founded(5)
  chain.empty(2)
  const evidence = (culprit: Person, height: number) =>
    encodeEvidenceTransaction(accusation(culprit, height))
  expect(chain.refusal(evidence(all[0]!, 99))?.code).toBe('evidence/invalid')
  const after = chain.block([evidence(all[0]!, 2)])
  expect(after.committeeAfterNext?.size).toBe(4)
  expect(chain.ledger.committee.has(all[0]!.id)).toBe(true)
  expect(chain.ledger.nextCommittee.has(all[0]!.id)).toBe(false)
  expect(chain.ledger.node(all[0]!.id)).toMatchObject({ convicted: true })
  expect(codeOf(chain.ledger.checkTransaction(evidence(all[0]!, 2)))).toBe('final')
  chain.empty(1)
  expect(chain.ledger.committee.has(all[0]!.id)).toBe(false)
  const second = chain.block([evidence(all[1]!, 2)])
  expect(second.committeeAfterNext).toBeNull()
  expect(chain.ledger.nextCommittee.size).toBe(4)
  expect(chain.ledger.node(all[1]!.id)).toMatchObject({ convicted: true })
})

test('roots change by the word of more than two thirds of them, once', () => {
  const { chain, all } = founded(4)
  const roots = [all[0]!, all[1]!, ...people(2, 70)].map(({ key }) => key)
  const by = (signers: readonly Person[], version: number) =>
    makeRootsChange(
      version,
      roots,
      signers.map(({ signer, key }) => ({
        root: key,
        signature: signRoots(signer, chainId, version, roots),
      })),
    )
  expect(chain.refusal(by(all.slice(0, 2), 1))).toMatchObject({
    code: 'roots/no-quorum',
    facts: { signed: 2, needed: 3 },
  })
  expect(chain.refusal(by([...all.slice(0, 2), ...people(1, 70)], 1))?.code).toBe('roots/no-quorum')
  expect(chain.refusal(by(all, 2))?.code).toBe('roots/wrong-version')
  const change = by(all.slice(1), 1)
  chain.block([change])
  expect(chain.ledger.roots).toEqual(
    [all[0]!.id, all[1]!.id, ...people(2, 70).map(({ id }) => id)].sort(),
  )
  expect(codeOf(chain.ledger.checkTransaction(change))).toBe('final')
})

test('every refusal has a sentence, and every transaction one encoding', () => {
  const [a, b] = people(2) as [Person, Person]
  const codes = Object.keys(failures)
  for (const code of ['entry/gap', 'author/banned', 'roots/no-quorum', 'block/too-large'])
    expect(codes).toContain(code)
  const report = makeReport(a.signer, chainId, 7, 3, [{ node: b.id, share: 9_999, lastHeard: 5 }])
  expect(decodeTransaction(report)).toMatchObject({
    transaction: { number: 7, statement: { is: 'report', page: 3, heard: [{ share: 9_999 }] } },
  })
  for (let cut = 0; cut < report.length; cut++)
    expect(decodeTransaction(report.subarray(0, cut)).ok).toBe(false)
})
