// Which entries are missing here, who said that it has them, and which requests are under way. A
// request asks one peer for the missing ranges of many authors at once. Everything is bounded: a
// peer that quotes heads it does not have fills only its own share and is found out by its answers.
import type { Millis, NodeId } from '../src/core/id.ts'
import {
  entriesPerMessageMax,
  rangesPerRequestMax,
  requestsOutstandingMax,
  requestsPerPeerMax,
  sourcesPerWantMax,
  wantsMax,
} from '../src/core/limits.ts'
import type { RangeMessage, Wanted } from './message.ts'

/** A peer and how far it said that it can serve: it is never asked, nor blamed, for more. */
interface Source {
  readonly peer: NodeId
  /** The seq that it quoted; of a look back, its entry that differs from ours. */
  to: number
}

/** An author's entries that somebody has and we do not. */
interface Want {
  readonly author: NodeId
  /** Re-read entries that we hold, because the sources' differ: it ends in a fork proof. */
  back: boolean
  asked: boolean
  /** How far our log reached when it was last asked for, and how often in a row that was no further. */
  reached: number
  stale: number
  sources: Source[]
}

/** A range asked for. `back`: entries that we hold were read again, to find where the branches part. */
export interface AskedRange extends Wanted {
  readonly back: boolean
}

/** A request under way. */
export interface RangeRequest {
  readonly id: number
  readonly peer: NodeId
  readonly at: Millis
  readonly asked: readonly AskedRange[]
}

/** Asks in a row that may bring nothing before the source is given up. */
const staleAsksMax = 8

/** One peer may be the source of this share of all wants. */
const wantsPerPeerMax = wantsMax / 4

export class Wants {
  readonly #wants = new Map<NodeId, Want>()
  readonly #requests = new Map<number, RangeRequest>()
  readonly #sourceOf = new Map<NodeId, number>()
  readonly #pausedUntil = new Map<NodeId, Millis>()
  #lastId = 0

  get size(): number {
    return this.#wants.size
  }

  get outstanding(): number {
    return this.#requests.size
  }

  has(author: NodeId): boolean {
    return this.#wants.has(author)
  }

  /** Notes that `source` has the author's entries up to `to`; with `back`, that its entry `to` differs from ours. */
  want(author: NodeId, to: number, source: NodeId, back: boolean): void {
    let want = this.#wants.get(author)
    if (want === undefined) {
      if (this.#wants.size >= wantsMax) return
      if ((this.#sourceOf.get(source) ?? 0) >= wantsPerPeerMax) return
      want = { author, back, asked: false, reached: -1, stale: 0, sources: [] }
      this.#wants.set(author, want)
    }
    // Finding a fork comes first: what lies beyond it will not count.
    if (want.back && !back) return
    if (back && !want.back) {
      for (const { peer } of [...want.sources]) this.#removeSource(want, peer)
      want.back = true
    }
    const known = want.sources.find(({ peer }) => peer === source)
    if (known) known.to = Math.max(known.to, to)
    if (known || want.sources.length >= sourcesPerWantMax) return
    want.sources.push({ peer: source, to })
    this.#sourceOf.set(source, (this.#sourceOf.get(source) ?? 0) + 1)
  }

  /** The author's entries are no longer missing, or are not to be had. */
  drop(author: NodeId): void {
    const want = this.#wants.get(author)
    if (want === undefined) return
    for (const { peer } of [...want.sources]) this.#removeSource(want, peer)
    this.#wants.delete(author)
  }

  /** Drops a want that is fulfilled: the log reaches it, or the author is frozen below it. */
  settle(author: NodeId, reached: number, frozenAt: number): void {
    const want = this.#wants.get(author)
    if (want === undefined) return
    // A source has served its part once the log reaches what it quoted, or is frozen below that.
    const limit = frozenAt > 0 ? frozenAt - 1 : Number.POSITIVE_INFINITY
    for (const { peer, to } of [...want.sources])
      if (to > limit || (!want.back && to <= reached)) this.#removeSource(want, peer)
    if (want.sources.length === 0) this.#wants.delete(author)
  }

  /** Ask again: there is more, or other entries are wanted by now. A source that never gets further has failed. */
  again(author: NodeId, source: NodeId): void {
    const want = this.#wants.get(author)
    if (want === undefined) return
    want.asked = false
    if (want.stale >= staleAsksMax) this.failed(author, source)
  }

  /** Did the want turn into a look back after a request that was none? */
  changed(author: NodeId, back: boolean): boolean {
    return this.#wants.get(author)?.back === true && !back
  }

  /** The source did not deliver; the next one is asked, and without one the want is dropped. */
  failed(author: NodeId, source: NodeId): void {
    const want = this.#wants.get(author)
    if (want === undefined) return
    want.asked = false
    this.#removeSource(want, source)
    if (want.sources.length === 0) this.#wants.delete(author)
  }

  /** Nothing is asked of this peer until then. */
  pause(peer: NodeId, until: Millis): void {
    this.#pausedUntil.set(peer, until)
  }

  /** Takes the request that an answer belongs to; undefined when nothing such was asked of that peer. */
  take(peer: NodeId, id: number): RangeRequest | undefined {
    const request = this.#requests.get(id)
    if (request === undefined || request.peer !== peer) return undefined
    this.#requests.delete(id)
    return request
  }

  /** Takes the requests that were sent before `before` and never answered. */
  expired(before: Millis): readonly RangeRequest[] {
    const expired = [...this.#requests.values()].filter((request) => request.at <= before)
    for (const request of expired) this.#requests.delete(request.id)
    return expired
  }

  /** A peer is gone: nothing is expected of it any more. */
  forget(peer: NodeId): void {
    for (const request of [...this.#requests.values()]) {
      if (request.peer === peer) this.#requests.delete(request.id)
      if (request.peer === peer) for (const { author } of request.asked) this.failed(author, peer)
    }
    this.#pausedUntil.delete(peer)
    if (!this.#sourceOf.has(peer)) return
    for (const want of [...this.#wants.values()])
      if (want.sources.some((source) => source.peer === peer)) this.failed(want.author, peer)
  }

  /**
   * The requests to send now.
   *
   * @param reached the seq that our log of an author reaches
   */
  next(now: Millis, reached: (author: NodeId) => number): readonly [NodeId, RangeMessage][] {
    if (this.#requests.size >= requestsOutstandingMax || this.#wants.size === 0) return []
    const byPeer = new Map<NodeId, AskedRange[]>()
    for (const want of this.#wants.values()) {
      if (want.asked) continue
      const source = want.sources.find(({ peer }) => this.#mayAsk(peer, now))
      if (source === undefined) continue
      const ranges = byPeer.get(source.peer) ?? []
      if (ranges.length === 0) byPeer.set(source.peer, ranges)
      if (ranges.length < rangesPerRequestMax)
        ranges.push(rangeOf(want, source, reached(want.author)))
    }
    const sends: [NodeId, RangeMessage][] = []
    for (const [peer, ranges] of byPeer) {
      if (this.#requests.size >= requestsOutstandingMax) break
      sends.push([peer, this.#ask(peer, ranges, now, reached)])
    }
    return sends
  }

  #ask(
    peer: NodeId,
    asked: readonly AskedRange[],
    now: Millis,
    reached: (author: NodeId) => number,
  ): RangeMessage {
    for (const { author } of asked) {
      const want = this.#wants.get(author)!
      const at = reached(author)
      want.stale = at > want.reached ? 0 : want.stale + 1
      want.reached = at
      want.asked = true
    }
    this.#lastId = (this.#lastId % (2 ** 32 - 1)) + 1
    this.#requests.set(this.#lastId, { id: this.#lastId, peer, at: now, asked })
    const wanted = asked.map(({ author, from, to }) => ({ author, from, to }))
    return { say: 'range', request: this.#lastId, wanted, overlay: null }
  }

  #mayAsk(peer: NodeId, now: Millis): boolean {
    if ((this.#pausedUntil.get(peer) ?? 0) > now) return false
    let underWay = 0
    for (const request of this.#requests.values()) if (request.peer === peer) underWay += 1
    return underWay < requestsPerPeerMax
  }

  #removeSource(want: Want, source: NodeId): void {
    const at = want.sources.findIndex(({ peer }) => peer === source)
    if (at < 0) return
    want.sources.splice(at, 1)
    const count = (this.#sourceOf.get(source) ?? 1) - 1
    if (count > 0) this.#sourceOf.set(source, count)
    else this.#sourceOf.delete(source)
  }
}

function rangeOf({ author, back }: Want, { to }: Source, reached: number): AskedRange {
  // A look back reads about a page, so that a fork that began earlier shows at once; the page must
  // have room for the two entries of a proof beside it.
  const from = back ? Math.max(1, to - entriesPerMessageMax + 8) : Math.min(to, reached + 1)
  return { author, from, to, back }
}
