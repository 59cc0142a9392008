// What can be said of a transaction without the state: is it well-formed, of this network, signed?
// Both answers are remembered by the hash of its bytes, so that what came by gossip is not verified
// again in a block. Entries are remembered as the very objects that verify.ts has marked.
import type { Refusal } from '../../src/core/application.ts'
import { equalBytes, hex, utf8 } from '../../src/core/bytes.ts'
import type { ChainId, NodeId, PublicKey } from '../../src/core/id.ts'
import {
  addressBytesMax,
  addressesPerContactMax,
  ownerBytesMax,
  transactionBytesMax,
} from '../../src/core/limits.ts'
import { leafHash } from '../../src/core/merkle.ts'
import { Remembered } from '../../src/core/remembered.ts'
import { signedBytes, type Verify } from '../../src/core/signature.ts'
import { isReason, type VerifiedRating } from '../entry.ts'
import { type ForkProof, verifyForkProof } from '../fork-proof.ts'
import { identityOf } from '../identity.ts'
import { verifyEntry } from '../verify.ts'
import { checkedTransactionsMax, heardPerPageMax, reportPagesMax } from './ledger-limits.ts'
import { refuse } from './refusals.ts'
import {
  type DecodedTransaction,
  decodeTransaction,
  encodeConsent,
  kinds,
  type LedgerTransaction,
  type RootsChange,
  type Signed,
  type Statement,
} from './transactions.ts'

/** Well-formed, of this network and signed; whether it applies, the state says. */
export type VerifiedTransaction =
  | { readonly is: 'entry'; readonly entry: VerifiedRating }
  | { readonly is: 'fork-proof'; readonly proof: ForkProof }
  | { readonly is: 'evidence'; readonly culprit: NodeId; readonly height: number }
  | Signed
  | RootsChange

export interface FineTransaction {
  readonly is: 'fine'
  /** 64 hex digits of SHA-256(0 || bytes): as blocks name it. */
  readonly hash: string
  readonly transaction: VerifiedTransaction
}

export type Checked = FineTransaction | { readonly is: 'bad'; readonly refusal: Refusal }

/** Judges the opaque bytes of evidence against the committees of the past. */
export type EvidenceCheck = (
  bytes: Uint8Array,
) =>
  | { readonly verdict: 'proven'; readonly culprit: NodeId; readonly height: number }
  | { readonly verdict: 'invalid'; readonly rule: string }

/** A few pages of blocks. */
const decodedAheadMax = 8_192

const bad = (refusal: Refusal): Checked => ({ is: 'bad', refusal })

export class TransactionChecks {
  readonly #verify: Verify
  readonly #chainId: ChainId
  readonly #evidence: EvidenceCheck
  readonly #known = new Remembered<string, Checked>(checkedTransactionsMax)
  /** Decoded for whoever looks ahead, by hash; each is used once. */
  readonly #decoded = new Map<string, DecodedTransaction>()

  constructor(verify: Verify, chainId: ChainId, evidence: EvidenceCheck) {
    this.#verify = verify
    this.#chainId = chainId
    this.#evidence = evidence
  }

  check(bytes: Uint8Array): Checked {
    if (bytes.length > transactionBytesMax)
      return bad(
        refuse('transaction/too-large', { bytes: bytes.length, bytesMax: transactionBytesMax }),
      )
    const hash = hex(leafHash(bytes))
    const known = this.#known.get(hash)
    if (known !== undefined) return known
    const checked = this.#judge(bytes, hash)
    // What evidence proves depends on which committees are on record: whoever saw it before must not
    // say otherwise than who sees it now.
    if (bytes[0] !== kinds.evidence) this.#known.set(hash, checked)
    return checked
  }

  /**
   * Decodes a transaction that will be checked soon; nothing of it is judged.
   *
   * @param hash of these very bytes
   */
  decode(hash: string, bytes: Uint8Array): DecodedTransaction {
    const decoded = decodeTransaction(bytes)
    if (this.#decoded.size >= decodedAheadMax) this.#decoded.clear()
    this.#decoded.set(hash, decoded)
    return decoded
  }

  #judge(bytes: Uint8Array, hash: string): Checked {
    const decoded = this.#decoded.get(hash) ?? decodeTransaction(bytes)
    this.#decoded.delete(hash)
    if (!decoded.ok)
      return bad(
        decoded.rule === 'malformed'
          ? refuse('transaction/malformed', { why: 'no transaction has these bytes' })
          : refuse('entry/invalid', { rule: decoded.rule }),
      )
    const transaction = this.#verified(decoded.transaction)
    return 'code' in transaction ? bad(transaction) : { is: 'fine', hash, transaction }
  }

  #verified(transaction: LedgerTransaction): VerifiedTransaction | Refusal {
    const chainId = this.#chainId
    switch (transaction.is) {
      case 'entry': {
        const { entry } = transaction
        if (entry.chainId !== chainId)
          return refuse('transaction/other-chain', { chainId, asked: entry.chainId })
        const verdict = verifyEntry(this.#verify, chainId, entry)
        if (verdict.verdict === 'invalid')
          return refuse('transaction/bad-signature', { author: entry.authorId })
        return { is: 'entry', entry: verdict.entry }
      }
      case 'fork-proof': {
        const verdict = verifyForkProof(this.#verify, chainId, transaction.proof)
        if (verdict.verdict === 'invalid') return refuse('proof/invalid', { rule: verdict.rule })
        return { is: 'fork-proof', proof: verdict.proof }
      }
      case 'evidence': {
        const verdict = this.#evidence(transaction.bytes)
        if (verdict.verdict === 'invalid') return refuse('evidence/invalid', { rule: verdict.rule })
        return { is: 'evidence', culprit: verdict.culprit, height: verdict.height }
      }
      case 'signed': {
        const { author, authorId, body, signature } = transaction
        const wrong = wrongWith(transaction.statement, author)
        if (wrong !== undefined) return wrong
        if (!this.#verify(author, signedBytes('transaction', chainId, body), signature))
          return refuse('transaction/bad-signature', { author: authorId })
        return this.#unconsented(transaction) ?? transaction
      }
      case 'roots': {
        const message = signedBytes('transaction', chainId, transaction.body)
        for (const { root, signature } of transaction.signatures)
          if (!this.#verify(root, message, signature))
            return refuse('transaction/bad-signature', { author: hex(root) })
        return transaction
      }
    }
  }

  /** A succession is signed by the new key as well. */
  #unconsented({ author, number, statement }: Signed): Refusal | undefined {
    if (statement.is !== 'succession') return undefined
    const { successor, consent } = statement
    const agreed = signedBytes('handover', this.#chainId, encodeConsent(author, number, successor))
    return this.#verify(successor, agreed, consent)
      ? undefined
      : refuse('transaction/bad-signature', { author: identityOf(successor).id })
  }
}

const isPrintable = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/** Bounds of what a signed transaction says. */
function wrongWith(said: Statement, author: PublicKey): Refusal | undefined {
  if (said.is === 'succession' && equalBytes(said.successor, author))
    return refuse('transaction/malformed', { why: 'a hand-over to the same key' })
  if (said.is === 'registration') {
    const { owner, addresses } = said
    // A reason's rule fits: one line of well-formed text; of its own length.
    if (owner !== '' && (!isReason(owner) || utf8(owner).length > ownerBytesMax))
      return refuse('registration/bad-owner', { bytesMax: ownerBytesMax })
    const bytesMax = addressBytesMax
    if (addresses.length > addressesPerContactMax || !addresses.every(isAddress))
      return refuse('registration/bad-addresses', { countMax: addressesPerContactMax, bytesMax })
  }
  if (said.is === 'report') {
    const { heard, page } = said
    const ordered = heard.every(({ node }, i) => i === 0 || heard[i - 1]!.node < node)
    const bounded = heard.every(({ share }) => share <= 10_000)
    // Behind an empty page nobody could tell where the nodes of the page before it ended.
    const follows = page === 0 || heard.length > 0
    if (
      !ordered ||
      !bounded ||
      !follows ||
      heard.length > heardPerPageMax ||
      page >= reportPagesMax
    )
      return refuse('transaction/malformed', { why: 'a report out of bounds' })
  }
  return undefined
}

const isAddress = (text: string): boolean => text.length <= addressBytesMax && isPrintable(text)
