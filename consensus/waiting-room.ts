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
}

/** Some three seconds of a busy member's share, and eight members' worth of that. */
const bounds: WaitingRoomOptions = { bytesPerPeerMax: 1 << 20, bytesMax: 8 << 20 }

/** Taken of one peer before it is another's turn. */
export const guestsPerTurn = 16

export class WaitingRoom {
  readonly #options: WaitingRoomOptions
  /** Peers of whom something waits, the next in turn first. */
  readonly #rows = new Map<NodeId, Row>()
  readonly #byHash = new Map<TransactionHash, Guest>()
  #bytes = 0
  #dropped = 0

  constructor(options: Partial<WaitingRoomOptions> = {}) {
    this.#options = { ...bounds, ...options }
  }

  get size(): number {
    return this.#byHash.size
  }

  /** Found no room, since the start: those who submitted them still have them. */
  get dropped(): number {
    return this.#dropped
  }

  /** Lets a transaction wait that does not wait yet, if there is room. */
  add(transaction: Transaction, peer: Peer): void {
    const { hash, bytes } = transaction
    if (this.#byHash.has(hash)) return
    const row = this.#rows.get(peer.id) ?? { guests: [], next: 0, bytes: 0 }
    const { bytesPerPeerMax, bytesMax } = this.#options
    if (row.bytes + bytes.length > bytesPerPeerMax || this.#bytes + bytes.length > bytesMax) {
      this.#dropped++
      return
    }
    const guest = { transaction, peer }
    row.guests.push(guest)
    this.#rows.set(peer.id, row)
    this.#byHash.set(hash, guest)
    this.#count(row, bytes.length)
  }

  /** Takes out the transaction of a name, whoever's turn it is. */
  takeOut(hash: TransactionHash): Guest | undefined {
    const guest = this.#byHash.get(hash)
    if (guest === undefined) return undefined
    this.#byHash.delete(hash)
    this.#count(this.#rows.get(guest.peer.id)!, -guest.transaction.bytes.length)
    return guest
  }

  /** Takes out up to so many, in the order of their coming, `guestsPerTurn` of each peer in turn. */
  take(max: number): readonly Guest[] {
    const taken: Guest[] = []
    while (taken.length < max) {
      const [first] = this.#rows
      if (first === undefined) break
      const [id, row] = first
      this.#rows.delete(id)
      this.#takeOf(row, Math.min(guestsPerTurn, max - taken.length), taken)
      if (row.next < row.guests.length) this.#rows.set(id, row)
    }
    return taken
  }

  #takeOf(row: Row, max: number, taken: Guest[]): void {
    const end = taken.length + max
    while (row.next < row.guests.length && taken.length < end) {
      const guest = row.guests[row.next++]!
      const { hash, bytes } = guest.transaction
      // It may have been taken out of turn, and may even have come again since.
      if (this.#byHash.get(hash) !== guest) continue
      this.#byHash.delete(hash)
      this.#count(row, -bytes.length)
      taken.push(guest)
    }
    if (row.next * 2 < row.guests.length) return
    row.guests.splice(0, row.next)
    row.next = 0
  }

  #count(row: Row, bytes: number): void {
    row.bytes += bytes
    this.#bytes += bytes
  }
}
