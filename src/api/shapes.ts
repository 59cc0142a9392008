// The shapes of everything that the node API answers, as TypeBox schemas: the types of the service,
// the server and the client follow from them, and so does the OpenAPI document. Answers are plain
// JSON; trust is a number with at most six decimals; ids are 32 hex digits; nothing is optional,
// what is not known is null.
import { Type } from 'typebox'
import { BlockEvent, chainStatus, ElectedEvent, StandingEvent, VoteEvent } from './chain-shapes.ts'
import { count, id, kind, naming, nullable, text, trust, when } from './shape-words.ts'

export const Named = Type.Object(naming)

/** What a node tells of itself, whether it keeps a chain or not. */
export const NodeStatus = Type.Object({
  version: text,
  nodeId: id,
  peerId: text,
  owner: text,
  pid: count,
  home: text,
  chainId: text,
  invite: text,
  addresses: Type.Array(text),
  /** Does the Internet reach it? `unknown` until peers there were asked; `local` where none is asked. */
  reachability: Type.Union([kind('public'), kind('private'), kind('unknown'), kind('local')]),
  overlays: Type.Array(Type.Object({ name: text, policy: text, manual: Type.Boolean() })),
  routing: text,
  router: text,
  store: text,
  joined: Type.Boolean(),
  /** Contacts known, links up, leaves held, links kept beyond table and leaf set (5 to 10, the most trusted). */
  peers: Type.Object({ known: count, connected: count, leaves: count, kept: count }),
  /** `final`: entries of all authors in blocks, replaced ones included; null where there is no chain. */
  ratings: Type.Object({ own: count, held: count, authors: count, final: nullable(count) }),
  /** Its own key is frozen: two different entries carry its signature. */
  forked: Type.Boolean(),
  startedAt: Type.Number({ description: 'ms since the Unix epoch' }),
  uptimeMs: count,
  memoryBytes: count,
})

export const Status = Type.Object({ ...NodeStatus.properties, ...chainStatus })

export const Peer = Type.Object({
  ...naming,
  addresses: Type.Array(text),
  overlays: Type.Array(text),
  connected: Type.Boolean(),
  /** The link goes through a relay. */
  relayed: Type.Boolean(),
  /** Kept linked beyond table and leaf set, as one of those trusted most. */
  kept: Type.Boolean(),
  rttMs: nullable(Type.Number()),
  /** TN-1 trust in each of this node's overlays. */
  trust: Type.Record(text, trust),
  /** The aggregated sum. */
  aggregate: trust,
  /** `alive`, `suspect`, … as membership sees it; `barred` when rated negative. */
  state: text,
})
export const Peers = Type.Object({ peers: Type.Array(Peer) })

export const Topology = Type.Object({
  nodes: Type.Array(
    Type.Object({
      ...naming,
      self: Type.Boolean(),
      connected: Type.Boolean(),
      aggregate: trust,
    }),
  ),
  /** `link`: a connection of this node; `leaf`, `table`: a place in its leaf set or a table; `rating`: somebody rates somebody. */
  edges: Type.Array(
    Type.Object({
      from: id,
      to: id,
      kind: Type.Union([
        Type.Literal('link'),
        Type.Literal('leaf'),
        Type.Literal('table'),
        Type.Literal('rating'),
      ]),
      overlay: nullable(text),
      value: nullable(trust),
    }),
  ),
})

export const Rating = Type.Object({
  author: Named,
  subject: Named,
  overlay: text,
  /** 'trust', or the category of stars. */
  kind: text,
  value: trust,
  reason: nullable(text),
  seq: count,
  hash: text,
  time: Type.Number({ description: "ms since the Unix epoch by the author's clock: advice" }),
  /** False when a later entry of the author replaced it. */
  latest: Type.Boolean(),
})

/** A page: `after` of the next request is `next`, null on the last page. */
export const Ratings = Type.Object({ ratings: Type.Array(Rating), next: nullable(text) })

export const Receipt = Type.Object({
  author: Named,
  subject: Named,
  overlay: text,
  /** 'trust', or the category of stars. */
  kind: text,
  /** Of stars: (stars − 3) / 2. */
  value: trust,
  stars: nullable(Type.Number()),
  reason: nullable(text),
  seq: count,
  hash: text,
  /** Who has the name of the subject's key now, where that was succeeded: the rating counts for it. */
  successor: nullable(Named),
  /** The block that made it final, and after how long; null when nobody waited for it. */
  final: nullable(Type.Object({ height: count, afterMs: count })),
})

const edges = Type.Array(Type.Object({ from: id, to: id, overlay: text, value: trust }))

/** Why a value is what it is: every product that was added, in order. */
const Reasons = Type.Object({
  overlay: text,
  /** The root's own negative where vetoed, else the trust. */
  trust,
  raw: trust,
  vetoed: Type.Boolean(),
  /** In round 0 `via` is the root itself, whose trust in itself is 1. `adds` = floor(viaTrust · rating). */
  steps: Type.Array(
    Type.Object({ round: count, via: Named, viaTrust: trust, rating: trust, adds: trust }),
  ),
})
export const Explanation = Type.Object({ ...naming, overlays: Type.Array(Reasons) })

/** The TN-1 graph of one overlay, or the aggregate (`overlay` null: trust is the sum, `clamped` and `overlays` say more). */
export const TrustGraph = Type.Object({
  root: Named,
  overlay: nullable(text),
  threshold: trust,
  rounds: count,
  truncated: Type.Boolean(),
  /** By trust, then raw, descending, then id. */
  nodes: Type.Array(
    Type.Object({
      ...naming,
      trust,
      raw: nullable(trust),
      /** The round in which it was first reached; null in the aggregate. */
      round: nullable(count),
      expanded: nullable(Type.Boolean()),
      clamped: trust,
      overlays: Type.Record(text, trust),
    }),
  ),
  vetoed: Type.Array(Type.Object({ ...naming, trust })),
  distrust: Type.Array(Type.Object({ ...naming, distrust: trust })),
  /** Latest ratings other than 0 among the root and the nodes listed. */
  edges,
  explanation: nullable(Explanation),
})

const Slot = Type.Object({
  row: count,
  column: count,
  /** PeerId; null while the key is not known. */
  peer: nullable(text),
  nodeId: id,
  owner: text,
  trust,
  rttMs: nullable(Type.Number()),
  why: text,
  displaced: nullable(id),
})

export const RouteTable = Type.Object({
  overlay: text,
  policy: text,
  self: Named,
  /** The overlay's table. */
  rows: Type.Array(Slot),
  /** The table of the global network, which takes the last mile. */
  globalRows: Type.Array(Slot),
  leafSet: Type.Array(
    Type.Object({
      side: Type.Union([Type.Literal('left'), Type.Literal('right')]),
      place: count,
      peer: nullable(text),
      nodeId: id,
      owner: text,
      trust,
      rttMs: nullable(Type.Number()),
      /** Its position is known, it is never spoken to. */
      barred: Type.Boolean(),
    }),
  ),
  fill: Type.Object({ overlay: count, global: count, known: count }),
  settled: Type.Boolean({ description: 'no rating waits to be taken into the tables' }),
})

export const Route = Type.Object({
  key: id,
  root: id,
  delivered: Type.Boolean(),
  hops: Type.Array(
    Type.Object({
      from: id,
      to: id,
      by: Type.String({ description: 'overlay:<name>, global, leaf-set or final' }),
      prefix: count,
      trust,
    }),
  ),
  messages: count,
  ms: Type.Number(),
  /** Routes that brought a verified answer, and how many of them named this root. */
  answered: count,
  agreeing: count,
  /** Everybody who proved to have it, nearest to the key first: routes and distinct first friends that named each, hops of the shortest way. */
  roots: Type.Array(Type.Object({ nodeId: id, routes: count, friends: count, hops: count })),
})

const at = when

/** What happens at the node, as it happens. */
export const Event = Type.Union([
  Type.Object({ event: kind('joined'), at }),
  Type.Object({ event: kind('connected'), at, peer: Named }),
  Type.Object({ event: kind('disconnected'), at, peer: Named, why: text }),
  Type.Object({ event: kind('lost'), at, peer: Named }),
  Type.Object({ event: kind('rated'), at, rating: Rating }),
  Type.Object({ event: kind('forked'), at, author: Named, own: Type.Boolean() }),
  Type.Object({ event: kind('misbehaved'), at, peer: Named, why: text }),
  Type.Object({ event: kind('damaged-store'), at, keys: Type.Array(text) }),
  /**
   * A message for a key that this node roots; `topic` is null where it has none, `text` when the bytes
   * are not UTF-8.
   */
  Type.Object({
    event: kind('delivered'),
    at,
    key: id,
    origin: Named,
    topic: nullable(text),
    text: nullable(text),
    base64: text,
  }),
  Type.Object({ event: kind('stopping'), at }),
  BlockEvent,
  VoteEvent,
  StandingEvent,
  ElectedEvent,
])
