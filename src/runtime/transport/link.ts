// A link: everything between this node and one peer. However many connections there are, each side
// sends one protocol on one stream. A link is up until it is dropped, once, with a reason, and in
// that span no message is lost or out of order; so a stream that breaks drops the whole link.
import type { Connection } from '@libp2p/interface'
import type { Millis } from '../../core/id.ts'
import type { Identity } from './identities.ts'
import { Lane } from './lane.ts'

/** What the machines speak with; each has its own stream and its own order. */
export const protocols = ['trustchain', 'overlay', 'routing', 'consensus', 'values'] as const
export type Protocol = (typeof protocols)[number]

/** Raised when a node of the version before would misread a message. */
export const protocolVersion = '1.0.0'

/** What anybody may ask in passing, before anything else is known: in one form for good. */
export type PassingProtocol = 'genesis' | 'standing'

/** The libp2p name of a protocol. */
export const protocolName = (protocol: Protocol | PassingProtocol): string =>
  `/trustnet/${protocol}/${protocol === 'genesis' || protocol === 'standing' ? '1.0.0' : protocolVersion}`

export class Link {
  readonly peer: Identity
  /** In the order in which they were opened. */
  readonly connections = new Set<Connection>()
  /** Open inbound streams by protocol. */
  readonly inbound: Record<Protocol, number> = {
    ...{ trustchain: 0, overlay: 0, routing: 0, consensus: 0, values: 0 },
  }
  /** When the first connection opened, by the transport's clock, and by whose dial. */
  opened: { readonly at: Millis; readonly by: 'inbound' | 'outbound' } | undefined
  /** The peer opened a stream of ours: it knows us and takes part. */
  answered = false
  /** A dial is waiting or under way. */
  dialling = false
  /** Has ended: nothing is sent or taken any more. */
  dropped = false
  readonly #lanes = new Map<Protocol, Lane>()
  readonly #laneFailed: () => void

  /** @param laneFailed called when a stream broke, so that the link must be dropped */
  constructor(peer: Identity, laneFailed: (link: Link) => void) {
    this.peer = peer
    this.#laneFailed = () => laneFailed(this)
  }

  get queuedBytes(): number {
    let bytes = 0
    for (const lane of this.#lanes.values()) bytes += lane.queuedBytes
    return bytes
  }

  get idle(): boolean {
    return [...this.#lanes.values()].every((lane) => lane.idle)
  }

  /** Streams of our protocols, both ways. */
  get streams(): number {
    const outbound = [...this.#lanes.values()].filter((lane) => lane.isOpen).length
    return outbound + protocols.reduce((sum, protocol) => sum + this.inbound[protocol], 0)
  }

  /** The connection that streams are opened on: the oldest that is open. */
  get connection(): Connection | undefined {
    for (const connection of this.connections) if (connection.status === 'open') return connection
    return undefined
  }

  push(protocol: Protocol, message: Uint8Array): void {
    let lane = this.#lanes.get(protocol)
    if (lane === undefined) {
      lane = new Lane(protocolName(protocol), this.#laneFailed)
      this.#lanes.set(protocol, lane)
    }
    lane.push(message)
  }

  /** Sends what waits, when there is a connection. */
  flush(): void {
    const { connection } = this
    if (connection === undefined) return
    for (const lane of this.#lanes.values()) lane.flushOver(connection)
  }

  /** Ends our streams; each promise is settled when the peer has read to the end of one. */
  finish(): Promise<void>[] {
    const lanes = [...this.#lanes.values()]
    this.#lanes.clear()
    return lanes.map((lane) => lane.finish())
  }

  /** Forgets what waits. */
  clear(): void {
    for (const lane of this.#lanes.values()) lane.clear()
    this.#lanes.clear()
  }
}
