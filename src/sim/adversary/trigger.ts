// When an adversary acts: from when and for how long, counted from the node's own start; against
// whom; on which keys; and how often, from the first day or growing. Everything else it serves like an honest node.
import type { RouteMessage } from '../../../routing/message.ts'
import type { Millis, NodeId } from '../../core/id.ts'
import type { Random } from '../../core/random.ts'

export interface Trigger {
  /** Milliseconds after the node's start. @default 0 */
  readonly from: Millis
  /** @default for ever */
  readonly for: Millis
  /** Only what this node asks or roots, or what is said to it. @default everybody */
  readonly victim: NodeId | undefined
  /** Only keys that begin with these hex digits. @default all */
  readonly keys: string
  /** Chance that it acts at all on one message. @default 1 */
  readonly p: number
  /** Over this time after `from` the chance grows evenly from 0 to `p`. @default 0 */
  readonly ramp: Millis
}

export class TriggerState {
  readonly #trigger: Trigger
  readonly #random: Random
  #startedAt: Millis | undefined

  constructor(trigger: Trigger, random: Random) {
    this.#trigger = trigger
    this.#random = random
  }

  /** Is the time of the attack? Its clock starts with the first call. */
  isOn(now: Millis): boolean {
    this.#startedAt ??= now
    const since = now - this.#startedAt
    return since >= this.#trigger.from && since < this.#trigger.from + this.#trigger.for
  }

  /** Does it attack this route? */
  picksRoute({ origin, key }: RouteMessage, now: Millis): boolean {
    if (!this.isOn(now)) return false
    const { victim, keys } = this.#trigger
    if (victim !== undefined && origin !== victim && key !== victim) return false
    return key.startsWith(keys) && this.#rolls(now)
  }

  /** Does it attack what goes to this peer? */
  picksPeer(peer: NodeId, now: Millis): boolean {
    const { victim } = this.#trigger
    return this.isOn(now) && (victim === undefined || victim === peer) && this.#rolls(now)
  }

  /** Does it still act less often than it will? */
  isGrowing(now: Millis): boolean {
    const { from, ramp } = this.#trigger
    return now - (this.#startedAt ?? now) - from < ramp
  }

  #rolls(now: Millis): boolean {
    const { from, p, ramp } = this.#trigger
    const since = now - this.#startedAt! - from
    const chance = this.isGrowing(now) ? (p * since) / ramp : p
    return chance >= 1 || this.#random.fraction() < chance
  }
}
