// The circuits that a relay carries, by the trust in whoever opened them: strangers may fill what is
// free, and make room for a friend. Nobody has more than a few to one holder of a place.
import type { NodeId } from '../../../core/id.ts'
import { placeFor } from './relay-places.ts'

/** Circuits to one holder of a place at one time: a leaf set's worth. */
export const circuitsPerPlaceMax = 32

/** Circuits of one origin to one holder: one, and one more while a restart overlaps. */
const circuitsPerOriginMax = 2

interface Circuit {
  readonly from: NodeId
  readonly to: NodeId
  readonly end: () => void
}

export class Circuits {
  readonly #trust: (node: NodeId) => number
  readonly #perPlaceMax: number
  readonly #open = new Set<Circuit>()

  /** @param trust this node's own aggregated trust in a peer */
  constructor(trust: (node: NodeId) => number, perPlaceMax: number = circuitsPerPlaceMax) {
    this.#trust = trust
    this.#perPlaceMax = perPlaceMax
  }

  /**
   * Counts a circuit, from when it is asked for. When the holder has as many as it may have, the one
   * whose origin is trusted least is ended, if it is trusted less.
   *
   * @param end ends the circuit to make room
   * @returns call it when the circuit is over; undefined when there is no room for it
   */
  open(from: NodeId, to: NodeId, end: () => void): (() => void) | undefined {
    const beside = [...this.#open].filter((circuit) => circuit.to === to)
    const own = beside.filter((circuit) => circuit.from === from)
    if (own.length >= circuitsPerOriginMax) return undefined
    if (beside.length >= this.#perPlaceMax) {
      const others = [...new Set(beside.map((circuit) => circuit.from))].filter((id) => id !== from)
      // All are taken: whoever has one of them already must be trusted more than another, too.
      const place = placeFor(from, others, others.length, this.#trust)
      if (place.is !== 'taken over') return undefined
      const ended = beside.find((circuit) => circuit.from === place.from)!
      this.#open.delete(ended)
      ended.end()
    }
    const circuit: Circuit = { from, to, end }
    this.#open.add(circuit)
    return () => void this.#open.delete(circuit)
  }
}
