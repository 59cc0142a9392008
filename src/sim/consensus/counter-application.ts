// The smallest application that exercises an engine: authors add numbers to their counters, one
// after the other, and committee changes are commanded by transactions, so that every rule about
// committees can be tried without a ledger. Its state is a few lines of text.
import { sha256 } from '@noble/hashes/sha2.js'
import type {
  Admission,
  Application,
  BlockFacts,
  Finalized,
  Refusal,
  Room,
  SnapshotOffer,
} from '../../core/application.ts'
import { hex, utf8, utf8Text } from '../../core/bytes.ts'
import { Committee } from '../../core/committee.ts'
import type { NodeId } from '../../core/id.ts'
import type { StoreWrite } from '../../core/machine.ts'
import { fakeKey } from './fake-crypto.ts'

/** Powers by key number; a key without an entry holds no seat. */
export type Seats = Readonly<Record<number, number>>

/** What a transaction commands. */
export type Order =
  | {
      readonly order: 'add'
      readonly author: number
      readonly sequence: number
      readonly amount: number
    }
  /** Adds one, at any time, but only one of each name. */
  | { readonly order: 'once'; readonly author: number; readonly name: number }
  | {
      readonly order: 'seat'
      readonly author: number
      readonly sequence: number
      readonly seats: Seats
    }

interface State {
  height: number
  /** By author: the sum, and the sequence that comes next. */
  readonly sums: Map<number, number>
  readonly next: Map<number, number>
  /** Names that came: none counts twice. */
  readonly once: Set<number>
  /** By key number: blocks whose commit it signed, as of the last block with transactions. */
  readonly signed: Map<string, number>
  seats: Seats
  nextSeats: Seats
}

/** Block sync finalizes at most a message of blocks in one step. */
const hashesKept = 256

const storeKey = 'counter/state'
const refusal = (code: string): Refusal => ({ code, facts: {} })

export const encodeOrder = (order: Order): Uint8Array => utf8(JSON.stringify(order))

function decodeOrder(bytes: Uint8Array): Order | undefined {
  try {
    const order = JSON.parse(utf8Text(bytes)) as Order
    return ['add', 'once', 'seat'].includes(order.order) ? order : undefined
  } catch {
    return undefined
  }
}

const committees = new Map<string, Committee>()
export function committeeOf(seats: Seats): Committee {
  const name = JSON.stringify(Object.entries(seats).sort(([a], [b]) => Number(a) - Number(b)))
  let committee = committees.get(name)
  if (committee === undefined) {
    committee = new Committee(
      Object.entries(seats).map(([n, power]) => ({
        publicKey: fakeKey(Number(n)).publicKey,
        power,
      })),
    )
    committees.set(name, committee)
  }
  return committee
}

/** Sorted by key: the order of insertion must not show. */
const sorted = <K extends number | string>(map: ReadonlyMap<K, number>): [K, number][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

const bodyOf = (state: State): string =>
  JSON.stringify([
    ...[sorted(state.sums), sorted(state.next), [...state.once].sort((a, b) => a - b)],
    ...[sorted(state.signed), state.seats, state.nextSeats],
  ])

function stateOf(height: number, body: string): State {
  const [sums, next, once, signed, seats, nextSeats] = JSON.parse(body)
  return {
    ...{ height, sums: new Map(sums), next: new Map(next), once: new Set(once) },
    ...{ signed: new Map(signed), seats, nextSeats },
  } as State
}

export class CounterApplication implements Application {
  #state: State
  #body: string
  #hash: string
  readonly #snapshots: { readonly offer: SnapshotOffer; readonly bytes: Uint8Array }[] = []
  readonly #snapshotEvery: number
  readonly #hashes = new Map<number, string>()

  /**
   * @param store what was persisted; empty at genesis
   * @param genesis the committee of heights 1 and 2
   * @param snapshotEvery blocks between snapshots
   */
  constructor(store: ReadonlyMap<string, Uint8Array>, genesis: Seats, snapshotEvery = 16) {
    this.#snapshotEvery = snapshotEvery
    const stored = store.get(storeKey)
    if (stored === undefined) {
      const empty = stateOf(0, '[[],[],[],[],{},{}]')
      this.#state = { ...empty, seats: genesis, nextSeats: genesis }
    } else {
      const [height, body] = JSON.parse(utf8Text(stored)) as [number, string]
      this.#state = stateOf(height, body)
    }
    this.#body = bodyOf(this.#state)
    this.#hash = hex(sha256(utf8(this.#body)))
  }

  get height(): number {
    return this.#state.height
  }

  get stateHash(): string {
    return this.#hash
  }

  get committee(): Committee {
    return committeeOf(this.#state.seats)
  }

  get nextCommittee(): Committee {
    return committeeOf(this.#state.nextSeats)
  }

  /** Of `nextCommittee`. */
  get nextSeats(): Seats {
    return this.#state.nextSeats
  }

  /** The state hash after a recent height, for whoever checks a block later in the same step. */
  hashAfter(height: number): string | undefined {
    return this.#hashes.get(height)
  }

  /** The sequence that is admissible next of an author. */
  nextOf(author: number): number {
    return this.#state.next.get(author) ?? 1
  }

  /** Is a transaction without a sequence final? */
  has(name: number): boolean {
    return this.#state.once.has(name)
  }

  checkTransaction(bytes: Uint8Array): Admission {
    const order = decodeOrder(bytes)
    if (order === undefined) return { verdict: 'refused', refusal: refusal('order/malformed') }
    const author = authorOf(order.author)
    if (order.order === 'once')
      return this.has(order.name)
        ? { verdict: 'final' }
        : { verdict: 'admitted', author, sequence: null, nextSequence: null, standing: 1 }
    const { sequence } = order
    const nextSequence = this.nextOf(order.author)
    if (sequence < nextSequence) return { verdict: 'final' }
    return { verdict: 'admitted', author, sequence, nextSequence, standing: 1 }
  }

  prepareProposal(candidates: Iterable<Uint8Array>, room: Room): readonly Uint8Array[] {
    const taken: Uint8Array[] = []
    const trial = stateOf(this.height, this.#body)
    let bytes = 0
    for (const candidate of candidates) {
      if (taken.length === room.count) break
      if (bytes + candidate.length > room.bytes || apply(trial, candidate) !== null) continue
      bytes += candidate.length
      taken.push(candidate)
    }
    return taken
  }

  processProposal(block: BlockFacts): Refusal | null {
    if (block.height !== this.height + 1) return refusal('block/height')
    if (block.transactions.length === 0) return null
    const trial = stateOf(this.height, this.#body)
    for (const bytes of block.transactions) {
      const refused = apply(trial, bytes)
      if (refused !== null) return refused
    }
    return null
  }

  finalizeBlock(block: BlockFacts): Finalized {
    const state = this.#state
    if (block.height !== state.height + 1) throw new Error(`block ${block.height} is out of order`)
    const { nextSeats } = state
    state.height++
    state.seats = nextSeats
    for (const bytes of block.transactions) {
      const refused = apply(state, bytes)
      if (refused !== null) throw new Error(`a decided block does not apply: ${refused.code}`)
    }
    if (block.transactions.length > 0)
      for (const signer of block.signers)
        state.signed.set(signer, (state.signed.get(signer) ?? 0) + 1)
    this.#rehash()
    this.#hashes.set(state.height, this.#hash)
    this.#hashes.delete(state.height - hashesKept)
    if (state.height % this.#snapshotEvery === 0) this.#takeSnapshot()
    return {
      stateHash: this.#hash,
      committeeAfterNext: state.nextSeats === nextSeats ? null : this.nextCommittee,
      writes: [this.#write()],
    }
  }

  listSnapshots(): readonly SnapshotOffer[] {
    return this.#snapshots.map(({ offer }) => offer)
  }

  loadSnapshotChunk(height: number, chunk: number): Uint8Array | undefined {
    return chunk === 0
      ? this.#snapshots.find(({ offer }) => offer.height === height)?.bytes
      : undefined
  }

  applySnapshot(
    offer: SnapshotOffer,
    chunks: readonly Uint8Array[],
  ): readonly StoreWrite[] | Refusal {
    const [bytes] = chunks
    if (bytes === undefined || chunks.length !== 1) return refusal('snapshot/chunks')
    if (hex(sha256(bytes)) !== offer.stateHash) return refusal('snapshot/hash')
    this.#state = stateOf(offer.height, utf8Text(bytes))
    this.#rehash()
    return [this.#write()]
  }

  #write(): StoreWrite {
    return { key: storeKey, value: utf8(JSON.stringify([this.height, this.#body])) }
  }

  #rehash(): void {
    const body = bodyOf(this.#state)
    if (body === this.#body) return
    this.#body = body
    this.#hash = hex(sha256(utf8(body)))
  }

  #takeSnapshot(): void {
    const offer = { height: this.height, stateHash: this.#hash, chunks: 1 }
    this.#snapshots.unshift({ offer, bytes: utf8(this.#body) })
    this.#snapshots.length = Math.min(this.#snapshots.length, 2)
  }
}

/** Users are numbered apart from members: their keys never sign a vote. */
const authorOf = (author: number): NodeId => fakeKey(100 + author).nodeId

/** Applies a transaction to a state, or says why it does not fit; then the state is as before. */
function apply(state: State, bytes: Uint8Array): Refusal | null {
  const order = decodeOrder(bytes)
  if (order === undefined) return refusal('order/malformed')
  const { author } = order
  if (order.order === 'once') {
    if (state.once.has(order.name)) return refusal('order/replayed')
    state.once.add(order.name)
  } else {
    if (order.sequence !== (state.next.get(author) ?? 1)) return refusal('order/sequence')
    state.next.set(author, order.sequence + 1)
  }
  if (order.order === 'seat') state.nextSeats = order.seats
  else {
    const amount = order.order === 'add' ? order.amount : 1
    state.sums.set(author, (state.sums.get(author) ?? 0) + amount)
  }
  return null
}
