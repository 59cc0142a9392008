// The shapes of what the node API answers about the node as a process and about single nodes:
// health, readiness, metrics, one node in detail.
import { Type } from 'typebox'
import { Reputation } from './chain-shapes.ts'
import { naming, nullable, text } from './shape-words.ts'
import { Peer } from './shapes.ts'

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
