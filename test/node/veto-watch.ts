// Watches a simulated network for whatever passes between a vetoed pair.
import type { NodeId } from '../../src/core/id.ts'
import type { SimulatedNetwork } from './simulated-network.ts'

/** Fails the run when a link opens, or a message arrives, where the receiver or dialler gave a veto. */
export function watch(network: SimulatedNetwork): {
  readonly given: Set<string>
  links: number
  refused: number
} {
  const seen = { given: new Set<string>(), links: 0, refused: 0 }
  const { world } = network
  const vetoed = (rater: NodeId, peer: NodeId): boolean => seen.given.has(rater + peer)
  world.observe('answered', ({ node, answer }) => {
    if (!answer.ok || answer.value === null || typeof answer.value !== 'object') return
    const receipt = answer.value as { subject?: NodeId; value?: number }
    if (receipt.subject !== undefined && (receipt.value ?? 0) < 0)
      seen.given.add(node + receipt.subject)
  })
  world.observe('link-opened', ({ dialler, target }) => {
    seen.links++
    if (vetoed(dialler, target) || vetoed(target, dialler))
      world.fail(`a link opened between the vetoed pair ${dialler} → ${target}`)
  })
  world.observe('link-refused', () => {
    seen.refused++
  })
  world.observe('sent', ({ from, to }) => {
    if (vetoed(from, to)) world.fail(`${from} sent to ${to}, which it vetoes`)
  })
  return seen
}
