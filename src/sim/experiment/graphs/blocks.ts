// Stochastic blocks (Holland, Laskey and Leinhardt 1983) with a fixed number of edges: communities
// of equal size, and a share of the ties that leave them. The fewer leave, the slower walks mix.
import type { Random } from '../../../core/random.ts'
import { EdgeSet, type Edges } from './edges.ts'

/** Draws for one edge; where a block is that full, the edge is left out. */
const drawsTried = 100

/**
 * Node n belongs to block floor(n · blocks / nodes). Each of nodes · degree / 2 edges starts at a
 * random node and ends in its block, or with probability `between` outside.
 */
export function stochasticBlocks(
  shape: {
    readonly nodes: number
    readonly degree: number
    readonly blocks: number
    readonly between: number
  },
  random: Random,
): Edges {
  const { nodes, degree, between } = shape
  const blocks = Math.max(1, Math.min(shape.blocks, nodes))
  const wanted = Math.min(Math.round((nodes * degree) / 2), (nodes * (nodes - 1)) / 2)
  const a = new Int32Array(wanted)
  const b = new Int32Array(wanted)
  const drawn = new EdgeSet(nodes, wanted)
  const firstOf = (block: number): number => Math.ceil((block * nodes) / blocks)
  let count = 0
  for (let edge = 0; edge < wanted; edge++)
    for (let tried = 0; tried < drawsTried; tried++) {
      const node = random.below(nodes)
      const block = Math.floor((node * blocks) / nodes)
      const start = firstOf(block)
      const size = firstOf(block + 1) - start
      const leaves = size < nodes && (size === 1 || random.fraction() < between)
      // Outside: the nodes behind the block, then round to those before it.
      const other = leaves
        ? (start + size + random.below(nodes - size)) % nodes
        : start + random.below(size)
      if (other === node || !drawn.add(node, other)) continue
      a[count] = node
      b[count++] = other
      break
    }
  return { nodes, count, a: a.subarray(0, count), b: b.subarray(0, count) }
}
