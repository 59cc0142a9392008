// Keeps a node linked with a few peers beyond table and leaf set (6-operations: 5 to 10), the ones that it
// trusts most. Links that others open, and those that messages need, come and go beside them.
import type { Millis, NodeId } from '../core/id.ts'
import { sightingAgeMsMax } from '../core/limits.ts'
import { Remembered } from '../core/remembered.ts'
import { THRESHOLD } from '../core/trust.ts'
import { keptPeers } from '../node/kept-peers.ts'
import type { NodeMachine } from '../node/node-machine.ts'
import { defaultBounds, peersRememberedMax } from './transport/bounds.ts'
import type { Transport } from './transport/transport.ts'

/** Who could not be reached, or did not stay, leaves its place to another for so many looks (five minutes) … */
const passedOverLooks = 10

/** … and for twice as many each further time, up to these (an hour). */
const passedOverLooksMax = 120

interface PassedOver {
  readonly looks: number
  readonly until: Millis
}

export class KeptLinks {
  readonly #machine: NodeMachine
  readonly #transport: Pick<Transport, 'connect'>
  readonly #passedOver = new Remembered<NodeId, PassedOver>(peersRememberedMax)
  readonly #everyMs: Millis
  #peers: readonly NodeId[] = []
  /** Those that the last look dialled. */
  #dialled: readonly NodeId[] = []
  readonly #timer: NodeJS.Timeout

  /** @param everyMs between two looks @default as often as connections are asked for life */
  constructor(
    machine: NodeMachine,
    transport: Pick<Transport, 'connect'>,
    everyMs: Millis = defaultBounds.heartbeatMs,
  ) {
    this.#machine = machine
    this.#transport = transport
    this.#everyMs = everyMs
    this.#timer = setInterval(() => this.#look(), everyMs).unref()
  }

  /** The links that it keeps and that are up, the most trusted first. */
  get up(): readonly NodeId[] {
    return this.#peers.filter((peer) => this.#machine.links.has(peer))
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { links, membership, routing, trust } = this.#machine
    // Until it has its place it cannot tell who is beyond.
    if (!membership.joined) return
    // Whether a dial led to a link shows by now: who refuses us, or hangs up, took it as well.
    for (const peer of this.#dialled)
      if (links.has(peer)) this.#passedOver.delete(peer)
      else this.#passOver(peer)
    this.#peers = keptPeers({
      known: this.#candidates(),
      isNeighbour: (peer) => routing.isNeighbour(peer),
      refuses: (peer) => this.#machine.refuses(peer),
      trust: (peer) => trust.aggregate(peer),
    })
    this.#dialled = this.#peers.filter((peer) => !links.has(peer))
    for (const peer of this.#dialled) void this.#transport.connect(peer)
  }

  #passOver(peer: NodeId): void {
    const before = this.#passedOver.get(peer)?.looks ?? passedOverLooks / 2
    const looks = Math.min(2 * before, passedOverLooksMax)
    this.#passedOver.set(peer, { looks, until: performance.now() + looks * this.#everyMs })
  }

  /**
   * Whoever is not known to be gone, did not fail just now, and was heard by somebody not long ago: of those
   * that nobody hears any more, or ever heard, there may be thousands that were met first.
   */
  #candidates(): NodeId[] {
    const { contacts, links, trust } = this.#machine
    const now = performance.now()
    const since = Date.now() - sightingAgeMsMax
    return [...contacts.all()]
      .filter(({ liveness }) => liveness.is !== 'gone')
      .map(({ contact }) => contact.nodeId)
      .filter((peer) => links.has(peer) || (this.#passedOver.get(peer)?.until ?? 0) <= now)
      .filter((peer) => contacts.lastHeardAt(peer) >= since || trust.aggregate(peer) > THRESHOLD)
  }
}
