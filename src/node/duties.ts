// What a node owes the network that keeps a chain, and when: to be on record, to say that it is ready
// for a seat, as a member to report once an epoch whom it heard, and to offer its pool the entries
// that are not final yet. Decides only; finality.ts sends.
import type { TrustchainsView } from '../../trustchain/chain.ts'
import type { ForkProof } from '../../trustchain/fork-proof.ts'
import { heardPerPageMax, reportPagesMax } from '../../trustchain/ledger/ledger-limits.ts'
import { makeReport, makeSigned } from '../../trustchain/ledger/make-transaction.ts'
import type { Parameters } from '../../trustchain/ledger/parameters.ts'
import {
  encodeEntryTransaction,
  encodeForkTransaction,
  type Statement,
} from '../../trustchain/ledger/transactions.ts'
import type { LedgerView } from '../../trustchain/ledger/view.ts'
import type { ChainId, Millis, NodeId } from '../core/id.ts'
import { ratingsPerAuthorPerBlockMax } from '../core/limits.ts'
import type { Signer } from '../core/signature.ts'
import type { Presence } from './presence.ts'

/** A statement that is not final after so long is made again: the pool may have dropped it. */
const againAfter: Millis = 10_000

/** Entries offered again at a time, and of one author: as many as a block takes of it. */
const offeredMax = 512
const offeredPerAuthorMax = ratingsPerAuthorPerBlockMax

/** Proofs of forks offered again at a time. */
const proofsOfferedMax = 64

/** A report is made when so many of ten parts of the epoch have passed: it counts for this epoch's end. */
const reportAtTenths = 7

export interface DutiesPorts {
  readonly self: NodeId
  readonly signer: Signer
  readonly ledger: LedgerView
  readonly trustchains: TrustchainsView
  readonly presence: Presence
}

export interface DutiesOptions {
  readonly chainId: ChainId
  readonly parameters: Parameters
  readonly owner: string
  readonly addresses: readonly string[]
  readonly willing: boolean
}

interface Stated {
  readonly says: string
  readonly number: number
  readonly bytes: Uint8Array
}

export class Duties {
  readonly #ports: DutiesPorts
  readonly #options: DutiesOptions
  /** Authors of whom entries may not be final yet. */
  readonly #pending = new Set<NodeId>()
  /** Forks that were known when this node started, and that the ledger may not know of. */
  #unproven: ForkProof[] = []
  #statedAt: Millis = Number.NEGATIVE_INFINITY
  /** The last registration or `ready`, as it was made. */
  #stated: Stated | undefined
  #reportedEpoch = -1
  /** The last number used by this run, final or not. */
  #lastNumber = 0

  constructor(ports: DutiesPorts, options: DutiesOptions) {
    this.#ports = ports
    this.#options = options
    this.recount()
  }

  /** Looks at every author anew: after a start or a snapshot. */
  recount(): void {
    const { trustchains, ledger } = this.#ports
    this.#pending.clear()
    for (const author of trustchains.authors)
      if (trustchains.head(author).seq > ledger.finalHead(author).seq) this.#pending.add(author)
    this.#unproven = [...trustchains.forks]
  }

  /** An entry of this author was accepted by the exchange. */
  accepted(author: NodeId): void {
    this.#pending.add(author)
  }

  /**
   * Entries that are held and not final, for the pool: it knows most of them. By turns over the
   * authors, so that those whose entries are refused for ever do not stand before the others.
   */
  offer(): Uint8Array[] {
    const { trustchains, ledger } = this.#ports
    const offered: Uint8Array[] = []
    for (let turns = Math.min(this.#pending.size, offeredMax); turns > 0; turns--) {
      if (offered.length >= offeredMax) break
      const [author] = this.#pending
      this.#pending.delete(author!)
      const from = ledger.finalHead(author!).seq + 1
      const head = trustchains.head(author!).seq
      if (head < from || ledger.frozen(author!) || ledger.holderOf(author!) !== author) continue
      this.#pending.add(author!)
      const to = Math.min(head, from + offeredPerAuthorMax - 1)
      for (const entry of trustchains.range(author!, from, to))
        offered.push(encodeEntryTransaction(entry))
    }
    return offered
  }

  /** Proofs of forks that the ledger does not know of: what was pooled before a start is gone. */
  proofs(): Uint8Array[] {
    const proofs = this.#unproven.splice(0, proofsOfferedMax)
    return proofs
      .filter(({ authorId }) => !this.#ports.ledger.frozen(authorId))
      .map(encodeForkTransaction)
  }

  /** Statements that are due now, to be submitted. */
  statements(now: Millis): Uint8Array[] {
    const { self, ledger } = this.#ports
    // The name that this key had is another key's now: nobody takes its word any more.
    if (ledger.holderOf(self) !== self) return []
    const report = this.#report(now)
    if (report.length > 0) return report
    if (now - this.#statedAt < againAfter) return []
    const statement = this.#ready() ?? this.#registration()
    if (statement === undefined) return []
    this.#statedAt = now
    return [this.#made(statement)]
  }

  /** The same word is said again in the same bytes: a chain that stands still is not filled with copies. */
  #made(statement: Statement): Uint8Array {
    const { self, signer, ledger } = this.#ports
    const says = JSON.stringify(statement)
    if (this.#stated?.says === says && this.#stated.number >= ledger.nextNumber(self))
      return this.#stated.bytes
    const number = this.#number()
    const bytes = makeSigned(signer, this.#options.chainId, number, statement)
    this.#stated = { says, number, bytes }
    return bytes
  }

  /** Statements under way at the same time must not share a number: the second would be a replay. */
  #number(): number {
    const { self, ledger } = this.#ports
    this.#lastNumber = Math.max(this.#lastNumber + 1, ledger.nextNumber(self))
    return this.#lastNumber
  }

  #registration(): Statement | undefined {
    const { self, ledger } = this.#ports
    const { owner, addresses, willing } = this.#options
    const record = ledger.node(self)
    if (record?.status === 'BANNED') return undefined
    const isSame =
      record !== undefined &&
      record.owner === owner &&
      record.willing === willing &&
      record.addresses.join(' ') === addresses.join(' ')
    return isSame ? undefined : { is: 'registration', owner, addresses, willing }
  }

  #ready(): Statement | undefined {
    const { self, ledger } = this.#ports
    const { handover } = ledger.epoch
    if (handover === null || !handover.elected.includes(self) || handover.ready.includes(self))
      return undefined
    return { is: 'ready' }
  }

  #report(now: Millis): Uint8Array[] {
    const { self, signer, ledger, presence } = this.#ports
    const { epochBlocks, epochMs } = this.#options.parameters
    const { number, startedHeight, startedAt } = ledger.epoch
    if (number === this.#reportedEpoch || !ledger.committee.has(self)) return []
    const blocks = 10 * (ledger.height - startedHeight) >= reportAtTenths * epochBlocks
    const time = 10 * (ledger.time - startedAt) >= reportAtTenths * epochMs
    if (!blocks || !time) return []
    this.#reportedEpoch = number
    const nodes = [...ledger.nodes()].map(({ nodeId }) => nodeId).filter((id) => id !== self)
    const heard = presence
      .report(nodes, now)
      .map(({ nodeId: node, share, lastHeard }) => ({ node, share, lastHeard }))
    presence.restart(now)
    const pages = Math.min(reportPagesMax, Math.ceil(heard.length / heardPerPageMax))
    return Array.from({ length: pages }, (_, page) =>
      makeReport(
        ...([signer, this.#options.chainId, this.#number(), page] as const),
        heard.slice(page * heardPerPageMax, (page + 1) * heardPerPageMax),
      ),
    )
  }
}
