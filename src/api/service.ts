// What the API asks of a running node. src/runtime implements it over the live node; the server
// (server.ts) has read, resolved and bounded everything before it calls: peers are resolved,
// values are millionths, keys are ring keys, bytes are bytes. What cannot be done is thrown as a
// Failure, whose code and facts travel to the client and become the same Failure there.
import type { PublicKey, RingKey } from '../core/id.ts'
import type { Trust } from '../core/trust.ts'
import type { ChainService } from './chain-service.ts'
import type { Reach, Readiness } from './node-shapes.ts'
import type { Shape } from './shape-words.ts'
import type {
  Event,
  NodeStatus,
  Peer,
  Rating,
  Receipt,
  Route,
  RouteTable,
  Status,
  Topology,
  TrustGraph,
} from './shapes.ts'
import type { ValueService } from './value-service.ts'

export type NodeStatusView = Shape<typeof NodeStatus>
/** With the chain's part. */
export type StatusView = Shape<typeof Status>
export type ReadinessView = Shape<typeof Readiness>
export type ReachView = Shape<typeof Reach>
export type PeerView = Shape<typeof Peer>
export type TopologyView = Shape<typeof Topology>
export type RatingView = Shape<typeof Rating>
export type ReceiptView = Omit<Shape<typeof Receipt>, 'final' | 'successor'>
export type TrustGraphView = Shape<typeof TrustGraph>
export type RouteTableView = Shape<typeof RouteTable>
export type RouteView = Shape<typeof Route>
export type EventView = Shape<typeof Event>

type Eventually<T> = T | Promise<T>

/** Somebody named by the user, found. */
export interface ResolvedPeer {
  readonly nodeId: string
  /** Null when only the id is known (a node heard of whose key was never seen). */
  readonly publicKey: PublicKey | null
  readonly owner: string
  readonly isSelf: boolean
}

/** All fields filter; undefined lets everything through. Ids are node ids. */
export interface RatingFilter {
  readonly author: string | undefined
  readonly subject: string | undefined
  readonly overlay: string | undefined
}

export interface RouteRequest {
  readonly key: RingKey
  /** Undefined: the node's first overlay. */
  readonly overlay: string | undefined
  /** Parallel routes, 1..parallelRoutesMax. Undefined: the routing policy's own. */
  readonly routes: number | undefined
  /** By the global tables alone, for whoever found none of the first answer's roots right. */
  readonly fallback?: boolean | undefined
}

/** Trust in millionths, or 1 to 5 stars in a category; the node judges steps and category. */
export type GivenRating = {
  readonly subject: PublicKey
  readonly overlay: string | undefined
  readonly reason: string | undefined
} & ({ readonly value: Trust } | { readonly stars: number; readonly category: string })

export interface NodeService {
  /** Blocks, committee and reputation; undefined where the node keeps no chain. */
  readonly chain: ChainService | undefined

  /** Values kept on the nodes nearest their key. */
  readonly values: ValueService

  /** May be some tenths of a second old. */
  status(): Eventually<NodeStatusView>

  readiness(): Eventually<ReadinessView>

  /** In the text format of Prometheus. */
  metrics(): Eventually<string>

  /**
   * Finds a peer by PeerId (a well-formed one always resolves, seen or not), node id, unique prefix
   * of a node id (4 hex digits at least), or owner's name (whole, as given). The node itself resolves too.
   *
   * @throws Failure `peer/unknown`, `peer/ambiguous`, `peer/malformed-id` (begins like a PeerId and is none)
   */
  resolve(name: string): Eventually<ResolvedPeer>

  reach(): Eventually<ReachView>

  /** Every contact known except this node, in any order. */
  peers(): Eventually<readonly PeerView[]>

  topology(): Eventually<TopologyView>

  /**
   * Entries held, of any author, in any order; the API sorts by (author, seq) and pages.
   *
   * @param history false: only the latest of each slot with a value other than 0 (stars count always);
   *   true: every entry
   */
  ratings(filter: RatingFilter, history: boolean): Eventually<Iterable<RatingView>>

  /**
   * Signs, persists and spreads a rating of a peer that is not the node itself.
   *
   * @throws Failure `overlay/unknown`, `overlay/not-manual`, `trust/reason-too-long`, `trust/reason-unprintable`,
   *   `trustchain/forked`, `trustchain/frozen`, `trustchain/banned`, `trustchain/busy`, `trust/own-id`, `trust/bad-stars`, `trust/unknown-category`
   */
  rate(rating: GivenRating): Eventually<ReceiptView>

  /**
   * Offers a hand-over of this node's name to the chain.
   *
   * @param transaction signed by this node's key and by the new one
   * @throws Failure `api/bad-request` when it is no such hand-over, and what the ledger refuses it for
   */
  handOver(transaction: Uint8Array): Eventually<void>

  /**
   * The TN-1 graph from a root's viewpoint.
   *
   * @param request.overlay an overlay's name, undefined for the node's first, null for the aggregate
   * @param request.root node id; this node unless given
   * @param request.explain node id of the node to explain; the view's `explanation` is null without it
   * @throws Failure `overlay/unknown`
   */
  trustGraph(request: {
    readonly overlay: string | null | undefined
    readonly root: string | undefined
    readonly explain: string | undefined
  }): Eventually<TrustGraphView>

  /** @throws Failure `overlay/unknown` */
  routeTable(request: { readonly overlay: string | undefined }): Eventually<RouteTableView>

  /**
   * Routes to the root of a key; with `bytes`, delivers them there.
   *
   * @throws Failure `overlay/unknown` and the router's own
   */
  route(request: RouteRequest, bytes: Uint8Array | undefined): Promise<RouteView>

  /** Tells of events from now on; returns how to end that. The listener must not throw. */
  watch(listener: (event: EventView) => void): () => void

  /** Begins a graceful stop and returns at once; the process ends by itself. */
  stop(): void

  /** Begins a graceful stop, after which whoever runs the node starts it anew; returns at once. */
  restart(): void
}
