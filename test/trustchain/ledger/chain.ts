// A ledger with a clock and a store beside it, and people who rate: the smallest network in which
// blocks are made, without consensus. Signatures are real (the fastest backend).
import { expect } from 'vitest'
import type { BlockFacts, Finalized, Refusal } from '../../../src/core/application.ts'
import { type Millis, type NodeId, nodeIdOf, type PublicKey } from '../../../src/core/id.ts'
import { blockBytesMax, transactionsPerBlockMax } from '../../../src/core/limits.ts'
import type { Signer } from '../../../src/core/signature.ts'
import type { Trust } from '../../../src/core/trust.ts'
import { signerFrom, verify } from '../../../src/runtime/ed25519/fastest.ts'
import type { Category, VerifiedRating } from '../../../trustchain/entry.ts'
import { Ledger } from '../../../trustchain/ledger/ledger.ts'
import { encodeEntryTransaction } from '../../../trustchain/ledger/transactions.ts'
import type { LedgerGenesis } from '../../../trustchain/ledger/view.ts'
import { signEntry } from '../../../trustchain/verify.ts'
import { draftAfter } from '../authoring.ts'
import { chainId } from '../pump.ts'

export const genesisTime: Millis = 1_000_000

/** Somebody with a key and a Trustchain. */
export class Person {
  readonly signer: Signer
  readonly id: NodeId
  readonly log: VerifiedRating[] = []

  constructor(seed: number) {
    const bytes = new Uint8Array(32)
    new DataView(bytes.buffer).setUint32(28, seed + 1)
    this.signer = signerFrom(bytes)
    this.id = nodeIdOf(this.signer.publicKey)
  }

  get key(): PublicKey {
    return this.signer.publicKey
  }

  /** The next entry, as a transaction. @param value in millionths */
  trusts(subject: Person, value: number, overlay = 'social'): Uint8Array {
    const opinion = { is: 'trust', value: value as Trust } as const
    return this.#says(draftAfter(this.log, { subject: subject.key, opinion, overlay }))
  }

  /** @param stars 1 to 5 in halves */
  stars(
    subject: Person,
    stars: number,
    category: Category = 'reliability',
    overlay = 'social',
  ): Uint8Array {
    const opinion = { is: 'stars', halves: 2 * stars, category } as const
    return this.#says(draftAfter(this.log, { subject: subject.key, opinion, overlay }))
  }

  #says(draft: ReturnType<typeof draftAfter>): Uint8Array {
    const entry = signEntry(this.signer, draft)
    this.log.push(entry)
    return encodeEntryTransaction(entry)
  }
}

export const people = (count: number, from = 0): Person[] =>
  Array.from({ length: count }, (_, i) => new Person(from + i))

/** Evidence in these tests is "culprit/height" in ASCII hex: who judges it is a port. */
const text = new TextDecoder()
export const accusation = (culprit: Person, height: number): Uint8Array =>
  new TextEncoder().encode(`${culprit.id}/${height}`)

export const ports = {
  verify,
  verifyEvidence: (
    bytes: Uint8Array,
    committeeAt: (height: number) => { has(node: NodeId): boolean } | undefined,
  ) => {
    const [culprit, height] = text.decode(bytes).split('/') as [NodeId, string]
    return committeeAt(Number(height))?.has(culprit)
      ? ({ verdict: 'proven', culprit, height: Number(height) } as const)
      : ({ verdict: 'invalid', rule: 'not-a-member' } as const)
  },
}

export const genesisOf = (
  members: readonly Person[],
  parameters: Readonly<Record<string, number>> = {},
  roots: readonly Person[] = members,
): LedgerGenesis => ({
  ...{ chainId, createdAt: genesisTime, parameters },
  members: members.map(({ key }) => key),
  roots: roots.map(({ key }) => key),
})

export class Chain {
  readonly genesis: LedgerGenesis
  readonly store = new Map<string, Uint8Array>()
  readonly blocks: BlockFacts[] = []
  readonly hashes: string[] = []
  ledger: Ledger
  last: Finalized | undefined

  constructor(genesis: LedgerGenesis) {
    this.genesis = genesis
    this.ledger = new Ledger(ports, genesis, [])
  }

  /** The facts of a block that would come next. Everybody of the committee signs, unless said otherwise. */
  facts(
    transactions: readonly Uint8Array[],
    after: Millis = 1_000,
    signers: readonly NodeId[] = this.blocks.length === 0
      ? []
      : this.ledger.committee.members.map(({ nodeId }) => nodeId),
  ): BlockFacts {
    const proposer = this.ledger.committee.members[0]!.nodeId
    const { height, time } = this.ledger
    return { height: height + 1, time: time + after, proposer, transactions, signers }
  }

  /** Makes the transactions final in one block, which must apply. */
  block(
    transactions: readonly Uint8Array[],
    after?: Millis,
    signers?: readonly NodeId[],
  ): Finalized {
    return this.finalize(this.facts(transactions, after, signers))
  }

  finalize(facts: BlockFacts): Finalized {
    const before = this.ledger.stateHash
    expect(this.ledger.processProposal(facts)).toBeNull()
    expect(this.ledger.stateHash, 'judging a block changes nothing').toBe(before)
    this.last = this.ledger.finalizeBlock(facts)
    for (const { key, value } of this.last.writes)
      if (value === null) this.store.delete(key)
      else this.store.set(key, value)
    this.blocks.push(facts)
    this.hashes.push(this.last.stateHash)
    return this.last
  }

  /** Any number of transactions in as many blocks as they take. */
  fill(transactions: readonly Uint8Array[]): void {
    let left = transactions
    while (left.length > 0) {
      const room = { bytes: blockBytesMax, count: transactionsPerBlockMax }
      const taken = this.ledger.prepareProposal(left, room, this.ledger.time + 1)
      expect(taken.length).toBeGreaterThan(0)
      this.block(taken)
      const done = new Set(taken)
      left = left.filter((one) => !done.has(one))
    }
  }

  empty(count: number, after?: Millis): void {
    for (let i = 0; i < count; i++) this.block([], after)
  }

  /** Why a block with this transaction alone would be refused. */
  refusal(transaction: Uint8Array): Refusal | null {
    return this.ledger.processProposal(this.facts([transaction]))
  }

  /** The node stops and starts again from its store, in the order given. */
  restart(order: (keys: string[]) => string[] = (keys) => keys): void {
    const keys = order([...this.store.keys()])
    this.ledger = new Ledger(
      ports,
      this.genesis,
      keys.map((key) => [key, this.store.get(key)!] as const),
    )
  }
}
