// The aggregated graph: the sum over overlays of a node's trust, or the root's own negative in those
// where it vetoes. The sum is kept, its clamp to [-1, 1] is for showing; neither is ever fed back
// into expansion (TN-1).
import { clampTrust, type Trust } from '../../src/core/trust.ts'
import { compareIds } from './node-index.ts'
import type { OverlayView } from './overlay-view.ts'

export interface Aggregated<Id> {
  readonly id: Id
  /** Millionths; may lie outside [-ONE, ONE]. */
  readonly sum: number
  readonly clamped: Trust
  /** The parts, overlay by overlay in order of their names. */
  readonly overlays: ReadonlyMap<string, Trust>
}

/** Every node that any overlay reached or vetoes, by sum descending, then id. */
export function aggregate<Id extends string>(
  views: Iterable<readonly [overlay: string, view: OverlayView<Id>]>,
): Aggregated<Id>[] {
  const parts = new Map<Id, Map<string, Trust>>()
  for (const [overlay, view] of [...views].sort(([a], [b]) => compareIds(a, b)))
    for (const { id, trust } of [...view.ranking(), ...view.vetoes()]) {
      const overlays = parts.get(id) ?? new Map<string, Trust>()
      parts.set(id, overlays.set(overlay, trust))
    }
  return [...parts]
    .map(([id, overlays]) => {
      const sum = [...overlays.values()].reduce((total, trust) => total + trust, 0)
      return { id, sum, clamped: clampTrust(sum), overlays }
    })
    .sort((a, b) => b.sum - a.sum || compareIds(a.id, b.id))
}
