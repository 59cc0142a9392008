// The shapes of what the node API answers about the node as a process and about single nodes:
// health, readiness, metrics, one node in detail.
import { Type } from 'typebox'
import { Reputation } from './chain-shapes.ts'
import { count, kind, naming, nullable, text, when } from './shape-words.ts'
import { NodeStatus, Peer } from './shapes.ts'

export const Done = Type.Object({ ok: Type.Literal(true) })
export const Health = Type.Object({ ok: Type.Literal(true), version: text })

/** `ready` is the rest put together; the status is 503 while it is false. */
export const Readiness = Type.Object({
  ready: Type.Boolean(),
  /** Found its place among its peers. */
  joined: Type.Boolean(),
  /** A file could be written and synced beside the store within the last seconds. */
  storeWritable: Type.Boolean(),
  /** Holds the latest block that it has heard of; true where the node keeps no chain. */
  caughtUp: Type.Boolean(),
  /** What is missing, in sentences. */
  why: Type.Array(text),
})

/** How peers reach this node. Addresses are multiaddrs without its PeerId. */
export const Reach = Type.Object({
  reachability: NodeStatus.properties.reachability,
  /** What it names to peers, the best first. */
  addresses: Type.Array(text),
  /** Where peers on the Internet got through when they were asked to dial back. */
  proven: Type.Array(text),
  /** Peers that were asked, whatever they found. */
  asked: count,
  /** Mapped at the router by UPnP. */
  mapped: Type.Array(text),
  /** Relays that keep a place for it, the most trusted first. */
  relays: Type.Array(Type.Object({ ...naming, addresses: Type.Array(text) })),
  /** It relays for others now. */
  relaying: Type.Boolean(),
  connections: Type.Array(
    Type.Object({
      ...naming,
      direction: Type.Union([kind('inbound'), kind('outbound')]),
      openedAt: when,
      remoteAddress: text,
      /** Through a relay. */
      relayed: Type.Boolean(),
      /** Both sides dialled at once, through their NATs. */
      punched: Type.Boolean(),
    }),
  ),
})

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const Metrics = Type.String()

export const NodeDetail = Type.Object({
  ...naming,
  self: Type.Boolean(),
  /** As a peer of this node; null of itself and of one that is no contact. */
  peer: nullable(Peer),
  /** Null where this node keeps no chain. */
  reputation: nullable(Reputation),
})
