// The live node behind its API: turns what the machine knows into the plain answers of src/api, and
// requests into commands of the machine.
import { createRequire } from 'node:module'
import type { LookupAnswer } from '../../../routing/message.ts'
import type { Category, VerifiedRating } from '../../../trustchain/entry.ts'
import { decodeTransaction } from '../../../trustchain/ledger/transactions.ts'
import type { RatingReceipt } from '../../../trustchain/message.ts'
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
  RouteRequest,
  RouteTableView,
  RouteView,
  TopologyView,
  TrustGraphView,
} from '../../api/service.ts'
import { Failure, type FailureCode } from '../../core/failure.ts'
import type { NodeId } from '../../core/id.ts'
import type { Answer } from '../../core/machine.ts'
import { trustNumber } from '../../core/trust.ts'
import type { NodeCommand } from '../../node/node-ports.ts'
import type { LiveChain } from '../chain/live-chain.ts'
import { liveChainOf } from '../chain/of-node.ts'
import { type ApiLoad, NodeMetrics } from '../metrics/node-metrics.ts'
import type { RunningNode } from '../running-node.ts'
import { eventView } from './event-view.ts'
import { LiveValues } from './live-values.ts'
import { Names } from './names.ts'
import { nodeStatusView, peerViews, type ServiceOptions, topologyView } from './network-views.ts'
import { reachView } from './reach-view.ts'
import { Readiness } from './readiness.ts'
import { Recent } from './recent.ts'
import { routeByKademlia } from './route-by-kademlia.ts'
import { trustGraphView } from './trust-view.ts'

/** What shows in a status at once. Votes and the ratings of others come by the hundred a second. */
const changesStatus: ReadonlySet<string> = new Set([
  ...['joined', 'connected', 'disconnected', 'lost', 'finalized', 'restored', 'forked'],
])

/** A status may be so old: whoever asks thousands of times a second must not slow the node. */
const statusAgeMsMax = 100

export class LiveNodeService implements NodeService {
  readonly #node: RunningNode
  readonly #options: ServiceOptions
  readonly #names: Names
  readonly #status: Recent<NodeStatusView>
  readonly #readiness: Readiness
  readonly chain: LiveChain | undefined
  readonly values: LiveValues
  /** Counts what this service and its server do. */
  readonly counts: NodeMetrics
  /** How many use the API; set once it serves. */
  load: (() => ApiLoad) | undefined
  /** It was stopped to be started anew. */
  restarts = false

  constructor(node: RunningNode, options: ServiceOptions) {
    this.#node = node
    this.#options = options
    this.#names = new Names(node)
    this.chain = liveChainOf(node, (nodeId) => this.#names.name(nodeId))
    this.values = new LiveValues((command) => this.#ask(command), this.#names, node.machine.values)
    this.#readiness = new Readiness(node)
    this.counts = new NodeMetrics(node)
    this.counts.introduce(options)
    this.#status = new Recent(() => nodeStatusView(node, options), statusAgeMsMax)
    node.watch((event) => {
      const isOwn = event.event === 'rated' && event.entry.authorId === node.nodeId
      if (isOwn || changesStatus.has(event.event)) this.#status.forget()
    })
  }

  status(): NodeStatusView {
    return this.#status.get()
  }

  readiness(): Promise<ReadinessView> {
    return this.#readiness.view()
  }

  async metrics(): Promise<string> {
    const { ready } = await this.#readiness.view()
    return this.counts.text(ready, this.load?.())
  }

  resolve(name: string): ReturnType<Names['resolve']> {
    return this.#names.resolve(name)
  }

  reach(): ReachView {
    return reachView(this.#node, this.#names)
  }

  peers(): PeerView[] {
    return peerViews(this.#node, this.#names)
  }

  topology(): TopologyView {
    return topologyView(this.#node, this.#names)
  }

  *ratings(filter: RatingFilter, history: boolean): Iterable<RatingView> {
    const { trustchains } = this.#node.machine.trustchain
    const authors = filter.author === undefined ? trustchains.authors : [filter.author as NodeId]
    for (const author of authors) {
      const latest = new Set(trustchains.latestOf(author))
      const entries = history
        ? trustchains.range(author, 1, trustchains.head(author).seq)
        : [...latest].filter(({ opinion, value }) => opinion.is === 'stars' || value !== 0)
      for (const entry of entries) {
        if (filter.subject !== undefined && entry.subjectId !== filter.subject) continue
        if (filter.overlay !== undefined && entry.overlay !== filter.overlay) continue
        yield this.#rating(entry, latest.has(entry))
      }
    }
  }

  async rate(rating: GivenRating): Promise<ReceiptView> {
    const { subject, reason } = rating
    const receipt = await this.#ask<RatingReceipt>({
      ...{ command: 'rate', overlay: this.#overlay(rating.overlay), subject },
      ...('value' in rating
        ? { value: rating.value }
        : { stars: rating.stars, category: rating.category as Category }),
      ...(reason === undefined ? {} : { reason }),
    })
    return {
      author: this.#names.name(receipt.author),
      subject: this.#names.name(receipt.subject),
      overlay: receipt.overlay,
      kind: receipt.kind,
      value: trustNumber(receipt.value),
      stars: 'stars' in rating ? rating.stars : null,
      reason: receipt.reason,
      seq: receipt.seq,
      hash: receipt.hash,
    }
  }

  async handOver(transaction: Uint8Array): Promise<void> {
    const decoded = decodeTransaction(transaction)
    const signed = decoded.ok && decoded.transaction.is === 'signed' ? decoded.transaction : null
    if (signed?.statement.is !== 'succession' || signed.authorId !== this.#node.nodeId)
      throw new Failure('api/bad-request', { why: "it is no hand-over of this node's name" })
    await this.#ask({ command: 'submit', transaction })
  }

  trustGraph(request: {
    readonly overlay: string | null | undefined
    readonly root: string | undefined
    readonly explain: string | undefined
  }): TrustGraphView {
    return trustGraphView(this.#node, this.#names, {
      overlay: request.overlay === null ? null : this.#ratedOverlay(request.overlay),
      root: (request.root ?? this.#node.nodeId) as NodeId,
      explain: request.explain as NodeId | undefined,
    })
  }

  routeTable(request: { readonly overlay: string | undefined }): RouteTableView {
    const overlay = this.#overlay(request.overlay)
    const { routing, rethinking } = this.#node.machine
    const { rows, leafSet, fill, policy } = routing.inspect(overlay)
    const slots = rows.map(({ table, nodeId, ...slot }) => {
      const { peerId, owner } = this.#names.name(nodeId)
      return { table, row: { ...slot, nodeId, peer: peerId, owner } }
    })
    return {
      ...{ overlay, policy, self: this.#names.name(this.#node.nodeId) },
      rows: slots.filter(({ table }) => table !== 'global').map(({ row }) => row),
      globalRows: slots.filter(({ table }) => table === 'global').map(({ row }) => row),
      leafSet: leafSet.map((leaf) => {
        const { peerId, owner } = this.#names.name(leaf.nodeId)
        return { ...leaf, peer: peerId, owner }
      }),
      fill,
      settled: rethinking.isSettled,
    }
  }

  async route(request: RouteRequest, bytes: Uint8Array | undefined): Promise<RouteView> {
    const overlay = this.#overlay(request.overlay)
    const { key } = request
    const routes = request.routes === undefined ? {} : { routes: request.routes }
    if (this.#options.router === 'kad')
      return this.counts.routing(() => routeByKademlia(this.#node, key, bytes))
    const command: NodeCommand =
      bytes === undefined
        ? { command: 'lookup', key, overlay, ...routes, fallback: request.fallback ?? false }
        : { command: 'send', key, overlay, ...routes, bytes }
    return this.counts.routing(() => this.#ask<LookupAnswer>(command))
  }

  watch(listener: (event: EventView) => void): () => void {
    const ofChain = this.chain?.watch(listener)
    const ofNode = this.#node.watch((event) => {
      const view = eventView(event, Date.now(), this.#names, (entry) => this.#rating(entry, true))
      if (view !== undefined) listener(view)
    })
    return () => {
      ofChain?.()
      ofNode()
    }
  }

  stop(): void {
    // After the answer has left.
    setImmediate(() => void this.#node.stop())
  }

  restart(): void {
    this.restarts = true
    this.stop()
  }

  #rating(entry: VerifiedRating, latest: boolean): RatingView {
    return {
      author: this.#names.name(entry.authorId),
      subject: this.#names.name(entry.subjectId),
      overlay: entry.overlay,
      kind: entry.opinion.is === 'trust' ? 'trust' : entry.opinion.category,
      value: trustNumber(entry.value),
      reason: entry.reason,
      seq: entry.seq,
      hash: entry.hash,
      time: entry.time,
      latest,
    }
  }

  /** An overlay that this node is in; the first one unless named. */
  #overlay(name: string | undefined): string {
    const known = this.#node.machine.options.overlays.map((overlay) => overlay.name)
    const overlay = name ?? known[0]!
    if (!known.includes(overlay)) throw new Failure('overlay/unknown', { overlay, known })
    return overlay
  }

  /** A graph may be read of any overlay in which somebody rated. */
  #ratedOverlay(name: string | undefined): string {
    return name !== undefined && this.#node.machine.trust.overlays().includes(name)
      ? name
      : this.#overlay(name)
  }

  async #ask<T>(command: NodeCommand): Promise<T> {
    const answer: Answer = await this.#node.command(command)
    if (answer.ok) return answer.value as T
    throw new Failure(answer.code as FailureCode, answer.facts as never)
  }
}

/** The version of this package. */
export const packageVersion = (): string => {
  const require = createRequire(import.meta.url)
  for (const up of ['../../../package.json', '../../../../package.json'])
    try {
      return (require(up) as { version: string }).version
    } catch {
      // Built code lies one folder deeper.
    }
  return 'unknown'
}
