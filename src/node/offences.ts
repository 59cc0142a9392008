// What peers did wrong, added up. Each fault has a weight, the sum lapses with time, and who comes to
// the line is cut off and refused for a while, longer each time. What nobody who checks what it passes
// on can do by mistake weighs most; what a slow machine or a late answer looks like weighs next to
// nothing. Bounded: keys are free, so the record of whoever was heard of longest ago goes first.
import type { ConsensusMisbehaviour } from '../../consensus/message.ts'
import type { ValuesMisbehaviour } from '../../overlay/values/message.ts'
import type { Misbehaviour } from '../../trustchain/message.ts'
import type { Millis, NodeId } from '../core/id.ts'

export type Offence = ConsensusMisbehaviour | Misbehaviour | ValuesMisbehaviour

/** The line: ten proven faults, or a thousand messages beyond a peer's share, in about a minute. */
export const pointsToShutOut = 1_000

/** What lapses: a proven fault in ten seconds. A slow peer, blamed every other second, never gets far. */
export const pointsLapsedPerSecond = 10

const proven = 100
const slip = 10

/** What each fault weighs. */
const weights: Readonly<Record<Offence, number>> = {
  'invalid-vote': proven,
  'invalid-proposal': proven,
  'invalid-commit': proven,
  'invalid-block': proven,
  'invalid-transaction': proven,
  'invalid-entry': proven,
  'invalid-proof': proven,
  'invalid-value': proven,
  // Of all who gave a part of it, one lied.
  'invalid-snapshot': slip,
  // Of one message: whoever was stopped for a while gets, and sends, a burst.
  flooding: 1,
  unasked: slip,
  withheld: slip,
  silent: slip,
}

/** A first shut-out, doubled with each further one. */
export const shutOutMs: Millis = 60_000
export const shutOutMsMax: Millis = 3_600_000

/** Who kept the rules for so long begins anew. */
export const forgivenAfterMs: Millis = 86_400_000

/** Peers whose faults are kept, some 150 bytes each. */
export const offendersMax = 4_096

interface Offender {
  points: number
  at: Millis
  times: number
  until: Millis
}

export class Offences {
  /** The one blamed longest ago first. */
  readonly #offenders = new Map<NodeId, Offender>()

  get size(): number {
    return this.#offenders.size
  }

  /**
   * Counts a fault.
   *
   * @returns true when the peer is to be cut off, by this fault
   */
  committed(peer: NodeId, offence: Offence, now: Millis): boolean {
    const known = this.#offenders.get(peer)
    const record = known ?? { points: 0, at: now, times: 0, until: Number.NEGATIVE_INFINITY }
    if (record.until > now) return false
    const passed = Math.max(0, now - record.at)
    if (passed >= forgivenAfterMs) record.times = 0
    const lapsed = (passed * pointsLapsedPerSecond) / 1_000
    record.points = Math.max(0, record.points - lapsed) + weights[offence]
    record.at = now
    this.#offenders.delete(peer)
    this.#offenders.set(peer, record)
    if (this.#offenders.size > offendersMax) this.#forgetOldest()
    if (record.points < pointsToShutOut) return false
    record.points = 0
    record.until = now + Math.min(shutOutMsMax, shutOutMs * 2 ** record.times)
    record.times++
    return true
  }

  /** Is the peer refused now? A clock that was set back shuts nobody out for longer than it should. */
  shutsOut(peer: NodeId, now: Millis): boolean {
    const until = this.#offenders.get(peer)?.until
    return until !== undefined && now < until && now >= until - shutOutMsMax
  }

  #forgetOldest(): void {
    const [oldest] = this.#offenders.keys()
    this.#offenders.delete(oldest!)
  }
}
