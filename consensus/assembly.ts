// Completes compact blocks: from the pool, and for the rest from whoever named them, one peer after the
// other. Only what a verified proposal or a verified commit speaks for is assembled, so that nobody
// but a member can make us ask; and what is held is bounded all the same.
import type { Millis, NodeId } from '../src/core/id.ts'
import { transactionsPerBlockMax } from '../src/core/limits.ts'
import { type Block, type Transaction, type TransactionHash, transactionOf } from './block.ts'
import type { VerifiedCommit } from './commit.ts'
import type { CompactBlock, ConsensusMessage } from './message.ts'
import type { Parts } from './parts.ts'
import { heldBlock } from './serve.ts'
import type { BlockId, Height, VerifiedProposal } from './vote.ts'

/** Blocks under assembly at one time: a few rounds' worth of proposals, of two heights. */
export const assembliesMax = 16

/** Peers remembered as having what one block lacks. */
const sourcesMax = 8

/** A request without an answer for so long goes to another peer. */
const askAgainMs = 500

/** Recent requests: an answer that comes late is no fault. */
const askedMax = 64

/** A block that is complete, and what spoke for it. */
export interface Assembled {
  readonly block: Block
  readonly proposals: readonly { readonly proposal: VerifiedProposal; readonly from: NodeId }[]
  readonly commit: VerifiedCommit | null
  /** Who named it first. */
  readonly from: NodeId
}

interface Assembly {
  readonly id: BlockId
  readonly compact: CompactBlock
  readonly transactions: (Transaction | undefined)[]
  /** Name → place of what is missing. */
  readonly missing: Map<TransactionHash, number>
  readonly proposals: { readonly proposal: VerifiedProposal; readonly from: NodeId }[]
  commit: VerifiedCommit | null
  readonly sources: NodeId[]
  readonly from: NodeId
  askedAt: Millis
  asks: number
}

export class BlockAssembly {
  readonly #parts: Parts
  readonly #assemblies = new Map<BlockId, Assembly>()
  /** "block/peer" of recent requests. */
  readonly #asked = new Set<string>()
  #done: Assembled[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#assemblies.size
  }

  isUnderWay(id: BlockId): boolean {
    return this.#assemblies.has(id)
  }

  hasCommit(id: BlockId): boolean {
    return this.#assemblies.get(id)?.commit != null
  }

  hasProposal(id: BlockId, { round, proposer }: { round: number; proposer: NodeId }): boolean {
    const proposals = this.#assemblies.get(id)?.proposals ?? []
    return proposals.some(
      ({ proposal }) => proposal.round === round && proposal.proposer === proposer,
    )
  }

  /** Another peer that has a block which is under assembly. */
  alsoFrom(id: BlockId, from: NodeId): void {
    const sources = this.#assemblies.get(id)?.sources
    if (sources && sources.length < sourcesMax && !sources.includes(from)) sources.push(from)
  }

  /**
   * Wants a block, since a proposal or a commit speaks for it. Its root and the commit within were
   * checked against its header, and no transaction is named twice.
   */
  want(
    id: BlockId,
    compact: CompactBlock,
    word: VerifiedProposal | VerifiedCommit,
    from: NodeId,
    now: Millis,
  ): void {
    const known = this.#assemblies.get(id)
    const assembly = known ?? this.#begin(id, compact, from)
    if ('votes' in word) assembly.commit ??= word
    else assembly.proposals.push({ proposal: word, from })
    this.alsoFrom(id, from)
    if (assembly.missing.size === 0) this.#complete(assembly)
    else if (known === undefined) this.#ask(assembly, now)
  }

  /** A transaction came by itself. */
  arrived(transaction: Transaction): void {
    for (const assembly of this.#assemblies.values()) this.#fill(assembly, transaction)
  }

  /** A peer's answer; each transaction is checked by its name. */
  answered(
    from: NodeId,
    { block, transactions }: Extract<ConsensusMessage, { readonly say: 'transactions' }>,
    now: Millis,
  ): readonly Uint8Array[] {
    const { out } = this.#parts
    if (!this.#asked.delete(`${block}/${from}`)) {
      out.blame(from, 'unasked')
      return []
    }
    const assembly = this.#assemblies.get(block)
    if (assembly === undefined) return []
    const good: Uint8Array[] = []
    for (const bytes of transactions) {
      const transaction = transactionOf(bytes)
      if (assembly.missing.has(transaction.hash)) good.push(bytes)
      this.#fill(assembly, transaction)
    }
    if (good.length < transactions.length) {
      const names = new Set(assembly.compact.transactions)
      if (transactions.some((bytes) => !names.has(transactionOf(bytes).hash)))
        out.blame(from, 'invalid-block')
    }
    // More fits another answer; from whoever sent nothing of use, nothing more is asked at once.
    if (good.length > 0 && this.#assemblies.has(block)) this.#ask(assembly, now)
    return good
  }

  /** Asks others for what is still missing. */
  tick(now: Millis): void {
    for (const assembly of this.#assemblies.values())
      if (now - assembly.askedAt >= askAgainMs) this.#ask(assembly, now)
  }

  /** Blocks of decided heights are wanted no more. */
  finalized(height: Height): void {
    for (const [id, { compact }] of this.#assemblies)
      if (compact.header.height <= height) this.#assemblies.delete(id)
  }

  dropped(peer: NodeId): void {
    for (const { sources } of this.#assemblies.values()) {
      const at = sources.indexOf(peer)
      if (at >= 0) sources.splice(at, 1)
    }
  }

  /** What became complete since the last call. */
  take(): readonly Assembled[] {
    const done = this.#done
    if (done.length > 0) this.#done = []
    return done
  }

  #begin(id: BlockId, compact: CompactBlock, from: NodeId): Assembly {
    if (this.#assemblies.size >= assembliesMax) this.#makeRoom()
    const missing = new Map<TransactionHash, number>()
    const whole = heldBlock(this.#parts, id)
    const transactions = compact.transactions.map((hash, place) => {
      const held = whole?.transactions[place] ?? this.#parts.pool.get(hash)
      if (held === undefined) missing.set(hash, place)
      return held && { hash, bytes: held.bytes }
    })
    const assembly: Assembly = {
      ...{ id, compact, transactions, missing, proposals: [], commit: null },
      ...{ sources: [], from, askedAt: 0, asks: 0 },
    }
    this.#assemblies.set(id, assembly)
    return assembly
  }

  /** The oldest that no commit speaks for, else the oldest. */
  #makeRoom(): void {
    const ids = [...this.#assemblies.keys()]
    const least = ids.find((id) => this.#assemblies.get(id)!.commit === null) ?? ids[0]
    this.#assemblies.delete(least!)
  }

  #fill(assembly: Assembly, transaction: Transaction): void {
    const place = assembly.missing.get(transaction.hash)
    if (place === undefined) return
    assembly.missing.delete(transaction.hash)
    assembly.transactions[place] = transaction
    if (assembly.missing.size === 0) this.#complete(assembly)
  }

  #complete({ id, compact, transactions, proposals, commit, from }: Assembly): void {
    this.#assemblies.delete(id)
    const { header, lastCommit } = compact
    const whole = transactions as readonly Transaction[]
    const block: Block = { id, header, transactions: whole, lastCommit }
    this.#done.push({ block, proposals, commit, from })
  }

  #ask(assembly: Assembly, now: Millis): void {
    const { sources, missing, id } = assembly
    assembly.askedAt = now
    const to = sources[assembly.asks++ % Math.max(1, sources.length)]
    if (to === undefined) return
    const places = [...missing.values()].sort((a, b) => a - b).slice(0, transactionsPerBlockMax)
    this.#asked.add(`${id}/${to}`)
    if (this.#asked.size > askedMax) {
      const [oldest] = this.#asked
      this.#asked.delete(oldest!)
    }
    this.#parts.out.send(to, { say: 'want-transactions', block: id, places })
  }
}
