// Graphs on a circle. Watts and Strogatz (1998): every node is tied to its nearest on the circle,
// then a share of the ties is rewired to anybody, which makes long ways short and keeps clusters.
import type { Random } from '../../../core/random.ts'
import { completeEdges, type Edges, tiesOf } from './edges.ts'

/** Draws for the far end of one rewired tie; a node so crowded keeps its tie. */
const rewiringsTried = 64

/** Every node tied to degree / 2 others on either side. */
export function ringLattice(nodes: number, degree: number): Edges {
  const half = tiesOf(degree)
  if (nodes <= 2 * half) return completeEdges(nodes)
  const count = nodes * half
  const a = new Int32Array(count)
  const b = new Int32Array(count)
  for (let node = 0; node < nodes; node++)
    for (let step = 0; step < half; step++) {
      a[node * half + step] = node
      b[node * half + step] = (node + step + 1) % nodes
    }
  return { nodes, count, a, b }
}

/** @param rewired probability that a tie's far end is drawn anew */
export function wattsStrogatz(
  nodes: number,
  degree: number,
  rewired: number,
  random: Random,
): Edges {
  const edges = ringLattice(nodes, degree)
  const half = tiesOf(degree)
  if (nodes <= 2 * half) return edges
  const { b } = edges
  const owns = (node: number, other: number): boolean => {
    const start = node * half
    for (let i = start; i < start + half; i++) if (b[i] === other) return true
    return false
  }
  // Lap by lap, nearest ties first, as the paper does it.
  for (let step = 0; step < half; step++)
    for (let node = 0; node < nodes; node++) {
      if (random.fraction() >= rewired) continue
      for (let tried = 0; tried < rewiringsTried; tried++) {
        const other = random.below(nodes)
        if (other === node || owns(node, other) || owns(other, node)) continue
        b[node * half + step] = other
        break
      }
    }
  return edges
}
