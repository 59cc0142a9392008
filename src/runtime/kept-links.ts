// Keeps a node linked with a few peers beyond table and leaf set (6-operations: 5 to 10), the ones that it
// trusts most. Links that others open, and those that messages need, come and go beside them.
import type { Millis, NodeId } from '../core/id.ts'
import { Remembered } from '../core/remembered.ts'
import { keptPeers } from '../node/kept-peers.ts'
import type { NodeMachine } from '../node/node-machine.ts'
import { defaultBounds, peersRememberedMax } from './transport/bounds.ts'
import type { Transport } from './transport/transport.ts'

/** Who could not be reached leaves its place to another for so many looks: five minutes. */
const passedOverLooks = 10

export class KeptLinks {
  readonly #machine: NodeMachine
  readonly #transport: Pick<Transport, 'connect'>
  readonly #passedOver = new Remembered<NodeId, Millis>(peersRememberedMax)
  readonly #everyMs: Millis
  #peers: readonly NodeId[] = []
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
    this.#peers = keptPeers({
      known: this.#candidates(),
      isNeighbour: (peer) => routing.isNeighbour(peer),
      refuses: (peer) => this.#machine.refuses(peer),
      trust: (peer) => trust.aggregate(peer),
    })
    for (const peer of this.#peers) if (!links.has(peer)) void this.#open(peer)
  }

  async #open(peer: NodeId): Promise<void> {
    if (await this.#transport.connect(peer)) return
    this.#passedOver.set(peer, performance.now() + passedOverLooks * this.#everyMs)
  }

  /** Whoever is not known to be gone, and did not fail to answer just now. */
  #candidates(): NodeId[] {
    const { contacts, links } = this.#machine
    const now = performance.now()
    return [...contacts.all()]
      .filter(({ liveness }) => liveness.is !== 'gone')
      .map(({ contact }) => contact.nodeId)
      .filter((peer) => links.has(peer) || (this.#passedOver.get(peer) ?? 0) <= now)
  }
}
