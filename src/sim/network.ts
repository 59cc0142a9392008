// The network model: how long things travel, what is lost, and who is cut off from whom. It
// knows nodes by number and decides; the links act on it (links.ts).
import { assert } from '../core/assert.ts'
import type { Millis } from '../core/id.ts'
import type { Random } from '../core/random.ts'
import { type Latency, uniformLatency } from './latency.ts'

/** Faults of a transport that keeps no order: each message on its own. Probabilities in [0, 1]. */
export interface DatagramFaults {
  readonly drop: number
  readonly duplicate: number
  /** Chance that a message is held back, so that later ones overtake it. */
  readonly reorder: number
  /** How long such a message is held back at most. */
  readonly reorderMs: Millis
}

export interface NetworkOptions {
  /** One-way latency. @default uniform 20 to 80 ms */
  readonly latency: Latency
  /**
   * Chance that a segment of a stream is lost, in [0, 1]. A stream sends it again, so loss shows
   * as delay, and as a dead link when it goes on. @default 0
   */
  readonly loss: number
  /** First retransmission of a stream; doubles each time. @default 200 */
  readonly retransmitMs: Millis
  /** A dial without an answer is given up after this. @default 3000 */
  readonly dialTimeoutMs: Millis
  /** A link on which nothing is acknowledged is given up after this. @default 15000 */
  readonly silenceMs: Millis
  /** How long after a crash the peers of a host that sends resets are told. @default 50 */
  readonly resetMs: Millis
  /** Bytes a second that one node can send; needs the world's `sizeOf`. @default unlimited */
  readonly bandwidth: number
  /** Messages travel as datagrams with these faults instead of in order. @default none */
  readonly datagram: DatagramFaults | null
}

export const defaultNetwork: NetworkOptions = {
  latency: uniformLatency(20, 80),
  loss: 0,
  retransmitMs: 200,
  dialTimeoutMs: 3_000,
  silenceMs: 15_000,
  resetMs: 50,
  bandwidth: Number.POSITIVE_INFINITY,
  datagram: null,
}

/** Numbers of two nodes as one: exact below 2^53. */
const pairOf = (from: number, to: number): number => from * 2 ** 26 + to

export class Network {
  options: NetworkOptions
  readonly #random: Random
  /** Part of each node while a partition stands; nodes without an entry are in part 0. */
  #parts = new Map<number, number>()
  readonly #cuts = new Set<number>()
  #anyCut = false

  constructor(options: NetworkOptions, random: Random) {
    assert(options.loss >= 0 && options.loss <= 1, 'loss is a probability')
    this.options = options
    this.#random = random
  }

  /** Splits the network: nodes of different parts do not reach each other; the rest is one part. */
  partition(parts: readonly (readonly number[])[]): void {
    this.#parts = new Map()
    parts.forEach((part, i) => {
      for (const node of part) {
        assert(!this.#parts.has(node), 'a node is in one part of a partition')
        this.#parts.set(node, i + 1)
      }
    })
    this.#anyCut = true
  }

  /** Nothing from `from` reaches `to`; the other direction is left as it is. */
  cut(from: number, to: number): void {
    this.#cuts.add(pairOf(from, to))
    this.#anyCut = true
  }

  /** Ends the partition and all cuts. */
  heal(): void {
    this.#parts = new Map()
    this.#cuts.clear()
    this.#anyCut = false
  }

  blocked(from: number, to: number): boolean {
    if (!this.#anyCut) return false
    if ((this.#parts.get(from) ?? 0) !== (this.#parts.get(to) ?? 0)) return true
    return this.#cuts.has(pairOf(from, to))
  }

  /** One-way travel of something that is not lost. */
  travel(from: number, to: number): Millis {
    return this.options.latency(from, to, this.#random)
  }

  /** Extra delay of a stream segment by loss; Infinity when the link is given up before it arrives. */
  lossDelay(): Millis {
    const { loss, retransmitMs, silenceMs } = this.options
    if (loss === 0) return 0
    let delay = 0
    for (let wait = retransmitMs; this.#random.fraction() < loss; wait *= 2) {
      delay += wait
      if (delay >= silenceMs) return Number.POSITIVE_INFINITY
    }
    return delay
  }

  /** Extra delays of the copies of a datagram: none when it is dropped, two when duplicated. */
  datagramDelays(faults: DatagramFaults): readonly Millis[] {
    if (this.#random.fraction() < faults.drop) return []
    const copies = this.#random.fraction() < faults.duplicate ? 2 : 1
    return Array.from({ length: copies }, () =>
      this.#random.fraction() < faults.reorder ? this.#random.fraction() * faults.reorderMs : 0,
    )
  }
}
