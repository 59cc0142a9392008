// Transactions that peers submitted and nobody has looked at. Each costs a signature to check: a flood
// looked at as it comes would keep the votes behind it waiting, and a committee that is short of
// processor time would decide ever less. They are taken a few at a time, peer by peer.
import type { NodeId } from '../src/core/id.ts'
import type { Transaction, TransactionHash } from './block.ts'
import type { Peer } from './peers.ts'

/** One transaction and the peer that it came from. */
export interface Guest {
  readonly transaction: Transaction
  readonly peer: Peer
}

interface Row {
  readonly isMember: boolean
  /** In order of coming; before `next` they were taken. */
  readonly guests: Guest[]
  next: number
  bytes: number
}

export interface WaitingRoomOptions {
  /** Bytes that may wait of one peer. */
  readonly bytesPerPeerMax: number
  /** Bytes that may wait in all. */
  readonly bytesMax: number
  /** Bytes that may wait of peers outside the committee, together: they never fill what members need. */
  readonly bytesOfOthersMax: number
}

/** Some three seconds of a busy member's share, and eight members' worth of that. */
const bounds: WaitingRoomOptions = {
  bytesPerPeerMax: 1 << 20,
  bytesMax: 8 << 20,
  bytesOfOthersMax: 4 << 20,
}

/** Taken of one peer before it is another's turn. */
export const guestsPerTurn = 16

export class WaitingRoom {
  readonly #options: WaitingRoomOptions
  /** Peers of whom something waits, the next in turn first. */
  readonly #rows = new Map<NodeId, Row>()
  /** The same transaction once for each peer that brought it: nobody's queue holds up another's. */
  readonly #byHash = new Map<TransactionHash, readonly Guest[]>()
  #bytes = 0
  #bytesOfOthers = 0
  #dropped = 0

  constructor(options: Partial<WaitingRoomOptions> = {}) {
    this.#options = { ...bounds, ...options }
  }

  /** Transactions, however many peers brought them. */
  get size(): number {
    return this.#byHash.size
  }

  /** Found no room, since the start: their authors say them again. */
  get dropped(): number {
    return this.#dropped
  }

  /**
   * Lets a transaction wait that does not wait yet in this peer's row, if there is room.
   *
   * @param isMember does the peer sit in the committee? What it is when its row begins counts
   */
  add(transaction: Transaction, peer: Peer, isMember: boolean): void {
    const { hash, bytes } = transaction
    const same = this.#byHash.get(hash) ?? []
    if (same.some((guest) => guest.peer.id === peer.id)) return
    const row = this.#rows.get(peer.id) ?? { isMember, guests: [], next: 0, bytes: 0 }
    if (!this.#hasRoom(row, bytes.length)) {
      this.#dropped++
      return
    }
    const guest = { transaction, peer }
    row.guests.push(guest)
    this.#rows.set(peer.id, row)
    this.#byHash.set(hash, [...same, guest])
    this.#count(row, bytes.length)
  }

  /** Takes out the transaction of a name, whoever's turn it is. */
  takeOut(hash: TransactionHash): Guest | undefined {
    const same = this.#byHash.get(hash)
    if (same === undefined) return undefined
    this.#byHash.delete(hash)
    for (const { peer, transaction } of same)
      this.#count(this.#rows.get(peer.id)!, -transaction.bytes.length)
    // What was taken out of turn stays in its row until that is gone through.
    if (this.#byHash.size === 0) this.#rows.clear()
    return same[0]
  }

  /** Takes out up to so many, in the order of their coming, `guestsPerTurn` of each peer in turn. */
  take(max: number): readonly Guest[] {
    const taken: Guest[] = []
    while (taken.length < max) {
      const [first] = this.#rows
      if (first === undefined) break
      const [id, row] = first
      this.#takeOf(row, Math.min(guestsPerTurn, max - taken.length), taken)
      this.#rows.delete(id)
      // Where nobody waits, what is left of the row was taken out of turn.
      if (this.#byHash.size > 0 && row.next < row.guests.length) this.#rows.set(id, row)
    }
    return taken
  }

  /** The link is gone: nobody looks at what it left. */
  leave(peer: NodeId): void {
    const row = this.#rows.get(peer)
    if (row === undefined) return
    for (const guest of row.guests.slice(row.next)) {
      const { hash } = guest.transaction
      const same = this.#byHash.get(hash) ?? []
      if (!same.includes(guest)) continue
      const others = same.filter((one) => one !== guest)
      if (others.length > 0) this.#byHash.set(hash, others)
      else this.#byHash.delete(hash)
    }
    this.#count(row, -row.bytes)
    this.#rows.delete(peer)
    if (this.#byHash.size === 0) this.#rows.clear()
  }

  #hasRoom({ isMember, bytes }: Row, more: number): boolean {
    const { bytesPerPeerMax, bytesMax, bytesOfOthersMax } = this.#options
    if (!isMember && this.#bytesOfOthers + more > bytesOfOthersMax) return false
    return bytes + more <= bytesPerPeerMax && this.#bytes + more <= bytesMax
  }

  #takeOf(row: Row, max: number, taken: Guest[]): void {
    const end = taken.length + max
    while (row.next < row.guests.length && taken.length < end) {
      const guest = row.guests[row.next++]!
      const { hash } = guest.transaction
      // It may have been taken out of turn, and may even have come again since.
      if (this.#byHash.get(hash)?.includes(guest) !== true) continue
      this.takeOut(hash)
      taken.push(guest)
    }
    if (row.next * 2 < row.guests.length) return
    row.guests.splice(0, row.next)
    row.next = 0
  }

  #count(row: Row, bytes: number): void {
    row.bytes += bytes
    this.#bytes += bytes
    if (!row.isMember) this.#bytesOfOthers += bytes
  }
}
