// All links of a node: opens them at first need, keeps them bounded, and tells the host when a
// peer's link comes up and, once, why it went down. What is told is told in order and never from
// within a call of the host, so that a machine's step is not entered twice.
import type { Connection } from '@libp2p/interface'
import { assert } from '../../core/assert.ts'
import type { Millis, NodeId, PublicKey } from '../../core/id.ts'
import type { DropReason } from '../../core/machine.ts'
import { genesisTimeoutMs, type TransportBounds } from './bounds.ts'
import type { Dialer } from './dialer.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import { cut } from './heartbeat.ts'
import { type Identities, type Identity, identityOf } from './identities.ts'
import { Link, type Protocol } from './link.ts'

export interface LinksPorts {
  readonly contactOf: (
    node: NodeId,
  ) => { readonly publicKey: PublicKey; readonly addresses: readonly string[] } | undefined
  readonly onConnected: (peer: NodeId, publicKey: PublicKey, remoteAddress: string) => void
  readonly onDropped: (peer: NodeId, why: DropReason) => void
  readonly now: () => Millis
}

export interface LinksParts {
  readonly ports: LinksPorts
  readonly bounds: TransportBounds
  readonly dialer: Dialer
  readonly gatekeeper: Gatekeeper
  readonly identities: Identities
}

export class Links {
  readonly #parts: LinksParts
  readonly #links = new Map<NodeId, Link>()
  #stopping = false

  constructor(parts: LinksParts) {
    this.#parts = parts
  }

  /** Links with a connection. */
  *up(): Generator<Link, void, undefined> {
    for (const link of this.#links.values()) if (link.connections.size > 0) yield link
  }

  of(node: NodeId): Link | undefined {
    return this.#links.get(node)
  }

  /** The peer opened a stream to us, so it takes our dials: past failures no longer count. */
  answered(link: Link): void {
    link.answered = true
    this.#parts.dialer.proved(link.peer.nodeId)
  }

  send(to: NodeId, protocol: Protocol, message: Uint8Array): void {
    const { bounds, gatekeeper } = this.#parts
    assert(
      message.length > 0 && message.length <= bounds.messageBytesMax,
      `a message has 1 to ${bounds.messageBytesMax} bytes, and this one of ${protocol} has ${message.length}`,
    )
    if (this.#stopping) return
    if (gatekeeper.refuses(to)) return this.#tellDropped(to, 'refused')
    const link = this.#linkTo(to)
    if (link === undefined) return this.#tellDropped(to, 'unreachable')
    if (link.queuedBytes + message.length > bounds.outboundQueueBytesMax)
      return this.drop(link, 'congested')
    link.push(protocol, message)
    if (link.connection === undefined) void this.#dial(link)
    else link.flush()
  }

  /** Opens a link where there is none, and keeps still. @returns false where there cannot be one now */
  async connect(to: NodeId): Promise<boolean> {
    if (this.#stopping || this.#parts.gatekeeper.refuses(to)) return false
    const link = this.#linkTo(to)
    if (link === undefined) return false
    if (link.connection === undefined) await this.#dial(link)
    return link.connection !== undefined || link.dialling
  }

  /** libp2p opened a connection, by our dial or the peer's. */
  opened(connection: Connection): void {
    const peer = this.#parts.identities.ofPeer(connection.remotePeer)
    if (peer === undefined || this.#stopping) return cut(connection, 'no node, or too late')
    const link = this.#linkFor(connection, peer)
    if (link.connections.size >= this.#parts.bounds.connectionsPerPeerMax)
      return cut(connection, 'too many connections of one peer')
    link.connections.add(connection)
    if (link.opened === undefined) {
      link.opened = { at: this.#parts.ports.now(), by: connection.direction }
      const remoteAddress = connection.remoteAddr.toString()
      this.#tell(() => {
        if (!link.dropped) this.#parts.ports.onConnected(peer.nodeId, peer.publicKey, remoteAddress)
      })
    }
    link.flush()
  }

  /** libp2p closed a connection. The link ends with its last one; a lost stream ends it by itself. */
  closed(connection: Connection): void {
    const peer = this.#parts.identities.ofPeer(connection.remotePeer)
    const link = peer === undefined ? undefined : this.#links.get(peer.nodeId)
    if (link === undefined || !link.connections.delete(connection)) return
    if (link.connections.size === 0) this.drop(link, 'closed')
  }

  /** Ends a link, tells why, and cuts its connections. */
  drop(link: Link, why: DropReason): void {
    if (!this.#end(link, why)) return
    if (why === 'closed') this.#noteDuration(link)
    // Who dialled us and speaks none of a node's protocols may be a joiner that reads the genesis.
    const passing = why === 'closed' && link.opened?.by === 'inbound' && !link.answered
    for (const connection of link.connections)
      if (passing) setTimeout(() => cut(connection, why), genesisTimeoutMs).unref()
      else cut(connection, why)
  }

  /** Ends a link, but lets the peer read what was sent first, for as long as `flushMs` allows. */
  async disconnect(node: NodeId): Promise<void> {
    const link = this.#links.get(node)
    if (link === undefined) return
    if (this.#parts.gatekeeper.refuses(node)) return this.drop(link, 'refused')
    if (link.connection === undefined) return this.drop(link, 'closed')
    await this.#farewell([link])
    for (const connection of link.connections) cut(connection, 'disconnected')
  }

  /** Drops a peer that broke a rule and shuts it out, whether or not it still has a link. */
  expel(node: NodeId): void {
    this.#parts.gatekeeper.shutOut(node)
    const link = this.#links.get(node)
    if (link !== undefined) this.drop(link, 'refused')
  }

  /** Takes and reports nothing more; peers may read what was sent, for as long as `flushMs` allows. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#farewell([...this.up()])
    for (const link of this.#links.values()) link.clear()
    this.#links.clear()
  }

  /** Hands over what waits, ends the links, and resolves when the peers have read everything. */
  async #farewell(links: readonly Link[]): Promise<void> {
    const { flushMs } = this.#parts.bounds
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), flushMs)
    while (!late.signal.aborted && links.some((link) => !link.dropped && !link.idle))
      await new Promise((resolve) => setTimeout(resolve, flushLookMs))
    const read = links.flatMap((link) => {
      const finished = link.dropped ? [] : link.finish()
      this.#end(link, 'closed')
      return finished
    })
    await Promise.race([
      Promise.allSettled(read),
      new Promise<void>((resolve) => {
        if (late.signal.aborted) resolve()
        else late.signal.addEventListener('abort', () => resolve())
      }),
    ])
    clearTimeout(timer)
  }

  /**
   * The link that a connection belongs to. The first direct one beside circuits of a relay begins a
   * new link: the relay ends those, whose messages could not be told from lost ones in the middle.
   */
  #linkFor(connection: Connection, peer: Identity): Link {
    const link = this.#links.get(peer.nodeId)
    if (link === undefined) return this.#newLink(peer)
    const circuits = [...link.connections].filter(({ limits }) => limits !== undefined)
    if (connection.limits !== undefined || circuits.length === 0) return link
    if (circuits.length < link.connections.size) return link
    this.#end(link, 'closed')
    // Who punched the hole closes them itself, and counts on doing so.
    for (const circuit of circuits)
      setTimeout(() => cut(circuit, 'a direct connection took its place'), steadyAfterMs).unref()
    return this.#newLink(peer)
  }

  /** The link with a node; undefined where its key is not known. */
  #linkTo(to: NodeId): Link | undefined {
    const link = this.#links.get(to)
    if (link !== undefined) return link
    const contact = this.#parts.ports.contactOf(to)
    const peer =
      contact === undefined ? this.#parts.identities.ofNode(to) : identityOf(contact.publicKey)
    return peer === undefined || peer.nodeId !== to ? undefined : this.#newLink(peer)
  }

  #newLink(peer: Identity): Link {
    const link = new Link(peer, (broken) => this.drop(broken, 'closed'))
    this.#links.set(peer.nodeId, link)
    return link
  }

  async #dial(link: Link): Promise<void> {
    if (link.dialling) return
    link.dialling = true
    const { nodeId } = link.peer
    const addresses = this.#parts.ports.contactOf(nodeId)?.addresses ?? []
    const reached = await this.#parts.dialer.dial(link.peer, addresses)
    // libp2p may answer at once with a connection that is about to close. Whoever sends again on
    // `onDropped` must not keep it from closing: the event loop goes around first.
    if (link.connection === undefined) await new Promise(setImmediate)
    link.dialling = false
    if (link.dropped || link.connection !== undefined) return link.flush()
    // A dial may succeed and be closed by the other side before this runs: that is no link either.
    const { gatekeeper, dialer } = this.#parts
    const refused = gatekeeper.refuses(nodeId) || dialer.turnedAway(nodeId)
    this.drop(link, reached ? 'closed' : refused ? 'refused' : 'unreachable')
  }

  /** A link that the other side ends at once may be a refusal: dialling it again must slow down. */
  #noteDuration(link: Link): void {
    const { bounds, dialer, ports } = this.#parts
    if (link.opened === undefined || link.answered || this.#stopping) return
    if (link.opened.by === 'inbound' || ports.now() - link.opened.at >= bounds.steadyMs) return
    dialer.failed(link.peer.nodeId, ports.contactOf(link.peer.nodeId)?.addresses ?? [], true)
  }

  #end(link: Link, why: DropReason): boolean {
    if (link.dropped) return false
    link.dropped = true
    link.clear()
    if (this.#links.get(link.peer.nodeId) === link) this.#links.delete(link.peer.nodeId)
    this.#tellDropped(link.peer.nodeId, why)
    return true
  }

  #tellDropped(peer: NodeId, why: DropReason): void {
    this.#tell(() => this.#parts.ports.onDropped(peer, why))
  }

  #tell(say: () => void): void {
    queueMicrotask(() => {
      if (!this.#stopping) say()
    })
  }
}

/** How long circuits stay beside the direct connection that took their place. */
const steadyAfterMs = 5_000

/** How often a departing link looks whether everything was handed over. */
const flushLookMs = 5
