// The ways into the pool: what the user submits, what peers spread, what siblings and blocks bring. New
// transactions complete blocks under assembly and, where this node has to, are spread.
import type { Refusal } from '../src/core/application.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import type { CommandId } from '../src/core/machine.ts'
import type { BlockAssembly } from './assembly.ts'
import { type TransactionHash, transactionOf } from './block.ts'
import type { ConsensusCommand } from './message.ts'
import type { Parts } from './parts.ts'
import type { Peer } from './peers.ts'
import type { PoolVerdict } from './pool.ts'
import type { TransactionSpread } from './spread.ts'
import { type Guest, WaitingRoom } from './waiting-room.ts'

/** A refused transaction costs its sender so much more: signatures that fail are checked for nothing. */
const refusedCost = 16

/** Transactions of peers that are looked at before whatever else has come is heard: some milliseconds of work. */
const lookedAtPerStep = 64

export class PoolDoor {
  readonly #parts: Parts
  readonly #assembly: BlockAssembly
  readonly #spread: TransactionSpread
  readonly #room = new WaitingRoom()

  constructor(parts: Parts, assembly: BlockAssembly, spread: TransactionSpread) {
    this.#parts = parts
    this.#assembly = assembly
    this.#spread = spread
  }

  /** Transactions of peers that nobody has looked at. */
  get waiting(): number {
    return this.#room.size
  }

  /** Of those, how many found no room, since the start. */
  get turnedAway(): number {
    return this.#room.dropped
  }

  /** What reaches everybody by other means. */
  admit(bytes: Uint8Array, hash?: TransactionHash): PoolVerdict {
    const verdict = this.#parts.pool.add(bytes, hash)
    if (verdict.is === 'new') this.#assembly.arrived(verdict.transaction)
    return verdict
  }

  /** From the local user: answered with the transaction's hash. */
  command(id: CommandId, { transaction }: ConsensusCommand, now: Millis): void {
    const { out } = this.#parts
    const verdict = this.admit(transaction)
    if (verdict.is === 'refused') {
      const { code, facts } = verdict.refusal
      out.notify({ note: 'refused', transaction: verdict.hash, refusal: verdict.refusal })
      out.answer(id, { ok: false, code, facts })
      return
    }
    if (verdict.is === 'new') this.#spread.addOwn(verdict.transaction, now)
    const hash: TransactionHash = verdict.is === 'new' ? verdict.transaction.hash : verdict.hash
    out.answer(id, { ok: true, value: { hash, final: verdict.is === 'final' } })
  }

  /** From a peer: looked at when there is time for it. */
  submitted(transactions: readonly Uint8Array[], peer: Peer, now: Millis): void {
    const isFree = this.waiting === 0
    const isMember = this.#parts.view().committee.has(peer.id)
    for (const bytes of transactions) this.#room.add(transactionOf(bytes), peer, isMember)
    if (isFree) this.look(now)
  }

  /** Looks at some that wait. */
  look(now: Millis): void {
    for (const guest of this.#room.take(lookedAtPerStep)) this.#lookAt(guest, now)
  }

  /** Its link is gone. */
  dropped(peer: NodeId): void {
    this.#room.leave(peer)
  }

  /** Looks at those which a block needs: it does not wait for their turn. */
  need(hashes: readonly TransactionHash[], now: Millis): void {
    if (this.waiting === 0) return
    for (const hash of hashes) {
      const guest = this.#room.takeOut(hash)
      if (guest !== undefined) this.#lookAt(guest, now)
    }
  }

  /** It is spread further when it is new. */
  #lookAt({ transaction, peer }: Guest, now: Millis): void {
    const verdict = this.admit(transaction.bytes, transaction.hash)
    if (verdict.is === 'new') this.#spread.add(verdict.transaction, peer.id)
    if (verdict.is === 'refused') this.#refused(peer, verdict.hash, verdict.refusal, now)
  }

  #refused(peer: Peer, transaction: TransactionHash, refusal: Refusal, now: Millis): void {
    const { out } = this.#parts
    out.notify({ note: 'refused', transaction, refusal })
    // That our pool is full, or an author's quota used, is no fault of whoever passes it on.
    if (!refusal.code.startsWith('pool/')) peer.taken.spend(refusedCost, now)
    // Its sender may know more, or less, than we do; but no state makes good what is no transaction.
    if (isNeverGood(refusal)) out.blame(peer.id, 'invalid-transaction')
  }
}

/** Refused whatever the state: whoever checked it before passing it on would not have passed it on. */
const isNeverGood = ({ code }: Refusal): boolean =>
  /malformed|signature|too-large|chain$|^entry\/invalid$/.test(code)
