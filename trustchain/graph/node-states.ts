// What TN-1 keeps of every node, as columns of typed arrays: about 80 bytes a node, so that a
// viewpoint over a million nodes fits in memory and a round reads it in sequence.

// A node's phase is the round in which it expanded, 0 when it did not, or one of these:
/** Takes no part: the root and those that it vetoes. */
export const barred = 255
/** Rose above the threshold only in the last round: a further round would expand it. */
export const waiting = 254

export class NodeStates {
  /** Millionths that arrived in round k at node v: `arrivals[k][v]`; also what came too late to count. */
  readonly arrivals: Float64Array[]
  /** The round in which a node expanded, 0, `barred` or `waiting`. */
  phase = new Uint8Array(0)
  /** The trust that a node had at the start of its own round: what it multiplies by. */
  forwarded = new Int32Array(0)
  /** The sum of what counts of the arrivals. */
  raw = new Float64Array(0)
  /** One more than the round in which a node was first reached; 0 never. */
  reached = new Uint8Array(0)
  /** The root's own ratings. */
  own = new Int32Array(0)
  /** The change that last touched a node. */
  mark = new Int32Array(0)

  /** @param rounds rounds of expansion; there is one more of arrivals, for the root's own ratings */
  constructor(rounds: number) {
    this.arrivals = Array.from({ length: rounds + 1 }, () => new Float64Array(0))
  }

  /** Makes nodes 0..count-1 exist; what is known of the others stays. */
  makeRoom(count: number): void {
    if (count <= this.phase.length) return
    const capacity = this.phase.length === 0 ? count : Math.max(count, 2 * this.phase.length)
    for (const [round, amounts] of this.arrivals.entries())
      this.arrivals[round] = widened(amounts, new Float64Array(capacity))
    this.phase = widened(this.phase, new Uint8Array(capacity))
    this.forwarded = widened(this.forwarded, new Int32Array(capacity))
    this.raw = widened(this.raw, new Float64Array(capacity))
    this.reached = widened(this.reached, new Uint8Array(capacity))
    this.own = widened(this.own, new Int32Array(capacity))
    this.mark = widened(this.mark, new Int32Array(capacity))
  }
}

const widened = <A extends { set(from: A): void }>(from: A, into: A): A => {
  into.set(from)
  return into
}
