// From when on the gate is shut to peers that the ledger bans. A peer that is banned while this node runs
// keeps its links for a moment: the block that bans it comes to it over them, and whoever is cut off
// before that hears of its ban from nobody.
import type { Ledger } from '../../trustchain/ledger/ledger.ts'
import type { Millis, NodeId } from '../core/id.ts'

/** A decided block is with everybody within some hops; ten times as long for those that are slow. */
const banRespite: Millis = 1_000

export class Bans {
  readonly #ledger: Ledger
  readonly #known = new Set<NodeId>()
  /** Until when the links of those stay that were banned just now; in order of time. */
  readonly #respites = new Map<NodeId, Millis>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.recount()
  }

  /** Looks at every record anew: after a start or a snapshot. Bans found so are old, and get no respite. */
  recount(): void {
    this.#known.clear()
    this.#respites.clear()
    for (const { nodeId, status } of this.#ledger.nodes())
      if (status === 'BANNED') this.#known.add(nodeId)
  }

  /** No dials and no talk; a banned peer that still sits in the committee keeps its links until it leaves. */
  has(peer: NodeId): boolean {
    const { committee } = this.#ledger
    return this.#ledger.banned(peer) && !committee.has(peer) && !this.#respites.has(peer)
  }

  /** A block changed these records. */
  changed(records: readonly NodeId[], now: Millis): void {
    for (const node of records) {
      if (!this.#ledger.banned(node)) {
        this.#known.delete(node)
        this.#respites.delete(node)
      } else if (!this.#known.has(node)) {
        this.#known.add(node)
        this.#respites.set(node, now + banRespite)
      }
    }
  }

  /** When the next respite ends: ms from now; undefined while there is none. */
  due(now: Millis): Millis | undefined {
    for (const until of this.#respites.values()) return Math.max(0, until - now)
    return undefined
  }

  /** Ends the respites that are over: the gate is shut to these from now on. */
  over(now: Millis): NodeId[] {
    const over = [...this.#respites].filter(([, until]) => until <= now).map(([node]) => node)
    for (const node of over) this.#respites.delete(node)
    return over
  }
}
