// A NodeService over the real trust graphs and ids, without a network: what the server, the client
// and the commands are tested against. Every peer is known; the root of a key is really its nearest.

import type { ChainService } from '../../src/api/chain-service.ts'
import type {
  EventView,
  GivenRating,
  NodeService,
  NodeStatusView,
  PeerView,
  RatingFilter,
  RatingView,
  ReachView,
  ReadinessView,
  ReceiptView,
  ResolvedPeer,
  RouteRequest,
  RouteTableView,
  RouteView,
  TopologyView,
  TrustGraphView,
} from '../../src/api/service.ts'
import { utf8Text } from '../../src/core/bytes.ts'
import { Failure } from '../../src/core/failure.ts'
import {
  type NodeId,
  nodeIdOf,
  type PublicKey,
  peerIdOf,
  publicKeyOfPeerId,
} from '../../src/core/id.ts'
import { unframed } from '../../src/core/topic-frame.ts'
import { clampTrust, THRESHOLD, trustNumber } from '../../src/core/trust.ts'
import { TrustBook } from '../../trustchain/graph/trust-book.ts'
import { byDistanceTo, digestOf, type Member, member, millionths } from './members.ts'
import { explanationOf } from './memory-explain.ts'
import { reachOf, statusOf } from './memory-status.ts'
import { MemoryValues } from './memory-values.ts'

export class MemoryNode implements NodeService {
  readonly self: Member
  readonly members: Member[]
  readonly overlays: readonly string[]
  readonly values: MemoryValues
  readonly #book: TrustBook
  readonly #entries: RatingView[] = []
  readonly #listeners = new Set<(event: EventView) => void>()
  stopped = 0
  restarted = 0
  stop = (): void => void this.stopped++
  readonly restart = (): void => void this.restarted++
  readonly handedOver: Uint8Array[] = []
  /** A test takes something away. */
  ready = { joined: true, storeWritable: true, caughtUp: true }
  /** A test gives it one where it needs one. */
  chain: ChainService | undefined

  /** The first name is the node's own. `open` is an overlay that takes no ratings by hand. */
  constructor(names: readonly string[], overlays: readonly string[] = ['social', 'open']) {
    this.members = names.map(member)
    this.self = this.members[0]!
    this.overlays = overlays
    this.values = new MemoryValues(this.self)
    this.#book = new TrustBook(this.self.nodeId)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  status(): NodeStatusView {
    return statusOf(this, this.#entries.length)
  }

  readiness(): ReadinessView {
    const { joined, storeWritable, caughtUp } = this.ready
    const ready = joined && storeWritable && caughtUp
    return { ready, ...this.ready, why: ready ? [] : ['Something is missing.'] }
  }

  metrics(): string {
    return `# TYPE trustnet_ratings_own gauge\ntrustnet_ratings_own ${this.#entries.length}\n`
  }

  resolve(name: string): ResolvedPeer {
    const found = this.members.filter(
      ({ owner, peerId, nodeId }) => [owner, peerId].includes(name) || nodeId.startsWith(name),
    )
    if (found.length > 1)
      throw new Failure('peer/ambiguous', { name, matches: found.map(({ nodeId }) => nodeId) })
    const [one] = found
    if (one !== undefined) return { ...one, isSelf: one === this.self }
    if (!name.startsWith('12D3KooW')) throw new Failure('peer/unknown', { name })
    const publicKey = publicKeyOfPeerId(name)
    return { nodeId: nodeIdOf(publicKey), publicKey, owner: '', isSelf: false }
  }

  reach = (): ReachView => reachOf(this.status())

  peers(): readonly PeerView[] {
    return this.members.slice(1).map((peer) => ({
      ...this.#named(peer.nodeId),
      addresses: [],
      overlays: [...this.overlays],
      ...{ connected: false, relayed: false, kept: false },
      rttMs: null,
      trust: { social: trustNumber(this.#book.trust('social', peer.nodeId)) },
      aggregate: trustNumber(this.#book.aggregate(peer.nodeId)),
      state: 'alive',
    }))
  }

  topology(): TopologyView {
    return {
      nodes: this.members.map(({ nodeId }) => ({
        ...this.#named(nodeId),
        self: nodeId === this.self.nodeId,
        connected: false,
        aggregate: trustNumber(this.#book.aggregate(nodeId)),
      })),
      edges: [],
    }
  }

  ratings({ author, subject, overlay }: RatingFilter, history: boolean): readonly RatingView[] {
    return this.#entries.filter(
      (entry) =>
        (author === undefined || entry.author.nodeId === author) &&
        (subject === undefined || entry.subject.nodeId === subject) &&
        (overlay === undefined || entry.overlay === overlay) &&
        (history || (entry.latest && entry.value !== 0)),
    )
  }

  rate(asked: GivenRating): ReceiptView {
    return this.rateAs(this.self.nodeId, asked)
  }

  /** Another author's rating arrives. */
  rateAs(authorId: NodeId, asked: GivenRating): ReceiptView {
    const overlay = this.#overlay(asked.overlay)
    if (overlay === 'open') throw new Failure('overlay/not-manual', { overlay })
    const subject = this.#named(nodeIdOf(asked.subject), asked.subject)
    const author = this.#named(authorId)
    const seq = this.#entries.filter((entry) => entry.author.nodeId === authorId).length + 1
    const stars = 'stars' in asked ? asked.stars : null
    const kind = 'stars' in asked ? asked.category : 'trust'
    const given = 'stars' in asked ? millionths((asked.stars - 3) / 2) : asked.value
    const value = trustNumber(given)
    const hash = digestOf(`${authorId}${seq}`)
    const reason = asked.reason ?? null
    const receipt = { author, subject, overlay, kind, value, stars, reason, seq, hash }
    const same = (entry: RatingView): boolean =>
      entry.author.nodeId === authorId &&
      entry.subject.nodeId === subject.nodeId &&
      entry.overlay === overlay &&
      entry.kind === kind
    for (const [i, entry] of this.#entries.entries())
      if (same(entry)) this.#entries[i] = { ...entry, latest: false }
    const rating = { author, subject, overlay, kind, value, reason, seq, hash }
    const entry = { ...rating, time: 1_800_000_000_000, latest: true }
    this.#entries.push(entry)
    if (kind === 'trust') this.#book.rate(overlay, authorId, subject.nodeId as NodeId, given)
    this.tell({ event: 'rated', at: 1, rating: entry })
    return receipt
  }

  trustGraph(asked: Parameters<NodeService['trustGraph']>[0]): TrustGraphView {
    const overlay = asked.overlay === null ? null : this.#overlay(asked.overlay)
    const common = {
      root: this.#named(this.self.nodeId),
      overlay,
      threshold: trustNumber(THRESHOLD),
      rounds: 6,
      truncated: false,
      vetoed: [],
      distrust: [],
      edges: (overlay === null ? this.#book.overlays() : [overlay]).flatMap((name) =>
        this.#book.edges(name).map(({ author: from, subject: to, value }) => ({
          from,
          to,
          overlay: name,
          value: trustNumber(value),
        })),
      ),
      explanation:
        asked.explain === undefined
          ? null
          : explanationOf(this.#book, asked.explain as NodeId, (id) => this.#named(id)),
    }
    if (overlay !== null)
      return {
        ...common,
        nodes: this.#book.ranking(overlay).map(({ id, trust, raw, round, expanded }) => ({
          ...this.#named(id),
          trust: trustNumber(trust),
          raw: trustNumber(raw),
          round,
          expanded,
          clamped: trustNumber(trust),
          overlays: { [overlay]: trustNumber(trust) },
        })),
      }
    return {
      ...common,
      nodes: this.#book.aggregated().map(({ id }) => ({
        ...this.#named(id),
        trust: trustNumber(this.#book.aggregate(id)),
        raw: null,
        round: null,
        expanded: null,
        clamped: trustNumber(clampTrust(this.#book.aggregate(id))),
        overlays: Object.fromEntries(
          this.#book
            .overlays()
            .map((name) => [name, trustNumber(this.#book.trust(name, id))] as const)
            .filter(([, trust]) => trust !== 0),
        ),
      })),
    }
  }

  routeTable({ overlay }: { readonly overlay: string | undefined }): RouteTableView {
    const peer = this.members[1]
    const slot = {
      row: 0,
      column: 10,
      peer: peer?.peerId ?? null,
      nodeId: peer?.nodeId ?? this.self.nodeId,
      owner: peer?.owner ?? '',
      trust: 0.7,
      rttMs: 1.5,
      why: 'trust',
      displaced: null,
    }
    return {
      overlay: this.#overlay(overlay),
      policy: 'distnet',
      self: this.#named(this.self.nodeId),
      rows: [slot],
      globalRows: [],
      leafSet: [],
      fill: { overlay: 1, global: 0, known: this.members.length - 1 },
      settled: true,
    }
  }

  async route(
    { key, overlay, routes }: RouteRequest,
    bytes: Uint8Array | undefined,
  ): Promise<RouteView> {
    const name = this.#overlay(overlay)
    const root = this.members.map(({ nodeId }) => nodeId).sort(byDistanceTo(key))[0]!
    const from = this.self.nodeId
    if (bytes !== undefined) {
      const { topic = null, content } = unframed(bytes)
      this.tell({
        ...{ event: 'delivered', at: 1, key, origin: this.#named(from), topic },
        text: utf8Text(content),
        base64: Buffer.from(content).toString('base64'),
      })
    }
    const hops = [{ from, to: root, by: `overlay:${name}`, prefix: 2, trust: 0.7 }]
    const roots = [{ nodeId: root, routes: 1, friends: 1, hops: 1 }]
    const answered = routes ?? 1
    return {
      ...{ key, root, delivered: true, hops, messages: 3, ms: 1 },
      answered,
      agreeing: 1,
      roots,
    }
  }

  watch(listener: (event: EventView) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(event: EventView): void {
    for (const listener of this.#listeners) listener(event)
  }

  handOver(transaction: Uint8Array): void {
    this.handedOver.push(transaction)
  }

  #overlay(name: string | undefined): string {
    const overlay = name ?? this.overlays[0]!
    if (!this.overlays.includes(overlay))
      throw new Failure('overlay/unknown', { overlay, known: this.overlays })
    return overlay
  }

  #named(nodeId: string, publicKey?: PublicKey): RatingView['subject'] {
    const known = this.members.find((one) => one.nodeId === nodeId)
    const peerId = known?.peerId ?? (publicKey === undefined ? null : peerIdOf(publicKey))
    return { nodeId, peerId, owner: known?.owner ?? '' }
  }
}
