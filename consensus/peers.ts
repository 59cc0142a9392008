// What the consensus machine keeps of each linked peer: where it says it stands, how much of its share
// it used, how it served us. Nothing outlives the link, except a short memory of who failed us and of
// shares that were used.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { ConsensusMessage } from './message.ts'
import type { Height } from './vote.ts'

/** Cost of transactions and questions taken from one peer in a second: full load three times over. */
export const costPerSecondMax = 8_000
/** Cost of what a member says to decide a height, by itself: whoever sends too many transactions still votes. */
export const wordsPerSecondMax = 8_000
/** A share may be saved up for so long: a peer that was cut off catches up. */
const burstSeconds = 5

/** Blocks served to one peer in a second: block sync at twice the rate that is aimed for. */
export const blocksServedPerSecondMax = 4_000

/** Statuses of one peer that are answered in a second: twice what a member in trouble sends. */
export const pushesPerSecondMax = 40

/** Peers of which anything is kept: far more than a node links with. */
export const consensusPeersMax = 1_024

/** A peer that failed us is not asked for so long, doubled each time in a row. */
const restMs = 10_000
const strikesMax = 6

export type Status = Extract<ConsensusMessage, { readonly say: 'status' }>

class Share {
  readonly #perSecond: number
  #left: number
  #at: Millis

  constructor(perSecond: number, now: Millis) {
    this.#perSecond = perSecond
    this.#left = burstSeconds * perSecond
    this.#at = now
  }

  /** Takes up to `amount` and says how much it got. */
  spend(amount: number, now: Millis): number {
    const refill = (Math.max(0, now - this.#at) * this.#perSecond) / 1_000
    this.#left = Math.min(burstSeconds * this.#perSecond, this.#left + refill)
    this.#at = now
    const spent = Math.min(amount, Math.floor(this.#left))
    this.#left -= spent
    return spent
  }
}

export interface Peer {
  readonly id: NodeId
  /** Its last status. */
  status: Status | undefined
  /** Members that it speaks to, as bits by place in the committee of its height. */
  linkedMask: number
  /** The highest height that it says is final, or that it gave us. */
  finalized: Height
  /** Times in a row that it failed us. */
  strikes: number
  /** Not asked before. */
  restUntil: Millis
  /** Verified blocks that came from it since it last failed. */
  proven: number
  readonly taken: Share
  readonly words: Share
  readonly served: Share
  readonly pushed: Share
}

type Remembered = Pick<Peer, 'strikes' | 'restUntil' | 'taken' | 'words' | 'served' | 'pushed'>

export class Peers {
  readonly #linked = new Map<NodeId, Peer>()
  /** Of peers that left lately: so that a new link gives no new innocence, and no new share. Bounded. */
  readonly #gone = new Map<NodeId, Remembered>()

  get size(): number {
    return this.#linked.size
  }

  /** Linked peers, in order of linking. */
  all(): IterableIterator<Peer> {
    return this.#linked.values()
  }

  get(id: NodeId): Peer | undefined {
    return this.#linked.get(id)
  }

  /** The peer; undefined when too many are linked. */
  connected(id: NodeId, now: Millis): Peer | undefined {
    const known = this.#linked.get(id)
    if (known !== undefined) return known
    if (this.#linked.size >= consensusPeersMax) return undefined
    const remembered = this.#gone.get(id) ?? {
      ...{ strikes: 0, restUntil: 0 },
      taken: new Share(costPerSecondMax, now),
      words: new Share(wordsPerSecondMax, now),
      served: new Share(blocksServedPerSecondMax, now),
      pushed: new Share(pushesPerSecondMax, now),
    }
    const peer: Peer = {
      ...{ id, status: undefined, linkedMask: -1, finalized: 0, proven: 0 },
      ...remembered,
    }
    this.#linked.set(id, peer)
    return peer
  }

  dropped(id: NodeId): void {
    const peer = this.#linked.get(id)
    if (peer === undefined) return
    this.#linked.delete(id)
    this.#gone.delete(id)
    const { strikes, restUntil, taken, words, served, pushed } = peer
    this.#gone.set(id, { strikes, restUntil, taken, words, served, pushed })
    const [oldest] = this.#gone.keys()
    if (this.#gone.size > consensusPeersMax) this.#gone.delete(oldest!)
  }

  /** It failed us: what it claims counts no more, and it is left alone for a while. */
  strike(id: NodeId, now: Millis): void {
    const peer = this.#linked.get(id)
    if (peer === undefined) return
    peer.restUntil = now + restMs * 2 ** peer.strikes
    peer.strikes = Math.min(strikesMax, peer.strikes + 1)
    peer.finalized = 0
    peer.proven = 0
  }

  /** It gave us a good block. */
  served(id: NodeId): void {
    const peer = this.#linked.get(id)
    if (peer === undefined) return
    peer.strikes = 0
    peer.proven++
  }
}
