// A node inside another program. It says and does what the node API does (docs/api.md), by the same
// handlers, without a port: answers have the shapes of the API.
import { toString as textOf } from 'uint8arrays/to-string'
import type { AnswerOf } from '../api/endpoints.ts'
import { type Handlers, handlersOf } from '../api/handlers.ts'
import type { EventView, PeerView, RouteView } from '../api/service.ts'
import { utf8 } from '../core/bytes.ts'
import { Failure } from '../core/failure.ts'
import type { NodeId } from '../core/id.ts'
import { trustNumber } from '../core/trust.ts'
import { contentKeyOf } from '../core/value-key.ts'
import type { RunningNode } from '../runtime/running-node.ts'
import { LiveNodeService, packageVersion } from '../runtime/service/node-service.ts'
import { type AppMessage, messageOf } from './app-message.ts'
import type { FeedOptions, PutOptions, RatingOptions, RouteOptions } from './asking.ts'
import { type Feed, FeedSource } from './feed.ts'

/**
 * A running node. Everything that cannot be done is thrown as a `Failure` with a stable code.
 *
 * @stability stable, but for what says experimental
 */
export class TrustnetNode implements AsyncDisposable {
  readonly #node: RunningNode
  readonly #service: LiveNodeService
  readonly #handlers: Handlers
  readonly #sources = new Set<{ end(): void }>()

  constructor(node: RunningNode) {
    this.#node = node
    this.#service = new LiveNodeService(node, { router: 'trust', version: packageVersion() })
    this.#handlers = handlersOf(this.#service)
    void node.ended.then(() => {
      for (const source of this.#sources) source.end()
    })
  }

  /** Its position on the ring, 32 hex digits. */
  get nodeId(): string {
    return this.#node.nodeId
  }

  /** The libp2p PeerId of its key. */
  get peerId(): string {
    return this.#node.peerId
  }

  /** The network: 16 hex digits. */
  get chainId(): string {
    return this.#node.network.chainId
  }

  /** The genesis file of its network, for `CreateNodeOptions.genesis`. */
  get genesis(): Uint8Array {
    return Uint8Array.from(this.#node.network.bytes)
  }

  /** Multiaddrs that it listens on. */
  get addresses(): string[] {
    return this.#node.transport.addresses()
  }

  /** The text with which somebody joins this network through this node. @throws Failure `node/stopping` */
  get invite(): string {
    if (this.addresses.length === 0) throw new Failure('node/stopping', {})
    return this.#node.invite
  }

  /** Resolves when the node has stopped, with the reason if it failed. */
  get closed(): Promise<unknown> {
    return this.#node.ended
  }

  /**
   * Resolves once it has found its place among its peers; before that, messages may end at the wrong node.
   * The founder of a network is there from the start.
   *
   * @throws Failure `node/stopping` when it is closed before
   */
  async joined(): Promise<void> {
    const events = this.events()
    try {
      while (!this.#node.machine.membership.joined)
        if ((await events.next()).done) throw new Failure('node/stopping', {})
    } finally {
      await events.return()
    }
  }

  /** As `GET /v1/status`. */
  async status(): Promise<AnswerOf<'status'>> {
    return this.#handlers.status(undefined)
  }

  /** Every node that it knows of, by id. */
  async peers(): Promise<readonly PeerView[]> {
    return (await this.#handlers.nodes(undefined)).peers
  }

  /**
   * Says how far this node trusts a peer, from -1 (never connect) to 1; 0 takes it back.
   *
   * @param peer PeerId, node id or its unique beginning, or owner's name
   * @throws Failure `peer/…`, `trust/…`, `overlay/…`, `api/bad-request`; `chain/not-final` after `wait` seconds
   */
  async setTrust(
    peer: string,
    value: number,
    options: RatingOptions = {},
  ): Promise<AnswerOf<'rate'>> {
    return this.#handlers.rate({ peer, value: String(value), ...options })
  }

  /**
   * Gives 1 to 5 stars, which make reputation.
   *
   * @param category `reliability`, `performance` or `honesty`
   * @throws Failure as `setTrust`
   */
  async rate(
    peer: string,
    stars: number,
    options: RatingOptions & { readonly category?: string } = {},
  ): Promise<AnswerOf<'rate'>> {
    return this.#handlers.rate({ peer, stars, ...options })
  }

  /**
   * TN-1 trust of this node in a peer.
   *
   * @param overlay its first one unless given; null for the sum over all overlays
   * @returns within [-1, 1] in an overlay, any size for the sum
   * @throws Failure `peer/unknown`, `peer/ambiguous`, `peer/malformed-id`, `overlay/unknown`
   */
  trustOf(peer: string, overlay?: string | null): number {
    const { machine } = this.#node
    const nodeId = this.#service.resolve(peer).nodeId as NodeId
    if (overlay === null) return trustNumber(machine.trust.aggregate(nodeId))
    const known = machine.options.overlays.map(({ name }) => name)
    const name = overlay ?? known[0]!
    if (!known.includes(name)) throw new Failure('overlay/unknown', { overlay: name, known })
    return trustNumber(machine.trust.trust(name, nodeId))
  }

  /** What the network's blocks say of a node. @throws Failure `peer/…`, `chain/none` */
  async reputation(peer: string): Promise<AnswerOf<'reputation'>> {
    return this.#handlers.reputation({ peer })
  }

  /**
   * Finds the root of a key: the live node nearest to it.
   *
   * @param key any text, or 32 hex digits for a position: a node's id finds that node
   * @throws Failure `route/undeliverable`, `route/timeout`, `route/busy`, `overlay/unknown`
   */
  async lookup(key: string, options: RouteOptions = {}): Promise<RouteView> {
    return this.#handlers.lookup({ key, ...options })
  }

  /**
   * Delivers bytes at the root of a key, where `listen` hands them out. To reach one node give its
   * `nodeId` as the key, and compare `root` of the answer: another node answers when that one is gone.
   *
   * @param content at most 32,768 bytes together with the topic
   * @throws Failure as `lookup`, `route/bad-topic`, `api/too-large`
   */
  async send(
    key: string,
    content: string | Uint8Array,
    options: RouteOptions & { readonly topic?: string } = {},
  ): Promise<RouteView> {
    return this.#handlers.send({ key, ...payloadOf(content), ...options })
  }

  /**
   * Keeps bytes on the nodes nearest to their key: signed under a name of this node, where a later one
   * replaces them, or under their hash (docs/values.md).
   *
   * @returns the key, and who has them on disk
   * @throws Failure `value/…`
   * @stability experimental
   */
  async put(content: string | Uint8Array, options: PutOptions = {}): Promise<AnswerOf<'putValue'>> {
    const bytes = typeof content === 'string' ? utf8(content) : content
    const { name, expires } = options
    return this.#handlers.putValue({
      ...{ key: name ?? contentKeyOf(bytes), ...payloadOf(bytes) },
      ...(expires === undefined ? {} : { expires }),
    })
  }

  /**
   * Reads a value back, verified.
   *
   * @param key 32 hex digits, or a name
   * @param of whose name it is; this node's own unless given
   * @throws Failure `value/…`, `peer/…`
   * @stability experimental
   */
  async get(key: string, of?: string): Promise<AnswerOf<'value'>> {
    return this.#handlers.value({ key, ...(of === undefined ? {} : { of }) })
  }

  /**
   * Messages that arrive here, of one topic; of every topic and none without it. Begins at once, and ends
   * with the node, the signal, or the loop that reads it.
   */
  listen(topic?: string, options: FeedOptions = {}): Feed<AppMessage> {
    return this.#feed(options, (event) => {
      if (event.event !== 'delivered') return undefined
      const message = messageOf(event)
      return topic === undefined || message.topic === topic ? message : undefined
    })
  }

  /** What happens at this node, as `GET /v1/events` tells it. Begins at once, ends like `listen`. */
  events(options: FeedOptions = {}): Feed<EventView> {
    return this.#feed(options, (event) => event)
  }

  /**
   * Leaves the network gracefully, flushes and lets go of everything: no timer, socket or thread stays.
   * Idempotent; a second call waits for the first.
   */
  async close(): Promise<void> {
    await this.#node.stop()
    await this.#node.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #feed<T>({ signal }: FeedOptions, pick: (event: EventView) => T | undefined): Feed<T> {
    const end = (): void => source.end()
    const source = new FeedSource<T>(() => {
      unwatch()
      this.#sources.delete(source)
      signal?.removeEventListener('abort', end)
    })
    const unwatch = this.#service.watch((event) => {
      const item = pick(event)
      if (item !== undefined) source.push(item)
    })
    this.#sources.add(source)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) source.end()
    return source.feed
  }
}

const payloadOf = (content: string | Uint8Array) => ({
  base64: textOf(typeof content === 'string' ? utf8(content) : content, 'base64'),
})
