// What a message about blocks needs of the world before the pure machine takes it: old blocks read
// from the disk for a peer that asks for them, and signatures of a page of blocks verified ahead in
// threads. The machine decides the same without either, only slower or with empty hands.
import { blockKey } from '../../../consensus/engine-stored.ts'
import type { ConsensusMessage } from '../../../consensus/message.ts'
import { voteBytes } from '../../../consensus/vote.ts'
import type { Ledger } from '../../../trustchain/ledger/ledger.ts'
import type { ChainId } from '../../core/id.ts'
import { blocksPerMessageMax } from '../../core/limits.ts'
import { signedBytes } from '../../core/signature.ts'
import type { VerifiedAhead } from '../ed25519/ahead.ts'
import type { VerifyTask } from '../ed25519/verify-tasks.ts'
import type { Store } from '../store/store.ts'

/** Pages of old blocks at hand at a time: one for each of a few peers that catch up. */
const blocksPrimedMax = 8 * blocksPerMessageMax

export class InboundBlocks {
  readonly #chainId: ChainId
  readonly #store: Store
  readonly #verified: VerifiedAhead
  readonly #primed = new Map<number, Uint8Array>()

  constructor(chainId: ChainId, store: Store, verified: VerifiedAhead) {
    this.#chainId = chainId
    this.#store = store
    this.#verified = verified
  }

  /** The machine's port: a block that was read for the message that it is just taking. */
  readonly storedBlock = (height: number): Uint8Array | undefined => this.#primed.get(height)

  /** Prepares for a message; undefined when there is nothing to wait for. */
  prepare(message: ConsensusMessage, ledger: Ledger): Promise<void> | undefined {
    if (message.say === 'want-blocks' && message.from <= ledger.height)
      return this.#prime(message.from, Math.min(message.to, ledger.height))
    if (message.say === 'blocks') return this.#verified.ahead([...this.#tasks(message, ledger)])
    return undefined
  }

  async #prime(from: number, to: number): Promise<void> {
    for (let height = from; height <= to && height < from + blocksPerMessageMax; height++) {
      if (this.#primed.has(height)) continue
      const bytes = await this.#store.get(blockKey(height))
      if (bytes === undefined) return
      this.#primed.set(height, bytes)
    }
    for (const oldest of this.#primed.keys()) {
      if (this.#primed.size <= blocksPrimedMax) return
      this.#primed.delete(oldest)
    }
  }

  *#tasks(
    { blocks }: Extract<ConsensusMessage, { say: 'blocks' }>,
    ledger: Ledger,
  ): Generator<VerifyTask> {
    const { committee } = ledger
    for (const { block, commit } of blocks) {
      const { height, round, votes } = commit
      const message = voteBytes(this.#chainId, {
        ...{ kind: 'precommit', height, round, block: commit.block },
      })
      for (const { voter, signature } of votes) {
        const publicKey = committee.member(voter)?.publicKey
        if (publicKey !== undefined) yield { publicKey, message, signature }
      }
      for (const each of block.transactions) {
        const decoded = ledger.decodeAhead(each)
        if (!decoded.ok) continue
        const { transaction } = decoded
        if (transaction.is === 'entry') {
          const { author: publicKey, body, signature } = transaction.entry
          yield { publicKey, message: signedBytes('entry', this.#chainId, body), signature }
        } else if (transaction.is === 'signed') {
          const { author: publicKey, body, signature } = transaction
          yield { publicKey, message: signedBytes('transaction', this.#chainId, body), signature }
        }
      }
    }
  }
}
