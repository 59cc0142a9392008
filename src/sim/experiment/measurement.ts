// What one run measured, whichever engine ran it: structural, protocol or live. No wall-clock figure
// is in here: the same scenario and seed must give the same bytes.
import type { Contamination, Ending } from './router.ts'

/** Counts of whole numbers: `counts[i]` lookups had the value i. Sums and CDFs come from it. */
export type Histogram = readonly number[]

export interface Measurement {
  readonly lookups: number
  /** Lookups by how they ended; 'timed-out' happens in the protocol and live engines only. */
  readonly endings: Readonly<Partial<Record<Ending | 'timed-out', number>>>
  /** Hops of delivered lookups. */
  readonly hops: Histogram
  /** Requests a lookup, delivered or not: mean. */
  readonly messages: number
  readonly contamination: Contamination
  /** Routing state of an honest node, bytes: mean. */
  readonly bytesPerNode: number
  /** Gini coefficient of requests handled over honest nodes, 0 (even) to 1; where measured. */
  readonly gini?: number | undefined
  /** Milliseconds a delivered lookup, virtual or real: protocol engine and live; undefined where none was. */
  readonly latencyMs?: { readonly p50: number; readonly p95: number } | undefined
  /** Further figures of a user's own metrics, attacks over time and the engines, by name. */
  readonly more?: Readonly<Record<string, number>> | undefined
}
