// Who is never spoken to. A veto is a negative trust rating in any overlay: ours bars the peer, and
// a peer that vetoed us refuses us anyway, so it is not dialled either. Vetoes between others do not
// concern us. A veto ends when its author replaces it.
import type { NodeId } from '../core/id.ts'

export class Vetoes {
  readonly #self: NodeId
  /** Peer → overlays in which we rate it negative. */
  readonly #ours = new Map<NodeId, Set<string>>()
  /** Peer → overlays in which it rates us negative. */
  readonly #theirs = new Map<NodeId, Set<string>>()

  constructor(self: NodeId) {
    this.#self = self
  }

  /** Takes the latest trust rating of a slot into account; the peer whose standing changed, if one did. */
  rated(overlay: string, author: NodeId, subject: NodeId, value: number): NodeId | undefined {
    if (author === subject) return undefined
    if (author === this.#self) return this.#set(this.#ours, subject, overlay, value < 0)
    if (subject === this.#self) return this.#set(this.#theirs, author, overlay, value < 0)
    return undefined
  }

  barred(peer: NodeId): boolean {
    return this.#ours.has(peer) || this.#theirs.has(peer)
  }

  /** Whose veto bars the peer, for people: 'ours', 'theirs' or 'both'; undefined when none does. */
  reason(peer: NodeId): 'ours' | 'theirs' | 'both' | undefined {
    const ours = this.#ours.has(peer)
    const theirs = this.#theirs.has(peer)
    if (ours && theirs) return 'both'
    return ours ? 'ours' : theirs ? 'theirs' : undefined
  }

  #set(
    vetoes: Map<NodeId, Set<string>>,
    peer: NodeId,
    overlay: string,
    vetoed: boolean,
  ): NodeId | undefined {
    const before = this.barred(peer)
    const overlays = vetoes.get(peer) ?? new Set()
    if (vetoed) overlays.add(overlay)
    else overlays.delete(overlay)
    if (overlays.size > 0) vetoes.set(peer, overlays)
    else vetoes.delete(peer)
    return this.barred(peer) === before ? undefined : peer
  }
}
