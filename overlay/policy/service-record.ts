// What this node experienced with peers, as a few counters each: requests answered and dropped, time
// seen up and down. Old service fades: past a bound both counters of a pair are halved, so that the
// present always weighs. Bounded in peers: the one of whom nothing was heard longest makes room.
import { assert } from '../../src/core/assert.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import type { Experience } from './policy.ts'

/** Requests remembered per peer; at ten a minute the last hour or two decide. */
export const requestsRememberedMax = 1_000

/** Time up and down remembered per peer: about a month. */
export const presenceRememberedMsMax = 30 * 24 * 3_600_000

/** An answer that took longer counts as dropped: whoever waited has gone another way by then. */
export const usefulAnswerMsMax = 5_000

/** What a policy reads of one peer. */
export interface Service {
  readonly answered: number
  readonly dropped: number
  /** Milliseconds seen up and down, until `now`; both 0 while nothing was told. */
  readonly upMs: number
  readonly downMs: number
}

interface Counters {
  answered: number
  dropped: number
  upMs: number
  downMs: number
  presence: 'unknown' | 'up' | 'down'
  since: Millis
}

/** A clock may be set back: time never counts as negative. */
const elapsed = (since: Millis, now: Millis): number => Math.max(0, now - since)

function countRequest(counters: Counters, answered: boolean): void {
  if (answered) counters.answered++
  else counters.dropped++
  if (counters.answered + counters.dropped <= requestsRememberedMax) return
  counters.answered = Math.floor(counters.answered / 2)
  counters.dropped = Math.floor(counters.dropped / 2)
}

function countPresence(counters: Counters, presence: 'up' | 'down', now: Millis): void {
  if (counters.presence === 'up') counters.upMs += elapsed(counters.since, now)
  if (counters.presence === 'down') counters.downMs += elapsed(counters.since, now)
  counters.presence = presence
  counters.since = now
  while (counters.upMs + counters.downMs > presenceRememberedMsMax) {
    counters.upMs = Math.floor(counters.upMs / 2)
    counters.downMs = Math.floor(counters.downMs / 2)
  }
}

export class ServiceRecords {
  readonly #peersMax: number
  // In order of the last experience: the first is the one to make room.
  readonly #peers = new Map<NodeId, Counters>()

  /** @param peersMax peers remembered at most; each takes about 200 bytes */
  constructor(peersMax: number) {
    assert(peersMax > 0, 'some peer is remembered')
    this.#peersMax = peersMax
  }

  observe(experience: Experience, now: Millis): void {
    const counters = this.#touched(experience.peer)
    switch (experience.saw) {
      case 'answered':
        return countRequest(counters, (experience.rttMs ?? 0) <= usefulAnswerMsMax)
      case 'dropped':
        return countRequest(counters, false)
      default:
        return countPresence(counters, experience.saw, now)
    }
  }

  #touched(peer: NodeId): Counters {
    const counters = this.#peers.get(peer) ?? {
      answered: 0,
      dropped: 0,
      upMs: 0,
      downMs: 0,
      presence: 'unknown',
      since: 0,
    }
    this.#peers.delete(peer)
    this.#peers.set(peer, counters)
    if (this.#peers.size > this.#peersMax) this.#peers.delete(this.#peers.keys().next().value!)
    return counters
  }

  /** The service of a peer until `now`; undefined when nothing is remembered. */
  of(peer: NodeId, now: Millis): Service | undefined {
    const counters = this.#peers.get(peer)
    if (counters === undefined) return undefined
    const running = elapsed(counters.since, now)
    return {
      answered: counters.answered,
      dropped: counters.dropped,
      upMs: counters.upMs + (counters.presence === 'up' ? running : 0),
      downMs: counters.downMs + (counters.presence === 'down' ? running : 0),
    }
  }

  /** All peers remembered, sorted, so that no order of arrival shows in what is proposed. */
  peers(): NodeId[] {
    return [...this.#peers.keys()].sort()
  }
}
