// Distrust, advisory: who the root and those it trusts directly rate below 0. One step, never
// propagated, never subtracted from trust (TN-1).
import { multiplyTrust, ONE, type Trust } from '../../src/core/trust.ts'
import type { TrustFromRoot } from './trust-from-root.ts'

/** The root (with full trust) and its direct trustees above the threshold, forked ones left out. */
function* witnesses(view: TrustFromRoot): Generator<readonly [node: number, trust: number]> {
  const { graph, root } = view
  yield [root, ONE]
  const end = graph.start[root]! + graph.length[root]!
  for (let i = graph.start[root]!; i < end; i++) {
    const node = graph.subjects[i]!
    const trust = Math.min(ONE, view.raw(node))
    if (graph.values[i]! > 0 && trust > view.threshold && !view.frozen(node)) yield [node, trust]
  }
}

/** Distrust of every node that has any: min(ONE, sum over witnesses of floor(trust * |rating| / ONE)). */
export function distrustOfAll(view: TrustFromRoot): Map<number, Trust> {
  const { graph, root } = view
  const sums = new Map<number, Trust>()
  for (const [witness, trust] of witnesses(view)) {
    const end = graph.start[witness]! + graph.length[witness]!
    for (let i = graph.start[witness]!; i < end; i++) {
      const subject = graph.subjects[i]!
      if (graph.values[i]! >= 0 || subject === root) continue
      const part = multiplyTrust(trust, -graph.values[i]!)
      const sum = Math.min(ONE, (sums.get(subject) ?? 0) + part)
      if (sum > 0) sums.set(subject, sum as Trust)
    }
  }
  return sums
}

/** Distrust of one node, in millionths. */
export function distrustOf(view: TrustFromRoot, node: number): Trust {
  let sum = 0
  if (node === view.root) return 0 as Trust
  for (const [witness, trust] of witnesses(view)) {
    const value = view.graph.rating(witness, node)
    if (value < 0) sum += multiplyTrust(trust, -value)
  }
  return Math.min(ONE, sum) as Trust
}
