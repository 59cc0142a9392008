// How often a peer may put a line into the log: whoever sends rubbish as fast as it can must not
// fill the disk as well.
import type { Millis, NodeId } from '../core/id.ts'
import { Remembered } from '../core/remembered.ts'
import { peersRememberedMax } from './transport/bounds.ts'

const lineEveryMs = 60_000

export class LogRate {
  readonly #lastLine = new Remembered<NodeId, Millis>(peersRememberedMax)

  /** Is a line about this peer due? Once a minute. */
  admits(peer: NodeId, now: Millis): boolean {
    const last = this.#lastLine.get(peer)
    if (last !== undefined && now - last < lineEveryMs) return false
    this.#lastLine.set(peer, now)
    return true
  }
}
